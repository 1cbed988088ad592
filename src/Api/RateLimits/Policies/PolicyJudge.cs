using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp;
using Platform.Api.RateLimits.Plans;

namespace Platform.Api.RateLimits.Policies;

/// <summary>What is wrong with limits that a tenant wants, before they are kept.</summary>
internal sealed class PolicyJudge(RatePlans plans, McpMethods methods, TenantGrains grains)
{
    /// <summary>Null when it can have them.</summary>
    /// <param name="policy">What it wants; valid in itself.</param>
    /// <param name="assigned">The plan that it was given; null for the default one.</param>
    public async ValueTask<Problem?> CheckAsync(RateLimitPolicy policy, string? assigned)
    {
        if (methods.FirstUnknown(policy.Methods.Keys) is { } unknown)
        {
            return unknown;
        }

        var plan = (await plans.GetAsync()).For(assigned);
        var above = plan?.Plan.Refuses(plan.Name, policy) ?? [];
        var errors = above.Count > 0 ? above : RateLimitCosts.Unpayable(InForce(policy, plan));
        return errors.Count > 0 ? Problem.Invalid(errors) : null;
    }

    /// <summary>The view with what its tenant may not have meant.</summary>
    public async Task<RateLimitsView> WarnAsync(TenantId tenant, RateLimitsView view)
    {
        var inForce = InForce(view.Policy, (await plans.GetAsync()).For(view.Plan));
        if ((inForce.Key ?? await DefaultOfAsync(tenant)) is not { } key)
        {
            return view;
        }

        return view with { Warnings = [.. RateLimitCosts.Unpayable(inForce), .. RateLimitCosts.UnpayableByDefault(inForce, key)] };
    }

    private static RateLimitPolicy InForce(RateLimitPolicy policy, RateLimitPlanView? plan) => plan?.Plan.Over(policy) ?? policy;

    private async Task<RateLimitRule?> DefaultOfAsync(TenantId tenant) => (await grains.For(tenant).The<ITenantGrain>().GetAsync()).Try(out var view, out _) ? view.RateLimit : null;
}
