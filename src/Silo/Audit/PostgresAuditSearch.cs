using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>
/// Searches of the audit log in the cluster's database: walks a chain in the order of time and looks at each record, at most <see cref="AuditFinder.MaxVisited"/> of them
/// for a page. Only time and correlation have an index there.
/// </summary>
internal sealed class PostgresAuditSearch(PostgresDatabase database) : IAuditSearch
{
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
}
