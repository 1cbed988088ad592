using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.RateLimits;

public sealed record RateLimitBookState
{
    public RateLimitPolicy Policy { get; init => field = value ?? RateLimitPolicy.None; } = RateLimitPolicy.None;
    public int Version { get; init; }
    public DateTimeOffset? ChangedAt { get; init; }
    public string? ChangedBy { get; init; }
    public string? Plan { get; init; }
}

[GrainType("rate-limit-book")]
internal sealed class RateLimitBookGrain(
    [PersistentState("rate-limits")] IPersistentState<RateLimitBookState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IRateLimitBookGrain
{
    public Task<RateLimitsView> GetAsync() => Task.FromResult(View());

    public async Task<Result<RateLimitsView>> SetAsync(RateLimitPolicy policy, int version, Caller caller)
    {
        if (version != state.State.Version)
        {
            return new Problem(ProblemCode.PreconditionFailed, "The rate limits were changed since they were read. Read them again.");
        }

        await state.SaveAsync(state.State with { Policy = policy, Version = version + 1, ChangedAt = clock.GetUtcNow(), ChangedBy = caller.NameIn(GrainContext.TenantOf()) });
        await PublishAsync();
        return View();
    }

    public async Task UsePlanAsync(string? plan)
    {
        if (!string.Equals(plan, state.State.Plan, StringComparison.Ordinal))
        {
            await state.SaveAsync(state.State with { Plan = plan });
        }

        await PublishAsync();
    }

    private Task PublishAsync() => grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.RateLimits, ""));

    private RateLimitsView View() => new()
    {
        Policy = state.State.Policy,
        Version = state.State.Version,
        ChangedAt = state.State.ChangedAt,
        ChangedBy = state.State.ChangedBy,
        Plan = state.State.Plan,
    };
}
