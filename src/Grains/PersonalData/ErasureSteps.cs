using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Audit;

namespace Platform.Grains.PersonalData;

/// <summary>
/// What each step of an erasure does. A step answers what is to be noted of it; null when it is not over yet. Called by the erasure's own grain: what it calls is called in that grain's name.
/// </summary>
internal sealed class ErasureSteps(TenantGrains grains, IEnumerable<IPersonalStore> stores, TimeProvider clock)
{
    /// <summary>A tenant has one shard for now.</summary>
    private const string Shard = "0";

    private readonly IPersonalStore[] _stores = [.. stores];

    public string[] All => ErasurePlan.Steps(_stores.Select(store => store.Name));

    public async Task<Result<ErasureState?>> RunAsync(string step, ErasureState state, CancellationToken cancel)
    {
        switch (step)
        {
            case ErasurePlan.Close:
                return await CloseAsync(state) is { } open ? open : state;
            case ErasurePlan.Count:
                return state with { Removed = await CountAsync(state, cancel) };
            case ErasurePlan.Export:
                await grains.For(state.Tenant).Get<IPersonalExportGrain>(state.Principal).ForgetAsync();
                return state;
            case ErasurePlan.Settle:
                return ErasurePlan.IsSettled(state, clock.GetUtcNow()) ? state : default(ErasureState);
            case ErasurePlan.Check:
                return await EraseAsync(_stores, state, cancel) is { } left ? left : state;
            case ErasurePlan.Record:
                return await RecordAsync(state);
            default:
                return await EraseAsync(_stores.Where(store => string.Equals(store.Name, step, StringComparison.Ordinal)), state, cancel) is { } refused ? refused : state;
        }
    }

    /// <summary>One after another with every change that could take the last admin away; who was deleted before has nothing left to close.</summary>
    private async Task<Problem?> CloseAsync(ErasureState state)
    {
        var own = grains.For(state.Tenant);
        var refused = await own.The<IPrincipalIndexGrain>().DeleteAsync(state.Principal, CallerOf(state));
        return refused is { Code: ProblemCode.NotFound } && await own.Get<IPrincipalGrain>(state.Principal).RecordAsync() is { View: null } ? null : refused;
    }

    private async Task<RemovedThings[]> CountAsync(ErasureState state, CancellationToken cancel)
    {
        var found = new List<RemovedThings>(_stores.Length);
        foreach (var store in _stores)
        {
            found.Add(new RemovedThings(store.Name, (await store.ReadAsync(state.Tenant, state.Principal, cancel)).Count));
        }

        return [.. found];
    }

    private static async Task<Problem?> EraseAsync(IEnumerable<IPersonalStore> stores, ErasureState state, CancellationToken cancel)
    {
        var erasure = new PersonErasure(state.Tenant, state.Principal, state.KeepIssuedKeys, CallerOf(state));
        foreach (var store in stores)
        {
            if (await store.EraseAsync(erasure, cancel) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private async Task<Result<ErasureState?>> RecordAsync(ErasureState state)
    {
        var now = clock.GetUtcNow();
        var record = new ErasureRecord
        {
            V = 1,
            Tenant = state.Tenant.ToString(),
            Principal = state.Principal,
            Asked = state.AskedAt,
            AskedBy = state.AskedBy,
            KeptIssuedKeys = state.KeepIssuedKeys,
            Erased = now,
            Removed = state.Removed,
        };
        if (!(await grains.Platform.Get<IAuditSignerGrain>("audit-keys").SignAsync(ErasureRecord.Type, record.Write())).Try(out var signed, out var unsigned))
        {
            return unsigned;
        }

        var done = GrainRecord.Of(state.Tenant, state.EventId, now, "administration", "principals/erased", state.AskedBy, state.Principal);
        await grains.For(state.Tenant).Get<IAuditStreamGrain>(Shard).AppendAsync(new AuditBatch([done]));
        return state with { Record = signed, FinishedAt = now };
    }

    private static Caller CallerOf(ErasureState state) => new(state.Tenant, state.AskedBy, "none");
}
