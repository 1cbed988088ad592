using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.RateLimits.Plans;

[GrainType("rate-limit-plan-book")]
internal sealed class RateLimitPlanBookGrain(
    [PersistentState("plans")] IPersistentState<RateLimitPlanBookState> state,
    IStateIndex rows,
    TenantGrains grains,
    TimeProvider clock) : Grain, IRateLimitPlanBookGrain
{
    // What nodes are told between the turns of a change: only what is on disk.
    private RateLimitPlanTable _table = new(0, []);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _table = new RateLimitPlanTable(state.State.Version, state.State.Plans);
        return Task.CompletedTask;
    }

    public Task<RateLimitPlanTable?> SinceAsync(long version) => Task.FromResult(_table.Version == version ? null : _table);

    public Task<bool> HasAsync(string name) => Task.FromResult(state.State.Find(name) is not null);

    public async Task<Result<RateLimitPlanView>> SetAsync(string name, RateLimitPlan plan, long version, Caller caller)
    {
        if (!RateLimitPlan.IsName(name))
        {
            return Problem.InvalidParams("The name of the plan is not valid.");
        }

        if (!RateLimitPlanBook.Set(state.State, name, plan, version, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        await KeepAsync(next);
        return next.Find(name)!;
    }

    public async Task<Problem?> DeleteAsync(string name, long version, Caller caller)
    {
        if (!RateLimitPlanBook.Delete(state.State, name, version).Try(out var next, out var refused))
        {
            return refused;
        }

        // Who is given the plan from here on notes it first and asks afterwards whether it is still there: that question waits for the end of this.
        await foreach (var use in rows.AllAsync(TenantId.Platform.ToString(), RateLimitPlanUseGrain.Type, CancellationToken.None))
        {
            if (RateLimitPlanUseState.Names(use.Info, name))
            {
                return Problem.Conflict("A tenant has this plan. Give it another one first.");
            }
        }

        await KeepAsync(next);
        return null;
    }

    private async Task KeepAsync(RateLimitPlanBookState next)
    {
        await state.SaveAsync(next);
        _table = new RateLimitPlanTable(next.Version, next.Plans);
        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(TenantId.Platform, ChangeKind.RateLimits, ""));
    }
}
