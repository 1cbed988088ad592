using Microsoft.Data.Sqlite;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Appends to <c>audit_event</c>; the appends of all tenants in a batch share one commit.</summary>
internal sealed class SqliteAuditWriter(SqliteConnection connection) : IBatchTarget<AuditAppend>
{
    private readonly SqliteTransactions _transactions = new(connection);

    private bool _hasIntents;

    private readonly SqliteStatement _insert = new(connection, """
        INSERT INTO audit_event(tenant, shard, seq, event_id, at, hash, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _seal = new(connection, """
        INSERT INTO audit_segment(tenant, shard, number, first_seq, last_seq, sealed_at, statement) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _checkpoint = new(connection, "INSERT INTO audit_checkpoint(number, at, statement) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");

    private readonly SqliteStatement _head = new(connection, """
        INSERT INTO audit_checkpoint_head(tenant, shard, seq, hash) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET seq=excluded.seq, hash=excluded.hash
        """);

    private readonly SqliteStatement _noHead = new(connection, "DELETE FROM audit_checkpoint_head WHERE tenant=?1 AND shard=?2");

    private readonly SqliteStatement _pruned = new(connection, """
        INSERT INTO audit_pruned(tenant, shard, through, statement) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET through=excluded.through, statement=excluded.statement WHERE excluded.through>audit_pruned.through
        """);

    private readonly SqliteStatement _prune = new(connection, """
        DELETE FROM audit_event WHERE rowid IN (SELECT rowid FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq<=?3 ORDER BY seq LIMIT ?4)
        """);

    private readonly SqliteStatement _intend = new(connection, """
        INSERT INTO audit_intent(id, tenant, shard, at, record) SELECT ?1, ?3, ?4, ?5, ?6
        WHERE NOT EXISTS (SELECT 1 FROM audit_event WHERE tenant=?3 AND event_id=?1) AND NOT EXISTS (SELECT 1 FROM audit_event WHERE tenant=?3 AND event_id=?2)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _end = new(connection, "DELETE FROM audit_intent WHERE id=?1");

    private readonly SqliteStatement _anyIntent = new(connection, "SELECT 1 FROM audit_intent LIMIT 1");

    private readonly SqliteStatement _takeBack = new(connection, "DELETE FROM audit_event WHERE tenant=?1 AND shard=?2 AND seq=?3");

    public void Commit(ReadOnlyMemory<AuditAppend> batch, Memory<Exception?> refusals) => _transactions.Run(() =>
    {
        var appends = batch.Span;
        _hasIntents = HasIntents();
        for (var i = 0; i < appends.Length; i++)
        {
            refusals.Span[i] = Apply(appends[i]);
        }
    });

    public void Dispose()
    {
        _insert.Dispose();
        _seal.Dispose();
        _checkpoint.Dispose();
        _head.Dispose();
        _noHead.Dispose();
        _pruned.Dispose();
        _prune.Dispose();
        _takeBack.Dispose();
        _intend.Dispose();
        _end.Dispose();
        _anyIntent.Dispose();
        _transactions.Dispose();
        connection.Dispose();
    }

    private AuditConflictException? Apply(AuditAppend append)
    {
        if (append.Segment is { } segment)
        {
            return Seal(append, segment) ? null : new AuditConflictException();
        }

        if (append.Checkpoint is { } checkpoint)
        {
            return Save(checkpoint) ? null : new AuditConflictException();
        }

        if (append.Prune is { } prune)
        {
            _pruned.Bind(1, append.Tenant).Bind(2, append.Shard).Bind(3, prune.Through).Bind(4, prune.Statement).Execute();
            prune.Deleted = _prune.Bind(1, append.Tenant).Bind(2, append.Shard).Bind(3, prune.Through).Bind(4, PruneAppend.Most).Execute();
            return null;
        }

        foreach (var intent in append.Intents)
        {
            Intend(append, intent);
        }

        _insert.Bind(1, append.Tenant).Bind(2, append.Shard);
        for (var i = 0; i < append.Rows.Count; i++)
        {
            if (!Insert(append.Rows[i]))
            {
                TakeBack(append, i);
                return new AuditConflictException();
            }
        }

        // Only now: an append that is refused ends none.
        if (_hasIntents)
        {
            End(append.Rows);
        }

        return null;
    }

    /// <summary>Most commits have nothing to do with intents, and need not look for one for each row.</summary>
    private bool HasIntents()
    {
        try
        {
            return _anyIntent.Step();
        }
        finally
        {
            _anyIntent.Reset();
        }
    }

    private void Intend(AuditAppend append, AuditEvent intent)
    {
        Span<byte> id = stackalloc byte[AuditRowCodec.EventIdSize];
        Span<byte> outcome = stackalloc byte[AuditRowCodec.EventIdSize];
        AuditRowCodec.Write(intent.EventId, id);
        AuditRowCodec.Write(AuditIntent.Partner(intent.EventId), outcome);
        _intend.Bind(1, id).Bind(2, outcome).Bind(3, append.Tenant).Bind(4, append.Shard).Bind(5, AuditRowCodec.Instant(intent.At)).Bind(6, intent.Record).Execute();
        _hasIntents = true;
    }

    private void End(IReadOnlyList<AuditRow> rows)
    {
        Span<byte> id = stackalloc byte[AuditRowCodec.EventIdSize];
        foreach (var row in rows)
        {
            AuditRowCodec.Write(AuditIntent.Partner(row.EventId), id);
            if (_end.Bind(1, id).Execute() == 0)
            {
                AuditRowCodec.Write(row.EventId, id);
                _end.Bind(1, id).Execute();
            }
        }
    }

    private bool Seal(AuditAppend append, AuditSegmentRow segment) => _seal
        .Bind(1, append.Tenant).Bind(2, append.Shard).Bind(3, segment.Number).Bind(4, segment.First).Bind(5, segment.Last)
        .Bind(6, AuditRowCodec.Instant(segment.SealedAt)).Bind(7, segment.Statement).Execute() == 1;

    private bool Save(CheckpointAppend checkpoint)
    {
        if (_checkpoint.Bind(1, checkpoint.Row.Number).Bind(2, AuditRowCodec.Instant(checkpoint.Row.At)).Bind(3, checkpoint.Row.Statement).Execute() == 0)
        {
            return false;
        }

        foreach (var head in checkpoint.Changed)
        {
            if (head.Sequence == 0)
            {
                _noHead.Bind(1, head.Tenant).Bind(2, head.Shard).Execute();
            }
            else
            {
                _head.Bind(1, head.Tenant).Bind(2, head.Shard).Bind(3, head.Sequence).Bind(4, head.Hash).Execute();
            }
        }

        return true;
    }

    private bool Insert(AuditRow row)
    {
        Span<byte> id = stackalloc byte[AuditRowCodec.EventIdSize];
        AuditRowCodec.Write(row.EventId, id);
        return _insert.Bind(3, row.Sequence).Bind(4, id).Bind(5, AuditRowCodec.Instant(row.At)).Bind(6, row.Hash).Bind(7, row.Record).Execute() == 1;
    }

    // Cheaper than a savepoint for every append, because conflicts are rare. These rows are this append's own: it inserted them just now.
    private void TakeBack(AuditAppend append, int count)
    {
        _takeBack.Bind(1, append.Tenant).Bind(2, append.Shard);
        for (var i = 0; i < count; i++)
        {
            _takeBack.Bind(3, append.Rows[i].Sequence).Execute();
        }
    }
}
