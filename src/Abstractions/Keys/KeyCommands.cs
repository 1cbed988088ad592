using FluentValidation;
using Platform.Abstractions.Identity;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Keys;

/// <summary>Issues a key, for a new service principal with the roles named or for one that exists.</summary>
[GenerateSerializer, Alias("issue-key"), Immutable]
public sealed record IssueKey
{
    /// <summary>Name for people, 1 to 100 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>One to ten roles of the tenant, for a new principal; none for one that exists, which has its own.</summary>
    [Id(1)] public string[] Roles { get; init; } = [];

    /// <summary>When the key stops working; never, when neither this nor <see cref="ExpiresIn"/> is there and the tenant sets no maximum.</summary>
    [Id(2)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key's own rate limit; the tenant's when absent.</summary>
    [Id(3)] public RateLimitRule? RateLimit { get; init; }

    /// <summary>What the key opens; an MCP endpoint when absent.</summary>
    [Id(4)] public KeyKind? Kind { get; init; }

    /// <summary>A service principal that exists, <c>svc_…</c>, instead of a new one.</summary>
    [Id(5)] public string? Principal { get; init; }

    /// <summary>Narrows the key below its principal: 1 to 32 permissions. What they cover beyond the principal's grants they do not give.</summary>
    [Id(6)] public string[]? Scopes { get; init; }

    /// <summary>1 to 32 addresses or networks that the key may be used from; everywhere when absent.</summary>
    [Id(7)] public string[]? AllowedAddresses { get; init; }

    /// <summary>Instead of <see cref="ExpiresAt"/>.</summary>
    [Id(8)] public KeyLife? ExpiresIn { get; init; }
}

public sealed class IssueKeyValidator : AbstractValidator<IssueKey>
{
    private const int MaxScopes = 32;

    public IssueKeyValidator(TimeProvider clock)
    {
        RuleFor(command => command.Name).NotEmpty().MaximumLength(100).Must(name => name is null || !name.Any(char.IsControl))
            .WithMessage("Use 1 to 100 characters without control characters.");
        RuleFor(command => command.Roles).NotEmpty().When(command => command.Principal is null)
            .WithMessage("Name one to ten roles for a new principal, or a principal that exists.");
        RuleFor(command => command.Roles).Must(roles => roles is null || roles.Length <= 10).WithMessage("Name one to ten roles.");
        RuleFor(command => command.Roles).Empty().When(command => command.Principal is not null)
            .WithMessage("A principal that exists has its own roles; leave them out.");
        RuleForEach(command => command.Roles).NotEmpty().MaximumLength(64);
        RuleFor(command => command.Principal).Must(principal => principal is null || IsService(principal))
            .WithMessage("Name a service principal, svc_ and 1 to 60 lower-case letters, digits, '-' and '_'.");
        RuleFor(command => command.ExpiresAt).Must(at => at is null || at > clock.GetUtcNow()).WithMessage("Choose a time in the future.");
        RuleFor(command => command.ExpiresIn).IsInEnum();
        RuleFor(command => command.ExpiresIn).Null().When(command => command.ExpiresAt is not null).WithMessage("Give expiresAt or expiresIn, not both.");
        RuleFor(command => command.RateLimit!).SetValidator(new RateLimitRuleValidator()).When(command => command.RateLimit is not null);
        RuleFor(command => command.Kind).IsInEnum();
        RuleFor(command => command.Scopes).Must(scopes => scopes is null or { Length: >= 1 and <= MaxScopes })
            .WithMessage($"Name 1 to {MaxScopes} permissions, or leave scopes out.");
        RuleForEach(command => command.Scopes).Must(scope => Permission.TryParse(scope, out _))
            .WithMessage("Write area:action or area:action:pattern, such as tools:call.");
        RuleFor(command => command.AllowedAddresses).Must(list => list is null or { Length: >= 1 and <= AddressList.MaxEntries })
            .WithMessage($"Name 1 to {AddressList.MaxEntries} networks, or leave allowedAddresses out.");
        RuleForEach(command => command.AllowedAddresses).Must(AddressList.IsValid)
            .WithMessage("Write an address such as 192.0.2.7 or 2001:db8::7, or a network such as 192.0.2.0/24, in its shortest form and without host bits.");
    }

    private static bool IsService(string principal) =>
        principal.Length is > 4 and <= 64 && principal.StartsWith("svc_", StringComparison.Ordinal)
        && principal.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
