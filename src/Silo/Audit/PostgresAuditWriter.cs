using Npgsql;
using NpgsqlTypes;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit;

/// <summary>Appends to <c>audit_event</c> with binary COPY, a batch in one transaction. Only when a batch has a conflict are its appends tried one by one.</summary>
internal sealed class PostgresAuditWriter(PostgresDatabase database) : IBatchTarget<AuditAppend>
{
    private const string Copy = "COPY audit_event (tenant, shard, seq, event_id, at, hash, record) FROM STDIN (FORMAT BINARY)";
    private const string Point = "append";

    public void Commit(ReadOnlyMemory<AuditAppend> batch, Memory<Exception?> refusals)
    {
        refusals.Span.Clear();
        try
        {
            database.Write(connection => Append(connection, batch.Span));
        }
        catch (PostgresException conflict) when (conflict.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            database.Write(connection => AppendOneByOne(connection, batch.Span, refusals.Span));
        }
    }

    public void Dispose()
    {
    }

    private static void AppendOneByOne(NpgsqlConnection connection, ReadOnlySpan<AuditAppend> batch, Span<Exception?> refusals)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            Run(connection, $"SAVEPOINT {Point}");
            try
            {
                Append(connection, batch.Slice(i, 1));
                Run(connection, $"RELEASE SAVEPOINT {Point}");
                refusals[i] = null;
            }
            catch (PostgresException conflict) when (conflict.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                Run(connection, $"ROLLBACK TO SAVEPOINT {Point}");
                refusals[i] = new AuditConflictException();
            }
        }
    }

    private static void Append(NpgsqlConnection connection, ReadOnlySpan<AuditAppend> appends)
    {
        foreach (var append in appends)
        {
            if (append.Intents.Count > 0)
            {
                Intend(connection, append);
            }
        }

        using var rows = connection.BeginBinaryImport(Copy);
        foreach (var append in appends)
        {
            foreach (var row in append.Rows)
            {
                rows.StartRow();
                rows.Write(append.Tenant, NpgsqlDbType.Text);
                rows.Write(append.Shard, NpgsqlDbType.Text);
                rows.Write(row.Sequence, NpgsqlDbType.Bigint);
                rows.Write(row.EventId, NpgsqlDbType.Uuid);
                rows.Write(AuditRowCodec.Instant(row.At), NpgsqlDbType.Bigint);
                rows.Write(row.Hash, NpgsqlDbType.Bytea);
                rows.Write(row.Record, NpgsqlDbType.Bytea);
            }
        }

        rows.Complete();
        rows.Close();
        foreach (var append in appends)
        {
            if (append.Segment is { } segment)
            {
                Seal(connection, append, segment);
            }
        }

        End(connection, appends);
    }

    private static void Intend(NpgsqlConnection connection, AuditAppend append)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO audit_intent (id, tenant, shard, at, record)
            SELECT i.id, $1, $2, i.at, i.record FROM unnest($3, $4, $5, $6) AS i(id, outcome, at, record)
            WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.tenant=$1 AND e.event_id IN (i.id, i.outcome))
            ON CONFLICT DO NOTHING
            """;
        command.Parameters.AddWithValue(append.Tenant);
        command.Parameters.AddWithValue(append.Shard);
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Uuid, append.Intents.Select(intent => intent.EventId).ToArray());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Uuid, append.Intents.Select(intent => AuditIntent.Partner(intent.EventId)).ToArray());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Bigint, append.Intents.Select(intent => AuditRowCodec.Instant(intent.At)).ToArray());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Bytea, append.Intents.Select(intent => intent.Record).ToArray());
        command.ExecuteNonQuery();
    }

    private static void End(NpgsqlConnection connection, ReadOnlySpan<AuditAppend> appends)
    {
        var ended = new List<Guid>();
        foreach (var append in appends)
        {
            foreach (var row in append.Rows)
            {
                ended.Add(row.EventId);
                ended.Add(AuditIntent.Partner(row.EventId));
            }
        }

        if (ended.Count == 0)
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM audit_intent WHERE id=ANY($1)";
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Uuid, ended.ToArray());
        command.ExecuteNonQuery();
    }

    private static void Seal(NpgsqlConnection connection, AuditAppend append, AuditSegmentRow segment)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO audit_segment (tenant, shard, number, first_seq, last_seq, sealed_at, statement) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        command.Parameters.AddWithValue(append.Tenant);
        command.Parameters.AddWithValue(append.Shard);
        command.Parameters.AddWithValue(segment.Number);
        command.Parameters.AddWithValue(segment.First);
        command.Parameters.AddWithValue(segment.Last);
        command.Parameters.AddWithValue(AuditRowCodec.Instant(segment.SealedAt));
        command.Parameters.AddWithValue(segment.Statement);
        command.ExecuteNonQuery();
    }

    private static void Run(NpgsqlConnection connection, string constantSql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this type.
        command.CommandText = constantSql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
