using Npgsql;
using Platform.Grains.Storage;

namespace Platform.Silo.Storage;

/// <summary>Grain state in the cluster's database. Each silo has one writer; a conflict with another silo's is an etag that does not fit.</summary>
internal sealed class PostgresGrainStateTable(PostgresDatabase database, ILogger<PostgresGrainStateTable> logger) : IGrainStateTable, IDisposable
{
    private readonly GroupCommitWriter<StateWrite> _writer = new("grains", new PostgresGrainStateWriter(database), logger);

    public Task<StoredState?> ReadAsync(StateKey key, CancellationToken cancel) => database.ReadAsync(
        "SELECT version, format, payload, expires_at FROM grain_state WHERE tenant=$1 AND grain_type=$2 AND grain_key=$3 AND state=$4",
        fill =>
        {
            fill.AddWithValue(key.Tenant);
            fill.AddWithValue(key.GrainType);
            fill.AddWithValue(key.GrainKey);
            fill.AddWithValue(key.State);
        },
        async row => await row.ReadAsync(cancel) ? new StoredState(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2), Number(row, 3)) : null,
        cancel);

    public Task WriteAsync(StateWrite write, CancellationToken cancel) => _writer.WriteAsync(write, cancel);

    public Task<IReadOnlyList<DoomedState>> ExpiredAsync(long before, int count, CancellationToken cancel) => database.ListAsync(
        "SELECT tenant, grain_type, grain_key, state, version FROM grain_state WHERE expires_at<=$1 ORDER BY expires_at LIMIT $2",
        fill =>
        {
            fill.AddWithValue(before);
            fill.AddWithValue(count);
        },
        Doomed,
        cancel);

    // A grain with several states is listed once, by the one that shows something of itself.
    public async ValueTask<IReadOnlyList<StateRow>> ListAsync(string tenant, string grainType, string? after, int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return await database.ListAsync(
            after is null
                ? """
                  SELECT DISTINCT ON (grain_key) grain_key, info, expires_at FROM grain_state WHERE tenant=$1 AND grain_type=$2
                  ORDER BY grain_key, (info IS NULL AND expires_at IS NULL) LIMIT $3
                  """
                : """
                  SELECT DISTINCT ON (grain_key) grain_key, info, expires_at FROM grain_state WHERE tenant=$1 AND grain_type=$2 AND grain_key>$4
                  ORDER BY grain_key, (info IS NULL AND expires_at IS NULL) LIMIT $3
                  """,
            fill =>
            {
                fill.AddWithValue(tenant);
                fill.AddWithValue(grainType);
                fill.AddWithValue(count);
                if (after is not null)
                {
                    fill.AddWithValue(after);
                }
            },
            row => new StateRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), Number(row, 2) is { } expiry ? DateTimeOffset.FromUnixTimeMilliseconds(expiry) : null),
            cancel);
    }

    /// <summary>Writers lock the table before they look: when this has its turn, those before are on disk, and those after see that the tenant is closed.</summary>
    public async ValueTask CloseAsync(string tenant, CancellationToken cancel)
    {
        DoomedRows.RequireTenant(tenant);
        await database.ExecuteAsync(
            """
            SET LOCAL lock_timeout = '10s';
            LOCK TABLE grain_state IN SHARE MODE;
            """,
            """
            INSERT INTO closed_tenant (tenant) VALUES ($1) ON CONFLICT DO NOTHING
            """,
            fill => fill.AddWithValue(tenant),
            cancel);
    }

    public async ValueTask<IReadOnlyList<RowCount>> CountAsync(string tenant, CancellationToken cancel) => await database.ListAsync(
        "SELECT grain_type, count(*) FROM grain_state WHERE tenant=$1 GROUP BY grain_type ORDER BY grain_type",
        fill => fill.AddWithValue(tenant),
        row => new RowCount(row.GetString(0), row.GetInt64(1)),
        cancel);

    public async ValueTask<int> RemoveAsync(string tenant, int count, CancellationToken cancel)
    {
        DoomedRows.RequireTenant(tenant);
        var rows = await database.ListAsync(
            "SELECT tenant, grain_type, grain_key, state, version FROM grain_state WHERE tenant=$1 LIMIT $2",
            fill =>
            {
                fill.AddWithValue(tenant);
                fill.AddWithValue(count);
            },
            Doomed,
            cancel);
        return await this.SweepAsync(rows, cancel);
    }

    public void Dispose() => _writer.Dispose();

    private static DoomedState Doomed(NpgsqlDataReader row) => new(new StateKey(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)), row.GetInt64(4));

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
