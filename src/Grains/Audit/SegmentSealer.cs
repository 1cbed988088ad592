using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>
/// Cuts a shard's chain into segments and has them signed. Knows only what is committed: after a crash at any point it starts from the last stored segment and the
/// records after it, and makes again what was not stored. Used by one grain, on its turns.
/// </summary>
/// <param name="tenant">Of the shard.</param>
/// <param name="shard">Of the tenant.</param>
/// <param name="log">Where both lie.</param>
/// <param name="sign">Signs a header.</param>
/// <param name="fenced">Called when another activation sealed a segment: the one that stands is to be read again.</param>
/// <param name="clock">For the time of sealing.</param>
/// <param name="logger">Of the grain.</param>
internal sealed partial class SegmentSealer(TenantId tenant, string shard, IAuditLog log, Func<byte[], Task<Result<string>>> sign, Action fenced, TimeProvider clock, ILogger logger)
{
    private const int Page = 1_000;

    private readonly Queue<Cut> _cuts = new();
    private OpenSegment _open = new();
    private Task? _sealing;

    /// <summary>A stretch of the chain that gets no further records and is not signed yet.</summary>
    private sealed record Cut(AuditRow First, AuditRow Last, byte[] Root);

    /// <summary>Sealed segments.</summary>
    public long Segments { get; private set; }

    /// <summary>Hash of the last sealed segment's statement.</summary>
    public string LastHeader { get; private set; } = SegmentHeader.None;

    /// <summary>True while records wait for their segment to end or to be signed.</summary>
    public bool HasOpen => _open.Count > 0 || _cuts.Count > 0;

    /// <summary>Reads the last segment and the records after it. Once, before anything else.</summary>
    public async Task LoadAsync(long head)
    {
        var sealedTo = await LastAsync();
        for (var from = sealedTo + 1; from <= head;)
        {
            var rows = await log.ReadAsync(tenant, shard, from, (int)Math.Min(Page, head - from + 1), CancellationToken.None);
            if (rows.Count == 0)
            {
                return;
            }

            foreach (var row in rows)
            {
                Add(row);
            }

            from = rows[^1].Sequence + 1;
        }
    }

    /// <summary>Takes a committed record in.</summary>
    public void Add(AuditRow row)
    {
        _open.Add(row);
        if (_open.Count == SegmentHeader.MostRecords)
        {
            CutHere();
        }
    }

    /// <summary>Ends a segment whose time is over.</summary>
    public void Settle()
    {
        if (_open.Count > 0 && clock.GetUtcNow() - _open.First.At >= SegmentHeader.MostTime)
        {
            CutHere();
        }
    }

    /// <summary>Signs and stores what was cut. One at a time; whoever comes meanwhile gets the one under way. A failure is logged and tried again by the next call.</summary>
    public Task SealAsync() => _sealing is { IsCompleted: false } ? _sealing : _sealing = SealNowAsync();

    private async Task SealNowAsync()
    {
        while (_cuts.TryPeek(out var cut))
        {
            try
            {
                if (!(await sign(Header(cut).Write())).Try(out var statement, out var refused))
                {
                    Log.NotSealed(logger, null, tenant, refused.Detail);
                    return;
                }

                await log.SealAsync(tenant, shard, new AuditSegmentRow(Segments + 1, cut.First.Sequence, cut.Last.Sequence, clock.GetUtcNow(), statement), CancellationToken.None);
                (Segments, LastHeader) = (Segments + 1, AuditStatement.HashOf(statement));
                _cuts.Dequeue();
            }
            catch (AuditConflictException taken)
            {
                Log.NotSealed(logger, taken, tenant, "fenced");
                fenced();
                return;
            }
            catch (Exception failure)
            {
                Log.NotSealed(logger, failure, tenant, "storage");
                return;
            }
        }
    }

    private async Task<long> LastAsync()
    {
        if (await log.LastSegmentAsync(tenant, shard, CancellationToken.None) is not { } last)
        {
            (Segments, LastHeader) = (0, SegmentHeader.None);
            return 0;
        }

        (Segments, LastHeader) = (last.Number, AuditStatement.HashOf(last.Statement));
        return last.Last;
    }

    private void CutHere()
    {
        _cuts.Enqueue(new Cut(_open.First, _open.Last, _open.Tree.Root()));
        _open = new OpenSegment();
    }

    private SegmentHeader Header(Cut cut) => new()
    {
        V = 1,
        Tenant = tenant.ToString(),
        Shard = shard,
        Number = Segments + 1,
        First = cut.First.Sequence,
        Last = cut.Last.Sequence,
        FirstHash = Convert.ToHexStringLower(cut.First.Hash),
        LastHash = Convert.ToHexStringLower(cut.Last.Hash),
        Root = Convert.ToHexStringLower(cut.Root),
        Previous = LastHeader,
        Opened = cut.First.At,
        Closed = cut.Last.At,
        Sealed = clock.GetUtcNow(),
    };

    private sealed class OpenSegment
    {
        public MerkleFrontier Tree { get; } = new();

        public long Count => Tree.Count;

        public AuditRow First { get; private set; }

        public AuditRow Last { get; private set; }

        public void Add(AuditRow row)
        {
            // Only what a header says of them is kept: the records are on disk.
            Tree.Add(row.Record);
            Last = row with { Record = [] };
            First = Tree.Count == 1 ? Last : First;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditSegmentNotSealed", Level = LogLevel.Error, Message = "A segment of the audit trail of {Tenant} was not sealed ({Reason}); it is tried again within a minute.")]
        public static partial void NotSealed(ILogger logger, Exception? failure, TenantId tenant, string reason);
    }
}
