using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Api.RateLimits.Policies;

namespace Platform.Api.Configurations;

/// <summary>The plan that operators give, and the limits that a tenant sets within it.</summary>
internal sealed class LimitSection(TenantGrains grains, PolicyJudge judge)
{
    /// <summary>Limits are judged by the plan that the tenant will have.</summary>
    public async Task TryAsync(ConfigurationRequest request, ConfigurationFaults faults)
    {
        if (request.Wanted.RateLimitPlan?.Name is { } named && !await grains.Platform.The<IRateLimitPlanBookGrain>().HasAsync(named))
        {
            faults.Add("rateLimitPlan", Problem.Invalid([new FieldError("name", "There is no such plan.")]));
        }
        else if (request.Wanted.RateLimits is { } policy)
        {
            faults.Add("rateLimits", await judge.CheckAsync(policy, request.Wanted.RateLimitPlan is { } wanted ? wanted.Name : request.Now.Plan?.Plan));
        }
    }

    /// <summary>The plan first: limits are judged by it.</summary>
    public IEnumerable<PlannedChange> Set(ConfigurationRequest request)
    {
        if (request.Wanted.RateLimitPlan is { } plan)
        {
            yield return PlannedChange.Between(ConfigurationKind.RateLimitPlan, null, new ConfiguredPlan(request.Now.Plan!.Plan), plan, _ =>
                [new ChangeStep(plan.Name is null ? "rate-limit-plans/unassign" : "rate-limit-plans/assign", () => AssignAsync(request, plan.Name))]);
        }

        if (request.Wanted.RateLimits is { } policy)
        {
            yield return PlannedChange.Between(ConfigurationKind.RateLimits, null, ConfigurationSnapshot.Of(request.Now.RateLimits!.Policy), policy, _ =>
                [new ChangeStep("rate-limits/set", () => SetAsync(request, policy))]);
        }
    }

    private async Task<Problem?> AssignAsync(ConfigurationRequest request, string? plan) =>
        (await grains.Platform.Get<IRateLimitPlanUseGrain>(request.Tenant.ToString()).AssignAsync(plan, request.Now.Plan!.Version, request.Author.Caller)).Problem;

    private async Task<Problem?> SetAsync(ConfigurationRequest request, RateLimitPolicy policy)
    {
        var book = grains.For(request.Tenant).The<IRateLimitBookGrain>();
        return await judge.CheckAsync(policy, (await book.GetAsync()).Plan) ?? (await book.SetAsync(policy, request.Now.RateLimits!.Version, request.Author.Caller)).Problem;
    }
}
