using Npgsql;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>The audit log in the cluster's database. The key fences a duplicate activation on another silo as it does on the same one.</summary>
internal sealed class PostgresAuditLog(PostgresDatabase database, ILogger<PostgresAuditLog> logger) : IAuditLog, IDisposable
{
    private readonly GroupCommitWriter<AuditAppend> _writer = new("audit", new PostgresAuditWriter(database), logger);

    public async ValueTask<AuditHead> HeadAsync(TenantId tenant, string shard, CancellationToken cancel) => await database.ReadAsync(
        "SELECT seq, hash FROM audit_event WHERE tenant=$1 AND shard=$2 ORDER BY seq DESC LIMIT 1",
        fill => Fill(fill, tenant, shard),
        async row => await row.ReadAsync(cancel) ? new AuditHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : (AuditHead?)null,
        cancel) ?? AuditRowCodec.Head(await PrunedAsync(tenant, shard, cancel));

    public ValueTask AppendAsync(TenantId tenant, string shard, IReadOnlyList<AuditRow> rows, CancellationToken cancel)
    {
        AuditAppend.Require(shard, rows);
        return rows.Count == 0 ? ValueTask.CompletedTask : new ValueTask(_writer.WriteAsync(new AuditAppend(tenant.ToString(), shard, rows), cancel));
    }

    public ValueTask IntendAsync(TenantId tenant, string shard, IReadOnlyList<AuditEvent> intents, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(shard);
        return intents.Count == 0 ? ValueTask.CompletedTask : new ValueTask(_writer.WriteAsync(new AuditAppend(tenant.ToString(), shard, []) { Intents = intents }, cancel));
    }

    public async ValueTask<IReadOnlyList<AuditIntentRow>> IntentsAsync(DateTimeOffset before, int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return await database.ListAsync(
            "SELECT id, tenant, shard, at, record FROM audit_intent WHERE at<$1 ORDER BY id LIMIT $2",
            fill =>
            {
                fill.AddWithValue(AuditRowCodec.Instant(before));
                fill.AddWithValue(count);
            },
            row => new AuditIntentRow(
                TenantId.TryParse(row.GetString(1), out var tenant) ? tenant : TenantId.Platform,
                row.GetString(2),
                new AuditEvent(row.GetGuid(0), AuditRowCodec.Instant(row.GetInt64(3)), row.GetFieldValue<byte[]>(4))),
            cancel);
    }

    public async ValueTask<IReadOnlyList<AuditRow>> ReadAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return await database.ListAsync(
            "SELECT seq, event_id, at, hash, record FROM audit_event WHERE tenant=$1 AND shard=$2 AND seq>=$3 ORDER BY seq LIMIT $4",
            fill =>
            {
                Fill(fill, tenant, shard);
                fill.AddWithValue(from);
                fill.AddWithValue(count);
            },
            Row,
            cancel);
    }

    public ValueTask SealAsync(TenantId tenant, string shard, AuditSegmentRow segment, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(shard);
        return new ValueTask(_writer.WriteAsync(new AuditAppend(tenant.ToString(), shard, [], segment), cancel));
    }

    public async ValueTask<AuditSegmentRow?> LastSegmentAsync(TenantId tenant, string shard, CancellationToken cancel) => (await database.ListAsync(
        "SELECT number, first_seq, last_seq, sealed_at, statement FROM audit_segment WHERE tenant=$1 AND shard=$2 ORDER BY number DESC LIMIT 1",
        fill => Fill(fill, tenant, shard),
        Segment,
        cancel)).SingleOrDefault();

    public async ValueTask<IReadOnlyList<AuditSegmentRow>> SegmentsAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return await database.ListAsync(
            "SELECT number, first_seq, last_seq, sealed_at, statement FROM audit_segment WHERE tenant=$1 AND shard=$2 AND number>=$3 ORDER BY number LIMIT $4",
            fill =>
            {
                Fill(fill, tenant, shard);
                fill.AddWithValue(from);
                fill.AddWithValue(count);
            },
            Segment,
            cancel);
    }

    public async ValueTask<string?> PrunedAsync(TenantId tenant, string shard, CancellationToken cancel) => (await database.ListAsync(
        "SELECT statement FROM audit_pruned WHERE tenant=$1 AND shard=$2",
        fill => Fill(fill, tenant, shard),
        row => row.GetString(0),
        cancel)).SingleOrDefault();

    public async ValueTask PruneAsync(TenantId tenant, string shard, long through, string statement, CancellationToken cancel)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO audit_pruned (tenant, shard, through, statement) VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant, shard) DO UPDATE SET through=excluded.through, statement=excluded.statement WHERE excluded.through>audit_pruned.through
            """,
            fill =>
            {
                Fill(fill, tenant, shard);
                fill.AddWithValue(through);
                fill.AddWithValue(statement);
            },
            cancel);
        while (await DeleteAsync(tenant, shard, through, cancel) == PruneAppend.Most)
        {
        }
    }

    private Task<int> DeleteAsync(TenantId tenant, string shard, long through, CancellationToken cancel) => database.ExecuteAsync(
        "DELETE FROM audit_event WHERE tenant=$1 AND shard=$2 AND seq IN (SELECT seq FROM audit_event WHERE tenant=$1 AND shard=$2 AND seq<=$3 ORDER BY seq LIMIT $4)",
        fill =>
        {
            Fill(fill, tenant, shard);
            fill.AddWithValue(through);
            fill.AddWithValue(PruneAppend.Most);
        },
        cancel);

    public async ValueTask<IReadOnlySet<Guid>> ExistingAsync(TenantId tenant, IReadOnlyList<Guid> eventIds, CancellationToken cancel) => (await database.ListAsync(
        "SELECT event_id FROM audit_event WHERE tenant=$1 AND event_id=ANY($2)",
        fill =>
        {
            fill.AddWithValue(tenant.ToString());
            fill.AddWithValue(eventIds.ToArray());
        },
        row => row.GetGuid(0),
        cancel)).ToHashSet();

    public void Dispose() => _writer.Dispose();

    /// <summary>Of sequence, event id, time, hash and record, in this order.</summary>
    internal static AuditRow Row(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetGuid(1), AuditRowCodec.Instant(row.GetInt64(2)), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4));

    private static AuditSegmentRow Segment(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), AuditRowCodec.Instant(row.GetInt64(3)), row.GetString(4));

    private static void Fill(NpgsqlParameterCollection fill, TenantId tenant, string shard)
    {
        fill.AddWithValue(tenant.ToString());
        fill.AddWithValue(shard);
    }
}
