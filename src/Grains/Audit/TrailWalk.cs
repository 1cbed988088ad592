using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>Reads a shard's whole trail, a page at a time, and has it judged.</summary>
/// <param name="log">Where it lies.</param>
/// <param name="tenant">Whose it is.</param>
/// <param name="shard">Of the tenant.</param>
internal sealed class TrailWalk(IAuditLog log, TenantId tenant, string shard)
{
    private const int Page = 1_000;

    /// <param name="keys">Statements of the audit keys.</param>
    /// <param name="end">The end as whoever writes the trail knows it; asked after the segments were read, so that it is never behind them.</param>
    public async Task<AuditVerification> VerifyAsync(string[] keys, Func<AuditHead> end)
    {
        while (true)
        {
            var pruned = await log.PrunedAsync(tenant, shard, CancellationToken.None);
            var result = await VerifyAsync(keys, end, pruned);
            if (string.Equals(pruned, await log.PrunedAsync(tenant, shard, CancellationToken.None), StringComparison.Ordinal))
            {
                return result;
            }

            // Records were deleted, as they may be, while it read.
        }
    }

    private async Task<AuditVerification> VerifyAsync(string[] keys, Func<AuditHead> end, string? pruned)
    {
        AuditKeyChain.TryRead(keys, out var chain);
        var verifier = new TrailVerifier(tenant, shard, chain);
        IReadOnlyList<AuditSegmentRow> segments;
        do
        {
            segments = await log.SegmentsAsync(tenant, shard, verifier.Segments + 1, Page, CancellationToken.None);
            foreach (var segment in segments)
            {
                verifier.AddSegment(segment.Statement);
            }
        }
        while (segments.Count == Page && !verifier.HasFault);

        if (pruned is not null)
        {
            verifier.AddPruned(pruned);
        }

        var last = end();
        verifier.EndAt(last.Sequence, last.Hash);
        await RecordsAsync(verifier, last.Sequence);
        return verifier.Finish();
    }

    private async Task RecordsAsync(TrailVerifier verifier, long last)
    {
        for (var from = verifier.Next; from <= last;)
        {
            var rows = await log.ReadAsync(tenant, shard, from, (int)Math.Min(Page, last - from + 1), CancellationToken.None);
            foreach (var row in rows)
            {
                if (row.Sequence > last || !verifier.AddRecord(row.Sequence, row.Record, row.Hash))
                {
                    return;
                }
            }

            if (rows.Count == 0)
            {
                return;
            }

            from = rows[^1].Sequence + 1;
        }
    }
}
