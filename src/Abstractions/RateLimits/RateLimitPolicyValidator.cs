using FluentValidation;

namespace Platform.Abstractions.RateLimits;

public sealed class RateLimitPolicyValidator : AbstractValidator<RateLimitPolicy>
{
    private const int MaxName = 128;

    public RateLimitPolicyValidator()
    {
        RuleFor(policy => policy.Tenant!).SetValidator(new RateLimitRuleValidator()).When(policy => policy.Tenant is not null);
        RuleFor(policy => policy.Principal!).SetValidator(new RateLimitRuleValidator()).When(policy => policy.Principal is not null);
        RuleFor(policy => policy.Key!).SetValidator(new RateLimitRuleValidator()).When(policy => policy.Key is not null);
        RuleFor(policy => policy.Address!).SetValidator(new RateLimitRuleValidator()).When(policy => policy.Address is not null);
        RuleFor(policy => policy.Quota!).SetValidator(new UsageQuotaValidator()).When(policy => policy.Quota is not null);
        RuleFor(policy => policy.Methods).Custom((methods, context) => Check("methods", methods, RateLimitPolicy.MaxMethods, context));
        RuleFor(policy => policy.Tools).Custom((tools, context) => Check("tools", tools, RateLimitPolicy.MaxTools, context));
    }

    private static void Check(string member, IReadOnlyDictionary<string, MethodLimit> limits, int most, ValidationContext<RateLimitPolicy> context)
    {
        if (limits.Count > most)
        {
            context.AddFailure(member, $"At most {most} entries.");
            return;
        }

        foreach (var (name, limit) in limits)
        {
            if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            {
                // The name itself is not repeated: it may be anything.
                context.AddFailure(member, $"Names have 1 to {MaxName} characters without control characters.");
            }
            else if (limit is null or { Cost: null, Limit: null })
            {
                context.AddFailure($"{member}.{name}", "Give a cost, a limit or both.");
            }
            else
            {
                Check($"{member}.{name}", limit, context);
            }
        }
    }

    private static void Check(string member, MethodLimit limit, ValidationContext<RateLimitPolicy> context)
    {
        if (limit.Cost is < 1 or > MethodLimit.MaxCost)
        {
            context.AddFailure($"{member}.cost", $"Choose 1 to {MethodLimit.MaxCost}.");
        }

        if (limit.Limit is { } rule && new RateLimitRuleValidator().Validate(rule) is { IsValid: false } result)
        {
            foreach (var error in result.Errors)
            {
                context.AddFailure($"{member}.limit.{error.PropertyName}", error.ErrorMessage);
            }
        }
    }
}
