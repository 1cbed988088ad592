using Microsoft.Data.Sqlite;
using Platform.Abstractions.Tenants;

namespace Platform.Bench.AuditLog;

/// <summary>What SQLite does by itself: one thread, one connection, the log's own columns and indexes, and the same promise: WAL, <c>synchronous=FULL</c>. No chain, no queue, nobody else.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _commit;
    private readonly TenantId _tenant = TenantId.New();
    private readonly byte[] _hash = new byte[32];
    private int _sequence;

    public BareLoop(string file)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        foreach (var sql in (string[])
        [
            "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=4000", "PRAGMA cache_size=-16384",
            """
            CREATE TABLE audit_event(tenant TEXT NOT NULL, shard TEXT NOT NULL, seq INTEGER NOT NULL, event_id BLOB NOT NULL, at INTEGER NOT NULL,
                hash BLOB NOT NULL, record BLOB NOT NULL, PRIMARY KEY(tenant, shard, seq)) STRICT
            """,
            "CREATE UNIQUE INDEX audit_event_id ON audit_event(tenant, event_id)",
        ])
        {
            Command(sql).ExecuteNonQuery();
        }

        _begin = Command("BEGIN IMMEDIATE");
        _commit = Command("COMMIT");
        _insert = Command("INSERT INTO audit_event(tenant, shard, seq, event_id, at, hash, record) VALUES ($tenant, '0', $seq, $id, $at, $hash, $record)");
        _insert.Parameters.AddWithValue("$tenant", _tenant.ToString());
        _insert.Parameters.AddWithValue("$hash", _hash);
        foreach (var (name, type) in ((string, SqliteType)[])[("$seq", SqliteType.Integer), ("$id", SqliteType.Blob), ("$at", SqliteType.Integer), ("$record", SqliteType.Blob)])
        {
            _insert.Parameters.Add(name, type);
        }

        _insert.Prepare();
    }

    /// <summary>One thread that commits so many events at a time.</summary>
    public Task<Rate> RunAsync(int batch, TimeSpan time) => Rate.MeasureAsync(1, time, _ =>
    {
        _begin.ExecuteNonQuery();
        for (var i = 0; i < batch; i++)
        {
            var made = Events.Sealed(_tenant, ++_sequence, TimeProvider.System);
            _insert.Parameters["$seq"].Value = _sequence;
            _insert.Parameters["$id"].Value = made.EventId.ToByteArray(bigEndian: true);
            _insert.Parameters["$at"].Value = made.At.UtcTicks;
            _insert.Parameters["$record"].Value = made.Record;
            _insert.ExecuteNonQuery();
        }

        _commit.ExecuteNonQuery();
        return Task.FromResult(batch);
    });

    public void Dispose()
    {
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
