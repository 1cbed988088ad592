using Microsoft.Data.Sqlite;
using Platform.Silo.Storage;

namespace Platform.Silo.Reminders;

/// <summary>The statements on <c>reminder</c>, for the one thread that uses the file.</summary>
internal sealed class ReminderStatements(SqliteConnection connection) : IDisposable
{
    /// <summary>The file's contents. A grain's hash is how silos share the reminders out among themselves.</summary>
    public static readonly SqliteSchema Schema = new(0x4D43_5052, """
        CREATE TABLE reminder (
            grain TEXT NOT NULL, name TEXT NOT NULL, hash INTEGER NOT NULL, start_at INTEGER NOT NULL, period INTEGER NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY (grain, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reminder_hash ON reminder (hash);
        """);

    private const string Columns = "SELECT grain, name, start_at, period, version FROM reminder";

    private readonly SqliteStatement _ofGrain = new(connection, $"{Columns} WHERE grain=?1 AND (?2 IS NULL OR name=?2)");
    private readonly SqliteStatement _within = new(connection, $"{Columns} WHERE hash>?1 AND hash<=?2");

    // A range that goes over the highest hash, and the one that is the whole ring.
    private readonly SqliteStatement _around = new(connection, $"{Columns} WHERE hash>?1 OR hash<=?2");

    private readonly SqliteStatement _upsert = new(connection, """
        INSERT INTO reminder (grain, name, hash, start_at, period, version) VALUES (?1, ?2, ?3, ?4, ?5, 1)
        ON CONFLICT (grain, name) DO UPDATE SET start_at=excluded.start_at, period=excluded.period, version=version+1 RETURNING version
        """);

    private readonly SqliteStatement _remove = new(connection, "DELETE FROM reminder WHERE grain=?1 AND name=?2 AND version=?3");
    private readonly SqliteStatement _clear = new(connection, "DELETE FROM reminder");

    public List<ReminderEntry> OfGrain(GrainId grain, string? name) => Collect(_ofGrain.Bind(1, grain.ToString()).Bind(2, name));

    public List<ReminderEntry> Within(uint begin, uint end) => Collect((begin < end ? _within : _around).Bind(1, begin).Bind(2, end));

    /// <summary>The new version of the row.</summary>
    public long Upsert(ReminderEntry entry)
    {
        _upsert.Bind(1, entry.GrainId.ToString()).Bind(2, entry.ReminderName).Bind(3, entry.GrainId.GetUniformHashCode()).Bind(4, entry.StartAt.Ticks).Bind(5, entry.Period.Ticks);
        try
        {
            _upsert.Step();
            var version = _upsert.Int64(0);

            // The row is written when the statement has run to its end.
            while (_upsert.Step())
            {
            }

            return version;
        }
        finally
        {
            _upsert.Reset();
        }
    }

    public bool Remove(GrainId grain, string name, long version) => _remove.Bind(1, grain.ToString()).Bind(2, name).Bind(3, version).Execute() > 0;

    public void Clear() => _clear.Execute();

    public void Dispose()
    {
        _ofGrain.Dispose();
        _within.Dispose();
        _around.Dispose();
        _upsert.Dispose();
        _remove.Dispose();
        _clear.Dispose();
        connection.Dispose();
    }

    private static List<ReminderEntry> Collect(SqliteStatement query)
    {
        try
        {
            var rows = new List<ReminderEntry>();
            while (query.Step())
            {
                rows.Add(new ReminderEntry
                {
                    GrainId = GrainId.Parse(query.Text(0)!, null),
                    ReminderName = query.Text(1)!,
                    StartAt = new DateTime(query.Int64(2), DateTimeKind.Utc),
                    Period = TimeSpan.FromTicks(query.Int64(3)),
                    ETag = query.Int64(4).ToString(System.Globalization.CultureInfo.InvariantCulture),
                });
            }

            return rows;
        }
        finally
        {
            query.Reset();
        }
    }
}
