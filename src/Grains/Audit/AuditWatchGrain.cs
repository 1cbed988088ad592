using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;

namespace Platform.Grains.Audit;

/// <summary>
/// Commits to the ends of all trails and compares the store with what was committed to (docs/audit.md). A trail against which something is held keeps the head that was seen:
/// no later checkpoint says that less is right, until an operator does.
/// </summary>
[GrainType("audit-watch")]
internal sealed partial class AuditWatchGrain(
    [PersistentState("audit-watch")] IPersistentState<AuditWatchState> state,
    IAuditCheckpoints checkpoints,
    IAuditLog log,
    TenantGrains grains,
    IOptions<GrainOptions> options,
    TimeProvider clock,
    ILogger<AuditWatchGrain> logger) : Grain, IAuditWatchGrain
{
    /// <summary>The principal of what the watch does by itself.</summary>
    public const string System = "audit-watch";

    private const int Page = 500;

    /// <summary>Trails from which one look deletes; the others wait for the next.</summary>
    public const int MostPruned = 50;

    /// <summary>Runs of deleting in one trail and look; the first says how far it was already.</summary>
    private const int MostRuns = 25;

    /// <summary>A trail that is in use seals itself within a minute of its hour; one that did not is asleep, or waits for the vault.</summary>
    private static readonly TimeSpan Overdue = SegmentHeader.MostTime + TimeSpan.FromMinutes(2);

    // What a witness that has the number before lacks; the usual case.
    private WitnessRecord? _latest;
    private string _prunedLast = "";

    private AuditFinding[] Findings => state.State.Findings;

    public async Task<AuditWatchView> KeepUpAsync(TimeSpan every)
    {
        await ContainAsync();
        var last = await checkpoints.LastAsync(CancellationToken.None);
        if (last is null || clock.GetUtcNow() - last.At >= every)
        {
            var taken = await TakeAsync(accepted: null);
            if (taken.Problem is { } refused)
            {
                Log.NotTaken(logger, refused.Detail);
            }
        }

        return await ViewAsync();
    }

    public Task<Result<string>> TakeAsync(Caller caller) => TakeAsync(accepted: null);

    public async Task<string[]> PageAsync(long from, int count) =>
        [.. (await checkpoints.CheckpointsAsync(Math.Max(1, from), Math.Clamp(count, 1, 1_000), CancellationToken.None)).Select(row => row.Statement)];

    public async Task<Result<AuditInclusion>> ProveAsync(string tenant, string shard)
    {
        var last = await checkpoints.LastAsync(CancellationToken.None);
        var heads = await checkpoints.HeadsAsync(CancellationToken.None);
        var at = heads.ToList().FindIndex(head => string.Equals(head.Tenant, tenant, StringComparison.Ordinal) && string.Equals(head.Shard, shard, StringComparison.Ordinal));
        return last is null || at < 0 ? Problem.NotFound("trail in the last platform checkpoint") : new AuditInclusion(last.Statement, heads[at], at, HeadTree.PathOf(heads, at));
    }

    public async Task<WitnessRecord?> SinceAsync(long number)
    {
        if (await checkpoints.LastAsync(CancellationToken.None) is not { } last || last.Number == number)
        {
            return null;
        }

        return number > 0 && number == last.Number - 1 && _latest?.Number == last.Number
            ? _latest
            : new WitnessRecord { V = 1, Number = last.Number, Statement = last.Statement, Full = true, Heads = [.. await checkpoints.HeadsAsync(CancellationToken.None)] };
    }

    public async Task<AuditWatchView> CompareAsync(string witness, WitnessRecord record)
    {
        var reader = new WitnessReader();
        reader.Add(record);
        var keys = await KeysAsync();
        var fault = PlatformCheckpoint.TryRead(record.Statement, out var statement, out var checkpoint)
            ? keys is null ? AuditFault.UnknownKey : keys.Check(statement, checkpoint.At, out _) ?? (record.Full ? reader.Check(keys) : null) ?? await StoredAsync(record)
            : AuditFault.Unreadable;
        if (fault is not null)
        {
            await FindAsync([Found(TenantId.Platform.ToString(), AuditFinding.Checkpoints, record.Number, fault, null, witness)]);
        }

        // Only what the ring signed says something of tenants; also of a record that the store has lost.
        if (fault is null or AuditFault.RolledBack or AuditFault.Rewritten)
        {
            var lost = await new HeadComparison(log, await EndsAsync(), keys).CompareAsync(reader.Heads);
            await FindAsync(lost.Select(head => Found(head, witness)));
        }

        return await ViewAsync();
    }

    public Task<AuditFinding[]> FindingsAsync() => Task.FromResult(Findings);

    public async Task<Result<AuditFinding>> AcceptAsync(string tenant, AcceptAuditFinding command, Caller caller)
    {
        if (Array.Find(Findings, finding => string.Equals(finding.Tenant, tenant, StringComparison.Ordinal)) is not { } accepted)
        {
            return Problem.NotFound("finding");
        }

        // The checkpoint first: what is accepted and not yet committed to would be found again.
        if ((await TakeAsync(accepted)).Problem is { } refused)
        {
            return refused;
        }

        await state.SaveAsync(state.State with { Findings = [.. Findings.Where(finding => finding.Id != accepted.Id)] });
        Log.Accepted(logger, accepted.Tenant, accepted.Shard, accepted.Sequence, caller.Principal);
        return accepted;
    }

    private async Task<Result<string>> TakeAsync(AuditFinding? accepted)
    {
        var ends = await EndsAsync();
        await SealAsync(ends.Values);
        await PruneAsync(ends.Values);
        ends = await EndsAsync();
        var last = await checkpoints.LastAsync(CancellationToken.None);
        var before = last is null ? [] : await checkpoints.HeadsAsync(CancellationToken.None);
        await JudgeAsync(last, before, ends, accepted);
        var heads = Heads(ends, accepted);
        var next = new PlatformCheckpoint
        {
            V = 1,
            Number = (last?.Number ?? 0) + 1,
            Trails = heads.Length,
            Root = HeadTree.RootOf(heads),
            Previous = last is null ? SegmentHeader.None : AuditStatement.HashOf(last.Statement),
            At = clock.GetUtcNow(),
        };
        if (!(await grains.Platform.Get<IAuditKeyRingGrain>(Ring).SignCheckpointAsync(next.Write())).Try(out var statement, out var refused))
        {
            return refused;
        }

        var changed = Changed(before, heads);
        await checkpoints.SaveAsync(new PlatformCheckpointRow(next.Number, next.At, statement), changed, CancellationToken.None);
        _latest = new WitnessRecord { V = 1, Number = next.Number, Statement = statement, Full = false, Heads = changed };
        return statement;
    }

    /// <summary>The heads that the last checkpoint signed must be those that are stored of it, and every trail must still have its own.</summary>
    private async Task JudgeAsync(PlatformCheckpointRow? last, IReadOnlyList<TrailHead> before, Dictionary<(string, string), TrailEnd> ends, AuditFinding? accepted)
    {
        if (last is null)
        {
            return;
        }

        var found = (await new HeadComparison(log, ends, await KeysAsync()).CompareAsync(before)).Select(head => Found(head, "checkpoint"));
        if (!PlatformCheckpoint.TryRead(last.Statement, out _, out var signed) || !string.Equals(signed.Root, HeadTree.RootOf(before), StringComparison.Ordinal))
        {
            found = found.Append(Found(TenantId.Platform.ToString(), AuditFinding.Checkpoints, last.Number, AuditFault.Rewritten, null, "checkpoint"));
        }

        await FindAsync(found.Where(finding => finding.Trail != accepted?.Trail));
    }

    private async Task<AuditKeyChain?> KeysAsync() => AuditKeyChain.TryRead(await grains.Platform.Get<IAuditSignerGrain>(Ring).KeysAsync(), out var keys) ? keys : null;

    /// <summary>What the store says of a number that a witness has; null when it is the same.</summary>
    private async Task<string?> StoredAsync(WitnessRecord record) =>
        await checkpoints.CheckpointsAsync(record.Number, 1, CancellationToken.None) is not [var row] || row.Number != record.Number ? AuditFault.RolledBack
        : string.Equals(row.Statement, record.Statement, StringComparison.Ordinal) ? null
        : AuditFault.Rewritten;

    private TrailHead[] Heads(Dictionary<(string Tenant, string Shard), TrailEnd> ends, AuditFinding? accepted)
    {
        var heads = ends.ToDictionary(
            end => end.Key,
            end => new TrailHead { Tenant = end.Key.Tenant, Shard = end.Key.Shard, Sequence = end.Value.Head.Sequence, Hash = Convert.ToHexStringLower(end.Value.Head.Hash) });
        foreach (var seen in Findings.Where(finding => finding.Id != accepted?.Id).Select(finding => finding.Seen).OfType<TrailHead>())
        {
            heads[(seen.Tenant, seen.Shard)] = seen;
        }

        var sorted = heads.Values.ToArray();
        Array.Sort(sorted, TrailHead.Compare);
        return sorted;
    }

    private static TrailHead[] Changed(IReadOnlyList<TrailHead> before, TrailHead[] now)
    {
        var known = before.ToDictionary(head => (head.Tenant, head.Shard));
        var changed = now.Where(head => !known.Remove((head.Tenant, head.Shard), out var old) || old != head).ToList();
        changed.AddRange(known.Values.Select(gone => gone with { Sequence = 0, Hash = SegmentHeader.None }));
        return [.. changed];
    }

    private async Task<Dictionary<(string Tenant, string Shard), TrailEnd>> EndsAsync()
    {
        var ends = new Dictionary<(string, string), TrailEnd>();
        (string, string)? after = null;
        while (true)
        {
            var page = await checkpoints.EndsAsync(after, Page, CancellationToken.None);
            foreach (var end in page)
            {
                ends[(end.Tenant, end.Shard)] = end;
            }

            if (page.Count < Page)
            {
                return ends;
            }

            after = (page[^1].Tenant, page[^1].Shard);
        }
    }

    /// <summary>Seals what is due of trails that nobody uses.</summary>
    private async Task SealAsync(IEnumerable<TrailEnd> ends)
    {
        var overdue = clock.GetUtcNow() - Overdue;
        foreach (var end in ends.Where(end => end.OpenSince < overdue))
        {
            await TendAsync(end.Tenant, tenant => grains.For(tenant).Get<IAuditUpkeepGrain>(end.Shard).SealDueAsync());
        }
    }

    /// <summary>Deletes what is older than it is kept. What something is held against stays as evidence.</summary>
    private async Task PruneAsync(IEnumerable<TrailEnd> ends)
    {
        var kept = clock.GetUtcNow() - TimeSpan.FromDays(options.Value.AuditRetentionDays);
        var old = ends.Where(end => end.Oldest < kept && !Array.Exists(Findings, finding => string.Equals(finding.Tenant, end.Tenant, StringComparison.Ordinal)))
            .Select(end => end.Tenant).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();

        // Trails that are held, or kept for longer, are old at each look: it begins where the last one ended, so that they take nobody's turn for ever.
        var first = Array.FindIndex(old, tenant => string.CompareOrdinal(tenant, _prunedLast) > 0);
        for (var i = 0; i < Math.Min(old.Length, MostPruned); i++)
        {
            _prunedLast = old[(Math.Max(first, 0) + i) % old.Length];
            await TendAsync(_prunedLast, _ => PruneAsync(grains.Platform.Get<IAuditRetentionGrain>(_prunedLast)));
        }
    }

    /// <summary>A run deletes some segments; a busy trail has more that are due than that in each look.</summary>
    private static async Task PruneAsync(IAuditRetentionGrain trail)
    {
        var through = 0L;
        for (var run = 0; run < MostRuns && await trail.PruneDueAsync() is var now && now > through; run++)
        {
            through = now;
        }
    }

    /// <summary>One trail that cannot be read must not keep the others from being sealed, deleted and committed to.</summary>
    private async Task TendAsync(string trail, Func<TenantId, Task> tend)
    {
        try
        {
            if (TenantId.TryParse(trail, out var tenant))
            {
                await tend(tenant);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.NotTended(logger, failure, trail);
        }
    }

    private AuditFinding Found(LostHead head, string by) => Found(head.Seen.Tenant, head.Seen.Shard, head.Sequence, head.Fault, head.Seen, by);

    private AuditFinding Found(string tenant, string shard, long sequence, string fault, TrailHead? seen, string by) => new()
    {
        Id = Guid.CreateVersion7(clock.GetUtcNow()),
        Tenant = tenant,
        Shard = shard,
        Sequence = sequence,
        Fault = fault,
        Seen = seen,
        By = by,
        At = clock.GetUtcNow(),
    };

    /// <summary>Loud, on record, and contained: once for a trail. Written down first, so that the next look does not believe what it sees, and contains what this one could not.</summary>
    private async Task FindAsync(IEnumerable<AuditFinding> found)
    {
        var fresh = found.Where(finding => !Array.Exists(Findings, known => known.Trail == finding.Trail)).DistinctBy(finding => finding.Trail).ToArray();
        if (fresh.Length == 0)
        {
            return;
        }

        await state.SaveAsync(new AuditWatchState { Findings = [.. Findings, .. fresh], Uncontained = [.. state.State.Uncontained, .. fresh.Select(finding => finding.Id)] });
        foreach (var finding in fresh)
        {
            Log.Found(logger, finding.Fault, finding.Tenant, finding.Shard, finding.Sequence, finding.By, finding.Seen?.Sequence ?? finding.Sequence);
        }

        await ContainAsync();
    }

    private async Task ContainAsync()
    {
        foreach (var finding in Findings.Where(finding => state.State.Uncontained.Contains(finding.Id)).ToArray())
        {
            if (await ContainAsync(finding))
            {
                await state.SaveAsync(state.State with { Uncontained = [.. state.State.Uncontained.Where(id => id != finding.Id)] });
            }
        }
    }

    /// <summary>Each step may be done again. Whether all are done: the tenant is read-only first, whatever becomes of the records.</summary>
    private async Task<bool> ContainAsync(AuditFinding finding)
    {
        var isTenants = TenantId.TryParse(finding.Tenant, out var tenant) && tenant != TenantId.Platform;
        var reason = $"The audit trail is not what was seen before: {finding.Fault} at record {finding.Sequence}.";
        var closed = !isTenants || await TryAsync(finding, () => grains.For(tenant).The<ITenantGrain>().MakeReadOnlyAsync(new MakeReadOnly { Reason = reason }, new Caller(TenantId.Platform, System, finding.By)));
        var recorded = await TryAsync(finding, () => grains.Platform.Get<IAuditUpkeepGrain>(Shard).RecordFindingAsync(finding));
        return (!isTenants || await TryAsync(finding, () => grains.For(tenant).Get<IAuditUpkeepGrain>(finding.Shard).RecordFindingAsync(finding))) && closed && recorded;
    }

    private async Task<bool> TryAsync(AuditFinding finding, Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // It stands in the state, and health says so; the next look tries again.
            Log.NotContained(logger, failure, finding.Tenant);
            return false;
        }
    }

    private async Task<AuditWatchView> ViewAsync()
    {
        var last = await checkpoints.LastAsync(CancellationToken.None);
        return new AuditWatchView(last?.Number ?? 0, last?.At, Findings);
    }

    private const string Ring = "audit-keys";
    private const string Shard = "0";

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditTrailNotAsSeen", Level = LogLevel.Critical,
            Message = "AUDIT TRAIL {Fault}: tenant {Tenant}, shard {Shard}, record {Sequence}; {By} has seen record {Seen}. The tenant is read-only until an operator looks into it (docs/audit.md).")]
        public static partial void Found(ILogger logger, string fault, string tenant, string shard, long sequence, string by, long seen);

        [LoggerMessage(EventId = 2, EventName = "AuditFindingNotContained", Level = LogLevel.Error, Message = "A finding in the audit trail of {Tenant} could not be put on record, or the tenant not be made read-only.")]
        public static partial void NotContained(ILogger logger, Exception failure, string tenant);

        [LoggerMessage(EventId = 3, EventName = "AuditFindingAccepted", Level = LogLevel.Warning, Message = "The audit trail of {Tenant}, shard {Shard}, is taken as it is from record {Sequence} on, as {Principal} decided.")]
        public static partial void Accepted(ILogger logger, string tenant, string shard, long sequence, string principal);

        [LoggerMessage(EventId = 4, EventName = "PlatformCheckpointNotTaken", Level = LogLevel.Error, Message = "No platform checkpoint could be made: {Reason}")]
        public static partial void NotTaken(ILogger logger, string reason);

        [LoggerMessage(EventId = 5, EventName = "AuditTrailNotTended", Level = LogLevel.Error, Message = "The audit trail of {Tenant} has something overdue, to be sealed or to be deleted, and could not be tended.")]
        public static partial void NotTended(ILogger logger, Exception failure, string tenant);
    }
}
