using Platform.Abstractions.Audit;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Deletions;

/// <summary>
/// What each step of a purge does. A step answers what is to be noted of it; null when it is not over yet. Called by the purge's own grain: what it calls is called in that grain's name.
/// </summary>
internal sealed class PurgeSteps(TenantGrains grains, ITenantRows rows, IEnumerable<ITenantStore> stores, TenantReminders reminders, TimeProvider clock)
{
    private const int Batch = 256;

    /// <summary>So many batches of rows, then whoever asks how far it is gets an answer.</summary>
    private const int BatchesAtOnce = 40;

    /// <summary>A tenant has one shard for now, and so has the platform.</summary>
    private const string Shard = "0";

    private readonly ITenantStore[] _stores = [.. stores];

    public string[] All => PurgePlan.Steps(_stores.Select(store => store.Name));

    public async Task<Result<TenantPurgeState?>> RunAsync(string step, TenantPurgeState state, CancellationToken cancel)
    {
        var tenant = state.Tenant;
        switch (step)
        {
            case PurgePlan.Close:
                var closed = await Tenant(tenant).BeginPurgeAsync();
                return closed.Problem is { } open ? open : state;
            case PurgePlan.Settle:
                return PurgePlan.IsSettled(state, clock.GetUtcNow()) ? state : default(TenantPurgeState);
            case PurgePlan.Count:
                return state with { Removed = await CountAsync(tenant, cancel) };
            case PurgePlan.Seal:
                await rows.CloseAsync(tenant.ToString(), cancel);
                return state;
            case PurgePlan.Hosts:
                return await ReleaseHostsAsync(tenant) is { } refused ? refused : state;
            case PurgePlan.Secrets:
                return await Estate(tenant).DestroySecretsAsync(CallerOf(state)) is { } unreached ? unreached : state;
            case PurgePlan.KeyOwners:
                await ReleaseKeysAsync(tenant);
                return state;
            case PurgePlan.Limits:
                await grains.Platform.Get<IRateLimitPlanUseGrain>(tenant.ToString()).ForgetAsync();
                return state;
            case PurgePlan.Rows:
                return await RemoveRowsAsync(tenant, cancel) ? state : default(TenantPurgeState);
            case PurgePlan.Memory:
                // The trail goes on: it is not the tenant's to take away.
                await grains.EndAsync(tenant, "audit-stream", "audit-search");
                return state;
            case PurgePlan.Reminders:
                await reminders.RemoveAsync(tenant, cancel);
                return state;
            case PurgePlan.Check:
                return await IsEmptyAsync(state, cancel) ? state : default(TenantPurgeState);
            case PurgePlan.Slug:
                await grains.Platform.Get<ITenantDirectoryGrain>(state.Slug).RetireAsync(tenant, state.ReleaseSlug);
                await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(tenant, ChangeKind.Tenant, state.Slug));
                return state;
            case PurgePlan.Trail:
                return (await Estate(tenant).CheckpointAsync()).Try(out var checkpoint, out var unsigned) ? state with { Checkpoint = checkpoint } : unsigned;
            case PurgePlan.Record:
                return await RecordAsync(state);
            default:
                await _stores.Single(store => string.Equals(store.Name, step, StringComparison.Ordinal)).PurgeAsync(tenant, cancel);
                return state;
        }
    }

    private async Task<RemovedThings[]> CountAsync(TenantId tenant, CancellationToken cancel)
    {
        var hosts = (await Tenant(tenant).GetAsync()).Try(out var view, out _) ? view.Hosts.Length : 0;
        var removed = new List<RemovedThings>
        {
            new(PurgePlan.Hosts, hosts),
            new(PurgePlan.Secrets, await Estate(tenant).CountSecretsAsync()),
            new(PurgePlan.KeyOwners, (await OwnedAsync(tenant)).Length),
        };
        foreach (var store in _stores)
        {
            removed.Add(new RemovedThings(store.Name, await store.CountAsync(tenant, cancel)));
        }

        removed.AddRange((await rows.CountAsync(tenant.ToString(), cancel)).Select(row => new RemovedThings($"rows/{row.GrainType}", row.Rows)));
        return [.. removed];
    }

    private async Task<Problem?> ReleaseHostsAsync(TenantId tenant)
    {
        if (!(await Tenant(tenant).GetAsync()).Try(out var view, out _))
        {
            return null;
        }

        foreach (var host in view.Hosts)
        {
            // A name that is another tenant's by now is only noted here.
            if (await grains.Platform.Get<ITenantHostGrain>(host).ReleaseAsync(tenant, Nobody) is { Code: not ProblemCode.NotFound } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private async Task ReleaseKeysAsync(TenantId tenant)
    {
        foreach (var owned in await OwnedAsync(tenant))
        {
            await grains.Platform.Get<IKeyOwnerGrain>(owned.KeyId).ReleaseAsync(tenant);
        }
    }

    private async Task<KeyOwner[]> OwnedAsync(TenantId tenant) =>
        [.. (await grains.Platform.Get<IKeyOwnerIndexGrain>("index").AllAsync()).Where(owner => owner.Tenant == tenant)];

    private async Task<bool> RemoveRowsAsync(TenantId tenant, CancellationToken cancel)
    {
        for (var batch = 0; batch < BatchesAtOnce; batch++)
        {
            if (await rows.RemoveAsync(tenant.ToString(), Batch, cancel) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> IsEmptyAsync(TenantPurgeState state, CancellationToken cancel)
    {
        var tenant = state.Tenant;
        foreach (var store in _stores)
        {
            await store.PurgeAsync(tenant, cancel);
        }

        await reminders.RemoveAsync(tenant, cancel);

        // Secrets by what grains hold in memory: the rows that named them are gone.
        return await Estate(tenant).DestroySecretsAsync(CallerOf(state)) is null && await Estate(tenant).CountSecretsAsync() == 0
            && await RemoveRowsAsync(tenant, cancel) && (await OwnedAsync(tenant)).Length == 0;
    }

    private async Task<Result<TenantPurgeState?>> RecordAsync(TenantPurgeState state)
    {
        if (!AuditStatement.TryRead(state.Checkpoint, AuditCheckpoint.Type, out var statement) || !AuditCheckpoint.TryRead(statement.Payload, out var end))
        {
            throw new InvalidOperationException("The checkpoint of a purge is not what was signed.");
        }

        var now = clock.GetUtcNow();
        var record = new DeletionRecord
        {
            V = 1,
            Tenant = state.Tenant.ToString(),
            Slug = state.Slug,
            SlugReleased = state.ReleaseSlug,
            Created = state.TenantCreatedAt,
            Deleted = state.DeletedAt,
            DeletedBy = state.DeletedBy,
            Begun = state.BegunAt!.Value,
            PurgedBy = CallerOf(state).Principal,
            Purged = now,
            Removed = state.Removed,
            TrailSequence = end.Sequence,
            TrailCheckpoint = statement.Hash,
        };
        if (!(await grains.Platform.Get<IAuditKeyRingGrain>("audit-keys").SignDeletionAsync(record.Write())).Try(out var signed, out var unsigned))
        {
            return unsigned;
        }

        var done = GrainRecord.Of(TenantId.Platform, state.EventId, now, "administration", "tenants/purged", record.PurgedBy, $"{state.Slug}/{state.Tenant}");
        await grains.Platform.Get<IAuditStreamGrain>(Shard).AppendAsync(new AuditBatch([done]));
        return state with { Record = signed, FinishedAt = now };
    }

    private ITenantGrain Tenant(TenantId tenant) => grains.For(tenant).The<ITenantGrain>();

    private ITenantEstateGrain Estate(TenantId tenant) => grains.For(tenant).The<ITenantEstateGrain>();

    private static Caller CallerOf(TenantPurgeState state) => state.PurgedBy is { } principal ? new Caller(TenantId.Platform, principal, "none") : Nobody;

    private static Caller Nobody { get; } = new(TenantId.Platform, DeletionRecord.Nobody, "none");
}
