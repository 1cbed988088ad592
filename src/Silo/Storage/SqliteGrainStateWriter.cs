using Microsoft.Data.Sqlite;
using Orleans.Storage;

namespace Platform.Silo.Storage;

/// <summary>Applies state changes to <c>grain_state</c>, one transaction per batch.</summary>
internal sealed class SqliteGrainStateWriter(SqliteConnection connection) : IBatchTarget<StateWrite>
{
    private const string IsRow = "tenant=?1 AND grain_type=?2 AND grain_key=?3 AND state=?4";

    private readonly SqliteTransactions _transactions = new(connection);

    private readonly SqliteStatement _insert = new(connection, """
        INSERT INTO grain_state(tenant, grain_type, grain_key, state, version, format, info, updated_at, expires_at, payload)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS (SELECT 1 FROM closed_tenant WHERE tenant=?1) ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _update = new(connection, $"""
        UPDATE grain_state SET version=?5, format=?6, info=?7, updated_at=?8, expires_at=?9, payload=?10
        WHERE {IsRow} AND version=?11
        """);

    private readonly SqliteStatement _delete = new(connection, $"DELETE FROM grain_state WHERE {IsRow} AND version=?5");

    private readonly SqliteStatement _close = new(connection, "INSERT INTO closed_tenant(tenant) VALUES (?1) ON CONFLICT DO NOTHING");

    private readonly SqliteStatement _stored = new(connection, $"SELECT version, expires_at FROM grain_state WHERE {IsRow}");

    public void Commit(ReadOnlyMemory<StateWrite> batch, Memory<Exception?> refusals) => _transactions.Run(() =>
    {
        var writes = batch.Span;
        for (var i = 0; i < writes.Length; i++)
        {
            refusals.Span[i] = Apply(writes[i]);
        }
    });

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
        _stored.Dispose();
        _close.Dispose();
        _transactions.Dispose();
        connection.Dispose();
    }

    private InconsistentStateException? Apply(StateWrite write)
    {
        if (write.Change is StateChange.Close)
        {
            _close.Bind(1, write.Key.Tenant).Execute();
            return null;
        }

        if (write.Change is StateChange.Insert)
        {
            return Fill(_insert, write).Execute() == 1 ? null : write.Conflict(Stored(write.Key));
        }

        var changed = write.Change is StateChange.Update
            ? Fill(_update, write).Bind(11, write.Expected).Execute()
            : Find(_delete, write.Key).Bind(5, write.Expected).Execute();
        if (changed == 1 || write.Change is StateChange.Sweep)
        {
            return null;
        }

        var stored = Stored(write.Key);
        if (stored is not null || !write.MayBeGone)
        {
            return write.Conflict(stored);
        }

        // Nothing is begun anew of a tenant that is closed.
        return write.Change is not StateChange.Update || Fill(_insert, write).Execute() == 1 ? null : write.Conflict(null);
    }

    private static SqliteStatement Find(SqliteStatement statement, StateKey key) =>
        statement.Bind(1, key.Tenant).Bind(2, key.GrainType).Bind(3, key.GrainKey).Bind(4, key.State);

    private static SqliteStatement Fill(SqliteStatement statement, StateWrite write) => Find(statement, write.Key)
        .Bind(5, write.Version).Bind(6, write.Format).Bind(7, write.Info).Bind(8, write.UpdatedAt).Bind(9, write.ExpiresAt).Bind(10, write.Payload);

    private StateEtag? Stored(StateKey key)
    {
        StateEtag? etag = Find(_stored, key).Step() ? new StateEtag(_stored.Int64(0), _stored.NullableInt64(1)) : null;
        _stored.Reset();
        return etag;
    }
}
