using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.RateLimits.Plans;

public sealed record RateLimitPlanUseState : IProjected
{
    public string? Plan { get; init; }

    /// <summary>The plan that is about to take its place, from before the tenant knows until after: both are in use.</summary>
    public string? Next { get; init; }

    public int Version { get; init; }

    [JsonIgnore]
    public string? Info => Plan is null ? Next : Next is null ? Plan : $"{Plan} {Next}";

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => null;

    /// <summary>Whether a row's <see cref="Info"/> names a plan.</summary>
    public static bool Names(string? info, string plan) => info is not null && info.Split(' ').Contains(plan, StringComparer.Ordinal);
}

/// <summary>Notes a plan before the tenant has it, and forgets the old one afterwards: a plan that a tenant may have is never free to be deleted.</summary>
[GrainType(Type)]
internal sealed class RateLimitPlanUseGrain(
    [PersistentState("plan")] IPersistentState<RateLimitPlanUseState> state,
    TenantGrains grains) : Grain, IRateLimitPlanUseGrain
{
    public const string Type = "rate-limit-plan-use";

    public Task<RateLimitPlanAssignment> GetAsync() => Task.FromResult(View());

    public async Task<Result<RateLimitPlanAssignment>> AssignAsync(string? plan, int version, Caller caller)
    {
        if (version != state.State.Version)
        {
            return Problem.PreconditionFailed();
        }

        if (!TenantId.TryParse(GrainContext.RestOf(), out var tenant) || (plan is not null && !RateLimitPlan.IsName(plan)))
        {
            return Problem.InvalidParams("The name of the plan is not valid.");
        }

        if (state.State.Next is not null)
        {
            // The last one was cut short, and the tenant may have either.
            await TellAsync(tenant, state.State.Plan);
            await state.SaveAsync(state.State with { Next = null });
        }

        if (plan is not null)
        {
            await state.SaveAsync(state.State with { Next = plan });
            if (!await grains.Platform.The<IRateLimitPlanBookGrain>().HasAsync(plan))
            {
                await state.SaveAsync(state.State with { Next = null });
                return Problem.Invalid([new FieldError("plan", "There is no such plan.")]);
            }
        }

        await TellAsync(tenant, plan);
        await state.SaveAsync(new RateLimitPlanUseState { Plan = plan, Version = version + 1 });
        return View();
    }

    private async Task TellAsync(TenantId tenant, string? plan) => await grains.For(tenant).The<IRateLimitBookGrain>().UsePlanAsync(plan);

    private RateLimitPlanAssignment View() => new(state.State.Plan, state.State.Version);
}
