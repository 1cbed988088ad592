using FluentValidation;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Keys;

/// <summary>Issues a key for a new service principal with the roles named.</summary>
[GenerateSerializer, Alias("issue-key"), Immutable]
public sealed record IssueKey
{
    /// <summary>Name for people, 1 to 100 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>One to ten roles of the tenant.</summary>
    [Id(1)] public required string[] Roles { get; init; }

    /// <summary>When the key stops working; never, when absent.</summary>
    [Id(2)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key's own rate limit; the tenant's when absent.</summary>
    [Id(3)] public RateLimitRule? RateLimit { get; init; }
}

public sealed class IssueKeyValidator : AbstractValidator<IssueKey>
{
    public IssueKeyValidator(TimeProvider clock)
    {
        RuleFor(command => command.Name).NotEmpty().MaximumLength(100).Must(name => name is null || !name.Any(char.IsControl))
            .WithMessage("Use 1 to 100 characters without control characters.");
        RuleFor(command => command.Roles).NotEmpty().Must(roles => roles is null || roles.Length <= 10).WithMessage("Name one to ten roles.");
        RuleForEach(command => command.Roles).NotEmpty().MaximumLength(64);
        RuleFor(command => command.ExpiresAt).Must(at => at is null || at > clock.GetUtcNow()).WithMessage("Choose a time in the future.");
        RuleFor(command => command.RateLimit!).SetValidator(new RateLimitRuleValidator()).When(command => command.RateLimit is not null);
    }
}
