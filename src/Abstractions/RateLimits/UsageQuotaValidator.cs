using FluentValidation;

namespace Platform.Abstractions.RateLimits;

public sealed class UsageQuotaValidator : AbstractValidator<UsageQuota>
{
    public UsageQuotaValidator()
    {
        RuleFor(quota => quota.PerDay).InclusiveBetween(1L, UsageQuota.Most);
        RuleFor(quota => quota.PerMonth).InclusiveBetween(1L, UsageQuota.Most);
        RuleFor(quota => quota).Must(quota => quota.PerDay is not null || quota.PerMonth is not null).WithMessage("Give perDay, perMonth or both.");
    }
}
