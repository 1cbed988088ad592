using Microsoft.Data.Sqlite;
using Platform.Grains.Storage;

namespace Platform.Silo.Storage;

/// <summary>The queries on <c>grain_state</c>, for one reader thread.</summary>
internal sealed class SqliteGrainStateReader(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _read = new(connection, """
        SELECT version, format, payload, expires_at FROM grain_state WHERE tenant=?1 AND grain_type=?2 AND grain_key=?3 AND state=?4
        """);

    // A grain with several states is listed once; max() takes the columns beside it from the row that shows something of itself.
    private readonly SqliteStatement _list = new(connection, """
        SELECT grain_key, info, expires_at, max(info IS NOT NULL OR expires_at IS NOT NULL) FROM grain_state
        WHERE tenant=?1 AND grain_type=?2 AND grain_key>=?3 AND (?4 OR grain_key>?3) GROUP BY grain_key ORDER BY grain_key LIMIT ?5
        """);

    private readonly SqliteStatement _expired = new(connection, """
        SELECT tenant, grain_type, grain_key, state, version FROM grain_state WHERE expires_at<=?1 ORDER BY expires_at LIMIT ?2
        """);

    private readonly SqliteStatement _ofTenant = new(connection, "SELECT tenant, grain_type, grain_key, state, version FROM grain_state WHERE tenant=?1 LIMIT ?2");
    private readonly SqliteStatement _count = new(connection, "SELECT grain_type, count(*) FROM grain_state WHERE tenant=?1 GROUP BY grain_type ORDER BY grain_type");

    public StoredState? Read(StateKey key)
    {
        _read.Bind(1, key.Tenant).Bind(2, key.GrainType).Bind(3, key.GrainKey).Bind(4, key.State);
        try
        {
            return _read.Step() ? new StoredState(_read.Int64(0), _read.Text(1) ?? string.Empty, _read.Blob(2), _read.NullableInt64(3)) : null;
        }
        finally
        {
            _read.Reset();
        }
    }

    public IReadOnlyList<StateRow> List(string tenant, string grainType, string? after, int count)
    {
        _list.Bind(1, tenant).Bind(2, grainType).Bind(3, after ?? string.Empty).Bind(4, after is null ? 1 : 0).Bind(5, count);
        return Collect(_list, row => new StateRow(row.Text(0)!, row.Text(1), Instant(row.NullableInt64(2))));
    }

    public IReadOnlyList<DoomedState> Expired(long before, int count) => Collect(_expired.Bind(1, before).Bind(2, count), Doomed);

    public IReadOnlyList<DoomedState> OfTenant(string tenant, int count) => Collect(_ofTenant.Bind(1, tenant).Bind(2, count), Doomed);

    public IReadOnlyList<RowCount> Count(string tenant) => Collect(_count.Bind(1, tenant), row => new RowCount(row.Text(0)!, row.Int64(1)));

    public void Dispose()
    {
        _read.Dispose();
        _list.Dispose();
        _expired.Dispose();
        _ofTenant.Dispose();
        _count.Dispose();
        connection.Dispose();
    }

    private static DoomedState Doomed(SqliteStatement row) => new(new StateKey(row.Text(0)!, row.Text(1)!, row.Text(2)!, row.Text(3)!), row.Int64(4));

    private static List<T> Collect<T>(SqliteStatement query, Func<SqliteStatement, T> read)
    {
        try
        {
            var rows = new List<T>();
            while (query.Step())
            {
                rows.Add(read(query));
            }

            return rows;
        }
        finally
        {
            query.Reset();
        }
    }

    private static DateTimeOffset? Instant(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
