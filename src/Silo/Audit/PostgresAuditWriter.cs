using Npgsql;
using NpgsqlTypes;
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
