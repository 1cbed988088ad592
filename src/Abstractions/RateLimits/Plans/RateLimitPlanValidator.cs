using FluentValidation;

namespace Platform.Abstractions.RateLimits.Plans;

public sealed class RateLimitPlanValidator : AbstractValidator<RateLimitPlan>
{
    public RateLimitPlanValidator()
    {
        RuleFor(plan => plan.Description).MaximumLength(200).Must(text => text is null || !text.Any(char.IsControl)).WithMessage("Use at most 200 characters without control characters.");
        RuleFor(plan => plan).Custom(static (plan, context) =>
        {
            // A plan's rules have the form of a tenant's.
            var rules = new RateLimitPolicy { Tenant = plan.Tenant, Principal = plan.Principal, Key = plan.Key, Address = plan.Address, Methods = plan.Methods, Quota = plan.Quota };
            var result = new RateLimitPolicyValidator().Validate(rules);
            foreach (var error in result.Errors)
            {
                context.AddFailure(error.PropertyName, error.ErrorMessage);
            }

            foreach (var error in result.IsValid ? RateLimitCosts.Unpayable(rules) : [])
            {
                context.AddFailure(error.Name, error.Message);
            }
        });
    }
}
