using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>
/// Searches of the audit log in the cluster's database: walks a chain in the order of time and looks at each record, at most <see cref="AuditFinder.MaxVisited"/> of them
/// for a page. Only time and correlation have an index there, so everything of a range is counted in the database, up to <see cref="MaxCounted"/> events, and what has conditions by walking.
/// </summary>
internal sealed class PostgresAuditSearch(PostgresDatabase database) : IAuditSearch
{
    /// <summary>Entries of the index of time that the database counts for one answer.</summary>
    public const int MaxCounted = 500_000;

    private const int Step = 1_000;
    private const string Columns = "SELECT seq, event_id, at, hash, record FROM audit_event WHERE tenant=$1 AND shard=$2";

    public async ValueTask<AuditMatches> FindAsync(TenantId tenant, string shard, FindAuditEvents query, CancellationToken cancel)
    {
        if (query.Filter.Correlation is { } id)
        {
            return await ByIdAsync(tenant, shard, id, query, cancel);
        }

        var from = query.Filter.From is { } first ? AuditRowCodec.Instant(first) : long.MinValue;
        var to = query.Filter.To is { } last ? AuditRowCodec.Instant(last) : long.MaxValue;
        var (at, sequence) = query.After is { } after ? (AuditRowCodec.Instant(after.At), after.Sequence) : query.OldestFirst ? (from, 0) : (to, 0);
        var found = new List<AuditRow>();
        var visited = 0;
        while (true)
        {
            var rows = await WalkAsync(tenant, shard, at, sequence, query.OldestFirst ? to : from, query.OldestFirst, cancel);
            foreach (var row in rows)
            {
                visited++;
                if (query.Filter.Fits(row.EventId, row.At, row.Record))
                {
                    if (found.Count == query.Count)
                    {
                        return new AuditMatches(found, PlaceOf(found[^1]), IsIndexed: true, visited);
                    }

                    found.Add(row);
                }

                if (visited == AuditFinder.MaxVisited)
                {
                    return new AuditMatches(found, PlaceOf(row), IsIndexed: true, visited);
                }
            }

            if (rows.Count < Step)
            {
                return new AuditMatches(found, null, IsIndexed: true, visited);
            }

            (at, sequence) = (AuditRowCodec.Instant(rows[^1].At), rows[^1].Sequence);
        }
    }

    public async ValueTask<AuditCounts?> CountAsync(TenantId tenant, string shard, AuditFilter filter, DateTimeOffset to, int buckets, CancellationToken cancel)
    {
        var range = AuditBuckets.Of(filter.From ?? await OldestAsync(tenant, shard, to, cancel), to, buckets);
        var counts = new AuditCounts(range);
        if (range.Count == 0)
        {
            return counts;
        }

        var within = filter with { From = range.From, To = to };
        if (within == new AuditFilter { From = range.From, To = to })
        {
            await AllAsync(tenant, shard, range, counts, cancel);
            return counts;
        }

        if (within.Correlation is { } id)
        {
            foreach (var row in (await ByIdAsync(tenant, shard, id, new FindAuditEvents { Filter = within, Count = 1 }, cancel)).Rows)
            {
                counts.Add(row.At, 1);
            }

            return counts;
        }

        await FittingAsync(tenant, shard, within, counts, cancel);
        return counts;
    }

    private static AuditPlace PlaceOf(AuditRow row) => new(row.At, row.Sequence);

    private async ValueTask<IReadOnlyList<AuditRow>> WalkAsync(TenantId tenant, string shard, long at, long sequence, long end, bool oldestFirst, CancellationToken cancel) => await database.ListAsync(
        oldestFirst
            ? $"{Columns} AND (at, seq)>($3, $4) AND at<$5 ORDER BY at, seq LIMIT $6"
            : $"{Columns} AND (at, seq)<($3, $4) AND at>=$5 ORDER BY at DESC, seq DESC LIMIT $6",
        fill =>
        {
            fill.AddWithValue(tenant.ToString());
            fill.AddWithValue(shard);
            fill.AddWithValue(at);
            fill.AddWithValue(sequence);
            fill.AddWithValue(end);
            fill.AddWithValue(Step);
        },
        PostgresAuditLog.Row,
        cancel);

    private async ValueTask<AuditMatches> ByIdAsync(TenantId tenant, string shard, Guid id, FindAuditEvents query, CancellationToken cancel)
    {
        var rows = await database.ListAsync(
            $"{Columns} AND event_id=$3",
            fill =>
            {
                fill.AddWithValue(tenant.ToString());
                fill.AddWithValue(shard);
                fill.AddWithValue(id);
            },
            PostgresAuditLog.Row,
            cancel);
        return new AuditMatches([.. rows.Where(row => query.After is null && query.Filter.Fits(row.EventId, row.At, row.Record))], null, IsIndexed: true, 1);
    }

    /// <summary>The end of the range when there is nothing before it.</summary>
    private async ValueTask<DateTimeOffset> OldestAsync(TenantId tenant, string shard, DateTimeOffset to, CancellationToken cancel)
    {
        var oldest = await database.ListAsync(
            "SELECT at FROM audit_event WHERE tenant=$1 AND shard=$2 AND at<$3 ORDER BY at, seq LIMIT 1",
            fill =>
            {
                fill.AddWithValue(tenant.ToString());
                fill.AddWithValue(shard);
                fill.AddWithValue(AuditRowCodec.Instant(to));
            },
            row => AuditRowCodec.Instant(row.GetInt64(0)),
            cancel);
        return oldest.Count == 0 ? to : oldest[0];
    }

    private async ValueTask FittingAsync(TenantId tenant, string shard, AuditFilter filter, AuditCounts counts, CancellationToken cancel)
    {
        var (from, at, sequence) = (AuditRowCodec.Instant(filter.From!.Value), AuditRowCodec.Instant(filter.To!.Value), 0L);
        while (true)
        {
            var rows = await WalkAsync(tenant, shard, at, sequence, from, oldestFirst: false, cancel);
            foreach (var row in rows)
            {
                if (counts.Visited == AuditFinder.MaxVisited)
                {
                    counts.Stop(filter.From.Value, row.At);
                    return;
                }

                counts.Visited++;
                if (filter.Fits(row.EventId, row.At, row.Record))
                {
                    counts.Add(row.At, 1);
                }
            }

            if (rows.Count < Step)
            {
                return;
            }

            (at, sequence) = (AuditRowCodec.Instant(rows[^1].At), rows[^1].Sequence);
        }
    }

    private async ValueTask AllAsync(TenantId tenant, string shard, AuditBuckets range, AuditCounts counts, CancellationToken cancel)
    {
        var slots = await database.ListAsync(
            """
            SELECT min(at), count(*)
            FROM (SELECT at FROM audit_event WHERE tenant=$1 AND shard=$2 AND at>=$3 AND at<$4 ORDER BY at DESC, seq DESC LIMIT $5) newest
            GROUP BY (at+$6)/$7 ORDER BY 1
            """,
            fill =>
            {
                fill.AddWithValue(tenant.ToString());
                fill.AddWithValue(shard);
                fill.AddWithValue(AuditRowCodec.Instant(range.From));
                fill.AddWithValue(AuditRowCodec.Instant(range.To));
                fill.AddWithValue(MaxCounted);
                fill.AddWithValue(DateTimeOffset.UnixEpoch.UtcTicks);
                fill.AddWithValue(range.Width.Ticks);
            },
            row => (At: AuditRowCodec.Instant(row.GetInt64(0)), Events: row.GetInt64(1)),
            cancel);
        foreach (var (at, events) in slots)
        {
            counts.Add(at, events);
            counts.Visited += (int)events;
        }

        if (counts.Visited == MaxCounted)
        {
            counts.Stop(range.From, slots[0].At);
        }
    }
}
