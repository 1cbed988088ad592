using Npgsql;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Platform checkpoints in the cluster's database.</summary>
internal sealed class PostgresCheckpoints(PostgresDatabase database) : IAuditCheckpoints
{
    // One look into the index for each trail, however many records it has.
    private const string Ends = """
        WITH RECURSIVE trail AS (
            (SELECT tenant, shard FROM audit_event WHERE (tenant, shard) > ($1, $2) ORDER BY tenant, shard LIMIT 1)
            UNION ALL
            SELECT next.tenant, next.shard FROM trail, LATERAL (
                SELECT tenant, shard FROM audit_event WHERE (tenant, shard) > (trail.tenant, trail.shard) ORDER BY tenant, shard LIMIT 1) next
        ), page AS (
            SELECT tenant, shard FROM (SELECT tenant, shard FROM trail LIMIT $3) kept
            UNION SELECT tenant, shard FROM (SELECT tenant, shard FROM audit_pruned WHERE (tenant, shard) > ($1, $2) ORDER BY tenant, shard LIMIT $3) pruned
            ORDER BY tenant, shard LIMIT $3)
        SELECT page.tenant, page.shard, head.seq, head.hash, (
            SELECT at FROM audit_event o WHERE o.tenant=page.tenant AND o.shard=page.shard ORDER BY o.seq LIMIT 1), (
            SELECT at FROM audit_event open WHERE open.tenant=page.tenant AND open.shard=page.shard
                AND open.seq>coalesce((SELECT last_seq FROM audit_segment s WHERE s.tenant=page.tenant AND s.shard=page.shard ORDER BY number DESC LIMIT 1), 0)
            ORDER BY open.seq LIMIT 1), (
            SELECT statement FROM audit_pruned p WHERE p.tenant=page.tenant AND p.shard=page.shard)
        FROM page LEFT JOIN LATERAL (SELECT seq, hash FROM audit_event e WHERE e.tenant=page.tenant AND e.shard=page.shard ORDER BY seq DESC LIMIT 1) head ON true
        ORDER BY page.tenant, page.shard
        """;

    public async ValueTask<IReadOnlyList<TrailEnd>> EndsAsync((string Tenant, string Shard)? after, int count, CancellationToken cancel) => await database.ListAsync(
        Ends,
        fill =>
        {
            fill.AddWithValue(after?.Tenant ?? "");
            fill.AddWithValue(after?.Shard ?? "");
            fill.AddWithValue(count);
        },
        End,
        cancel);

    public async ValueTask<PlatformCheckpointRow?> LastAsync(CancellationToken cancel) =>
        (await database.ListAsync("SELECT number, at, statement FROM audit_checkpoint ORDER BY number DESC LIMIT 1", _ => { }, Row, cancel)).SingleOrDefault();

    public async ValueTask<IReadOnlyList<PlatformCheckpointRow>> CheckpointsAsync(long from, int count, CancellationToken cancel) => await database.ListAsync(
        "SELECT number, at, statement FROM audit_checkpoint WHERE number>=$1 ORDER BY number LIMIT $2",
        fill =>
        {
            fill.AddWithValue(from);
            fill.AddWithValue(count);
        },
        Row,
        cancel);

    public async ValueTask<IReadOnlyList<TrailHead>> HeadsAsync(CancellationToken cancel) => await database.ListAsync(
        "SELECT tenant, shard, seq, hash FROM audit_checkpoint_head ORDER BY tenant, shard",
        _ => { },
        row => new TrailHead { Tenant = row.GetString(0), Shard = row.GetString(1), Sequence = row.GetInt64(2), Hash = row.GetString(3) },
        cancel);

    public async ValueTask SaveAsync(PlatformCheckpointRow checkpoint, IReadOnlyList<TrailHead> changed, CancellationToken cancel)
    {
        try
        {
            await Task.Run(() => database.Write(connection => Save(connection, checkpoint, changed)), cancel);
        }
        catch (PostgresException conflict) when (conflict.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new AuditConflictException("The platform checkpoint exists.", conflict);
        }
        catch (NpgsqlException fault)
        {
            throw new StorageFailedException("The platform checkpoint was not stored.", fault);
        }
    }

    private static void Save(NpgsqlConnection connection, PlatformCheckpointRow checkpoint, IReadOnlyList<TrailHead> changed)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO audit_checkpoint (number, at, statement) VALUES ($1, $2, $3)";
        insert.Parameters.AddWithValue(checkpoint.Number);
        insert.Parameters.AddWithValue(AuditRowCodec.Instant(checkpoint.At));
        insert.Parameters.AddWithValue(checkpoint.Statement);
        insert.ExecuteNonQuery();
        var (gone, kept) = (changed.Where(head => head.Sequence == 0).ToArray(), changed.Where(head => head.Sequence > 0).ToArray());
        using var delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM audit_checkpoint_head h USING unnest($1, $2) AS gone(tenant, shard) WHERE h.tenant=gone.tenant AND h.shard=gone.shard";
        Fill(delete, gone);
        delete.ExecuteNonQuery();
        using var upsert = connection.CreateCommand();
        upsert.CommandText = """
            INSERT INTO audit_checkpoint_head (tenant, shard, seq, hash) SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (tenant, shard) DO UPDATE SET seq=excluded.seq, hash=excluded.hash
            """;
        Fill(upsert, kept);
        upsert.Parameters.AddWithValue(kept.Select(head => head.Sequence).ToArray());
        upsert.Parameters.AddWithValue(kept.Select(head => head.Hash).ToArray());
        upsert.ExecuteNonQuery();
    }

    private static void Fill(NpgsqlCommand command, TrailHead[] heads)
    {
        command.Parameters.AddWithValue(heads.Select(head => head.Tenant).ToArray());
        command.Parameters.AddWithValue(heads.Select(head => head.Shard).ToArray());
    }

    private static TrailEnd End(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.IsDBNull(2) ? AuditRowCodec.Head(row.IsDBNull(6) ? null : row.GetString(6)) : new AuditHead(row.GetInt64(2), row.GetFieldValue<byte[]>(3)),
        row.IsDBNull(4) ? null : AuditRowCodec.Instant(row.GetInt64(4)),
        row.IsDBNull(5) ? null : AuditRowCodec.Instant(row.GetInt64(5)));

    private static PlatformCheckpointRow Row(NpgsqlDataReader row) => new(row.GetInt64(0), AuditRowCodec.Instant(row.GetInt64(1)), row.GetString(2));
}
