using Microsoft.Data.Sqlite;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Questions about all trails, and the platform's checkpoints; for one reader thread.</summary>
internal sealed class SqliteCheckpointReader(SqliteConnection connection) : IDisposable
{
    // One look into the index for each trail, however many records it has.
    private readonly SqliteStatement _next = new(connection, """
        SELECT tenant, shard FROM (SELECT tenant, shard FROM audit_event WHERE (tenant, shard)>(?1, ?2) ORDER BY tenant, shard LIMIT 1)
        UNION SELECT tenant, shard FROM (SELECT tenant, shard FROM audit_pruned WHERE (tenant, shard)>(?1, ?2) ORDER BY tenant, shard LIMIT 1)
        ORDER BY 1, 2 LIMIT 1
        """);

    private readonly SqliteStatement _pruned = new(connection, "SELECT statement FROM audit_pruned WHERE tenant=?1 AND shard=?2");
    private readonly SqliteStatement _oldest = new(connection, "SELECT at FROM audit_event WHERE tenant=?1 AND shard=?2 ORDER BY seq LIMIT 1");
    private readonly SqliteStatement _end = new(connection, "SELECT seq, hash FROM audit_event WHERE tenant=?1 AND shard=?2 ORDER BY seq DESC LIMIT 1");
    private readonly SqliteStatement _open = new(connection, """
        SELECT at FROM audit_event WHERE tenant=?1 AND shard=?2
            AND seq>coalesce((SELECT last_seq FROM audit_segment WHERE tenant=?1 AND shard=?2 ORDER BY number DESC LIMIT 1), 0) ORDER BY seq LIMIT 1
        """);

    private readonly SqliteStatement _last = new(connection, "SELECT number, at, statement FROM audit_checkpoint ORDER BY number DESC LIMIT 1");
    private readonly SqliteStatement _from = new(connection, "SELECT number, at, statement FROM audit_checkpoint WHERE number>=?1 ORDER BY number LIMIT ?2");
    private readonly SqliteStatement _heads = new(connection, "SELECT tenant, shard, seq, hash FROM audit_checkpoint_head ORDER BY tenant, shard");

    public IReadOnlyList<TrailEnd> Ends((string Tenant, string Shard) after, int count)
    {
        var ends = new List<TrailEnd>();
        while (ends.Count < count && Next(after) is { } trail)
        {
            after = trail;
            ends.Add(new TrailEnd(trail.Tenant, trail.Shard, Head(trail), Time(_oldest, trail), Time(_open, trail)));
        }

        return ends;
    }

    public PlatformCheckpointRow? Last() => Rows(_last).SingleOrDefault();

    public IReadOnlyList<PlatformCheckpointRow> From(long number, int count) => Rows(_from.Bind(1, number).Bind(2, count));

    public IReadOnlyList<TrailHead> Heads()
    {
        try
        {
            var heads = new List<TrailHead>();
            while (_heads.Step())
            {
                heads.Add(new TrailHead { Tenant = _heads.Text(0)!, Shard = _heads.Text(1)!, Sequence = _heads.Int64(2), Hash = _heads.Text(3)! });
            }

            return heads;
        }
        finally
        {
            _heads.Reset();
        }
    }

    public void Dispose()
    {
        _next.Dispose();
        _end.Dispose();
        _open.Dispose();
        _oldest.Dispose();
        _pruned.Dispose();
        _last.Dispose();
        _from.Dispose();
        _heads.Dispose();
    }

    private (string Tenant, string Shard)? Next((string Tenant, string Shard) after)
    {
        try
        {
            return _next.Bind(1, after.Tenant).Bind(2, after.Shard).Step() ? (_next.Text(0)!, _next.Text(1)!) : null;
        }
        finally
        {
            _next.Reset();
        }
    }

    private AuditHead Head((string Tenant, string Shard) trail)
    {
        try
        {
            return _end.Bind(1, trail.Tenant).Bind(2, trail.Shard).Step() ? new AuditHead(_end.Int64(0), _end.Blob(1)) : AuditRowCodec.Head(Pruned(trail));
        }
        finally
        {
            _end.Reset();
        }
    }

    private string? Pruned((string Tenant, string Shard) trail)
    {
        try
        {
            return _pruned.Bind(1, trail.Tenant).Bind(2, trail.Shard).Step() ? _pruned.Text(0) : null;
        }
        finally
        {
            _pruned.Reset();
        }
    }

    private static DateTimeOffset? Time(SqliteStatement statement, (string Tenant, string Shard) trail)
    {
        try
        {
            return statement.Bind(1, trail.Tenant).Bind(2, trail.Shard).Step() ? AuditRowCodec.Instant(statement.Int64(0)) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static List<PlatformCheckpointRow> Rows(SqliteStatement statement)
    {
        try
        {
            var rows = new List<PlatformCheckpointRow>();
            while (statement.Step())
            {
                rows.Add(new PlatformCheckpointRow(statement.Int64(0), AuditRowCodec.Instant(statement.Int64(1)), statement.Text(2)!));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }
}
