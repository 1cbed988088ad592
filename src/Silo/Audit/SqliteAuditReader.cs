using Microsoft.Data.Sqlite;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>The queries on <c>audit_event</c>, for one reader thread.</summary>
internal sealed class SqliteAuditReader(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _head = new(connection, """
        SELECT seq, hash FROM audit_event WHERE tenant=?1 AND shard=?2 ORDER BY seq DESC LIMIT 1
        """);

    private readonly SqliteStatement _read = new(connection, """
        SELECT seq, event_id, at, hash, record FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq>=?3 ORDER BY seq LIMIT ?4
        """);

    private readonly SqliteStatement _pruned = new(connection, "SELECT statement FROM audit_pruned WHERE tenant=?1 AND shard=?2");

    private readonly SqliteStatement _exists = new(connection, "SELECT 1 FROM audit_event WHERE tenant=?1 AND event_id=?2");

    private readonly SqliteStatement _lastSegment = new(connection, """
        SELECT number, first_seq, last_seq, sealed_at, statement FROM audit_segment WHERE tenant=?1 AND shard=?2 ORDER BY number DESC LIMIT 1
        """);

    private readonly SqliteStatement _segments = new(connection, """
        SELECT number, first_seq, last_seq, sealed_at, statement FROM audit_segment WHERE tenant=?1 AND shard=?2 AND number>=?3 ORDER BY number LIMIT ?4
        """);

    /// <summary>Questions about all trails.</summary>
    public SqliteCheckpointReader Checkpoints { get; } = new(connection);

    private readonly SqliteStatement _intents = new(connection, "SELECT id, tenant, shard, at, record FROM audit_intent WHERE at<?1 ORDER BY id LIMIT ?2");

    public IReadOnlyList<AuditIntentRow> Intents(DateTimeOffset before, int count)
    {
        _intents.Bind(1, AuditRowCodec.Instant(before)).Bind(2, count);
        try
        {
            var rows = new List<AuditIntentRow>();
            while (_intents.Step())
            {
                if (TenantId.TryParse(_intents.Text(1), out var tenant))
                {
                    rows.Add(new AuditIntentRow(tenant, _intents.Text(2)!, new AuditEvent(AuditRowCodec.EventId(_intents.Blob(0)), AuditRowCodec.Instant(_intents.Int64(3)), _intents.Blob(4))));
                }
            }

            return rows;
        }
        finally
        {
            _intents.Reset();
        }
    }

    public AuditSegmentRow? LastSegment(string tenant, string shard)
    {
        try
        {
            return _lastSegment.Bind(1, tenant).Bind(2, shard).Step() ? Segment(_lastSegment) : null;
        }
        finally
        {
            _lastSegment.Reset();
        }
    }

    public IReadOnlyList<AuditSegmentRow> Segments(string tenant, string shard, long from, int count)
    {
        _segments.Bind(1, tenant).Bind(2, shard).Bind(3, from).Bind(4, count);
        try
        {
            var rows = new List<AuditSegmentRow>();
            while (_segments.Step())
            {
                rows.Add(Segment(_segments));
            }

            return rows;
        }
        finally
        {
            _segments.Reset();
        }
    }

    public AuditHead Head(string tenant, string shard)
    {
        try
        {
            return _head.Bind(1, tenant).Bind(2, shard).Step()
                ? new AuditHead(_head.Int64(0), _head.Blob(1))
                : AuditRowCodec.Head(Pruned(tenant, shard));
        }
        finally
        {
            _head.Reset();
        }
    }

    public string? Pruned(string tenant, string shard)
    {
        try
        {
            return _pruned.Bind(1, tenant).Bind(2, shard).Step() ? _pruned.Text(0) : null;
        }
        finally
        {
            _pruned.Reset();
        }
    }

    public IReadOnlyList<AuditRow> Read(string tenant, string shard, long from, int count)
    {
        _read.Bind(1, tenant).Bind(2, shard).Bind(3, from).Bind(4, count);
        try
        {
            var rows = new List<AuditRow>();
            while (_read.Step())
            {
                rows.Add(new AuditRow(
                    _read.Int64(0), AuditRowCodec.EventId(_read.Blob(1)), AuditRowCodec.Instant(_read.Int64(2)), _read.Blob(3), _read.Blob(4)));
            }

            return rows;
        }
        finally
        {
            _read.Reset();
        }
    }

    public IReadOnlySet<Guid> Existing(string tenant, IReadOnlyList<Guid> eventIds)
    {
        var existing = new HashSet<Guid>();
        Span<byte> id = stackalloc byte[AuditRowCodec.EventIdSize];
        _exists.Bind(1, tenant);
        foreach (var eventId in eventIds)
        {
            AuditRowCodec.Write(eventId, id);
            if (_exists.Bind(2, id).Step())
            {
                existing.Add(eventId);
            }

            _exists.Reset();
        }

        return existing;
    }

    public void Dispose()
    {
        _head.Dispose();
        _read.Dispose();
        _pruned.Dispose();
        _exists.Dispose();
        _lastSegment.Dispose();
        _segments.Dispose();
        Checkpoints.Dispose();
        _intents.Dispose();
        connection.Dispose();
    }

    private static AuditSegmentRow Segment(SqliteStatement row) =>
        new(row.Int64(0), row.Int64(1), row.Int64(2), AuditRowCodec.Instant(row.Int64(3)), row.Text(4) ?? "");
}
