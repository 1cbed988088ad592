using FluentValidation;

namespace Platform.Abstractions.RateLimits;

public sealed class RateLimitRuleValidator : AbstractValidator<RateLimitRule>
{
    public RateLimitRuleValidator()
    {
        RuleFor(rule => rule.PermitsPerMinute).InclusiveBetween(1, 100_000_000);
        RuleFor(rule => rule.Burst).InclusiveBetween(1, 10_000_000);
    }
}
