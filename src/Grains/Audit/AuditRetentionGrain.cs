using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Audit;

/// <summary>
/// Deletes what is older than a trail is kept (AL-2): first the event that says so, then the signed statement, then the records; a run that was cut short goes on with the next one. Holds and
/// deletions are turns of one grain, so that nothing is deleted once a hold is placed.
/// </summary>
[GrainType("audit-retention")]
internal sealed partial class AuditRetentionGrain(
    [PersistentState("audit-retention")] IPersistentState<AuditRetentionState> state,
    IAuditLog log,
    TenantGrains grains,
    IOptions<GrainOptions> options,
    TimeProvider clock,
    ILogger<AuditRetentionGrain> logger) : Grain, IAuditRetentionGrain
{
    private const string Shard = "0";

    private int Least => options.Value.AuditRetentionDays;

    private TenantId Trail => TenantId.TryParse(GrainContext.RestOf(), out var trail) ? trail : throw new TenantAccessException("The grain's key names no trail.");

    public async Task<AuditRetentionView> GetAsync() =>
        new(AuditRetention.Days(state.State, Least), Least, state.State.Holds, (await PrunedAsync())?.Through ?? 0);

    public async Task<Result<AuditRetentionView>> SetAsync(SetAuditRetention command, int expected, Caller caller)
    {
        if (expected != AuditRetention.Days(state.State, Least))
        {
            return Problem.PreconditionFailed();
        }

        if (!AuditRetention.Set(state.State, command.Days, Least).Try(out var next, out var refused))
        {
            return refused;
        }

        await state.SaveAsync(next);
        return await GetAsync();
    }

    public async Task<Result<AuditHold>> HoldAsync(PlaceAuditHold command, Caller caller)
    {
        var id = RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 8);
        var hold = new AuditHold(id, command.Reason, caller.NameIn(Trail), caller.Tenant == TenantId.Platform, clock.GetUtcNow());
        if (!AuditRetention.Hold(state.State, hold).Try(out var next, out var refused))
        {
            return refused;
        }

        await state.SaveAsync(next);
        return hold;
    }

    public async Task<Result<AuditHold>> ReleaseAsync(string hold, Caller caller)
    {
        var released = Array.Find(state.State.Holds, known => string.Equals(known.Id, hold, StringComparison.Ordinal));
        if (!AuditRetention.Release(state.State, hold, caller).Try(out var next, out var refused))
        {
            return refused;
        }

        await state.SaveAsync(next);
        return released!;
    }

    public async Task<long> PruneDueAsync()
    {
        var pruned = await PrunedAsync();
        if (state.State.Holds.Length > 0)
        {
            return pruned?.Through ?? 0;
        }

        var segments = await log.SegmentsAsync(Trail, Shard, (pruned?.Segment ?? 0) + 1, AuditRetention.MostSegments, CancellationToken.None);
        var days = AuditRetention.Days(state.State, Least);
        if (segments.Count == 0 || !AuditKeyChain.TryRead(await grains.Platform.Get<IAuditSignerGrain>("audit-keys").KeysAsync(), out var keys)
            || AuditRetention.Due(BelievedSegments.Read(segments.Select(segment => segment.Statement), Trail, Shard, segments[0].Number, keys), days, clock.GetUtcNow()) is not { } last)
        {
            // What a run that was cut short left behind.
            await PruneAsync(pruned, await log.PrunedAsync(Trail, Shard, CancellationToken.None));
            return pruned?.Through ?? 0;
        }

        var next = new PrunedTrail { V = 1, Tenant = Trail.ToString(), Shard = Shard, Segment = last.Number, Through = last.Last, Hash = last.LastHash, Days = days, At = clock.GetUtcNow() };
        if (!(await grains.Platform.Get<IAuditKeyRingGrain>("audit-keys").SignPrunedAsync(next.Write())).Try(out var statement, out var refused))
        {
            Log.NotPruned(logger, Trail, refused.Detail);
            return pruned?.Through ?? 0;
        }

        await grains.For(Trail).Get<IAuditUpkeepGrain>(Shard).RecordPruningAsync(next);
        await PruneAsync(next, statement);
        Log.Pruned(logger, Trail, next.Through, days);
        return next.Through;
    }

    private async Task PruneAsync(PrunedTrail? pruned, string? statement)
    {
        if (pruned is not null && statement is not null)
        {
            await log.PruneAsync(Trail, Shard, pruned.Through, statement, CancellationToken.None);
        }
    }

    private async Task<PrunedTrail?> PrunedAsync() =>
        PrunedTrail.TryRead(await log.PrunedAsync(Trail, Shard, CancellationToken.None), out _, out var pruned) ? pruned : null;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditRecordsPruned", Level = LogLevel.Information, Message = "The audit trail of {Tenant} is kept from record {Through} on no longer than {Days} days; what was before it is deleted.")]
        public static partial void Pruned(ILogger logger, TenantId tenant, long through, int days);

        [LoggerMessage(EventId = 2, EventName = "AuditRecordsNotPruned", Level = LogLevel.Error, Message = "The audit trail of {Tenant} has records whose time is over, and they could not be deleted: {Reason}")]
        public static partial void NotPruned(ILogger logger, TenantId tenant, string reason);
    }
}
