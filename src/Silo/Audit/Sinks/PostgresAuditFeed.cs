using Npgsql;
using NpgsqlTypes;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>The log in the cluster's database for sinks. One silo at a time holds a sink's lock and feeds it; when it dies, or loses its connection, another takes over from the noted places.</summary>
internal sealed class PostgresAuditFeed(PostgresDatabase database, IAuditLog log) : IAuditFeed, IDisposable
{
    /// <summary>Every chain by one step of the key's index each, with the sink's place in it, the event at that place, the end, and the first event that the sink was not told.</summary>
    private const string Behind = """
        WITH RECURSIVE stream(tenant, shard) AS (
            (SELECT tenant, shard FROM audit_event ORDER BY tenant, shard LIMIT 1)
            UNION ALL
            SELECT n.tenant, n.shard FROM stream s CROSS JOIN LATERAL
                (SELECT e.tenant, e.shard FROM audit_event e WHERE (e.tenant, e.shard) > (s.tenant, s.shard) ORDER BY e.tenant, e.shard LIMIT 1) n),
        place AS (
            SELECT s.tenant, s.shard, h.seq AS head, COALESCE(p.seq, 0) AS seq, COALESCE(p.seq > h.seq OR k.hash <> p.hash, false) AS is_rewound
            FROM stream s
            CROSS JOIN LATERAL (SELECT e.seq FROM audit_event e WHERE e.tenant=s.tenant AND e.shard=s.shard ORDER BY e.seq DESC LIMIT 1) h
            LEFT JOIN audit_sink_place p ON p.sink=$1 AND p.tenant=s.tenant AND p.shard=s.shard
            LEFT JOIN audit_event k ON k.tenant=s.tenant AND k.shard=s.shard AND k.seq=p.seq)
        SELECT p.tenant, p.shard, CASE WHEN p.is_rewound THEN 0 ELSE p.seq END, p.head, f.at, p.is_rewound
        FROM place p CROSS JOIN LATERAL
            (SELECT e.at FROM audit_event e WHERE e.tenant=p.tenant AND e.shard=p.shard AND e.seq > CASE WHEN p.is_rewound THEN 0 ELSE p.seq END ORDER BY e.seq LIMIT 1) f
        """;

    /// <summary>Each sink's lock is a number of its own in the room of this one.</summary>
    private const int Room = 0x4D43_534B;

    private readonly Dictionary<string, NpgsqlConnection> _turns = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);

    public async ValueTask<bool> HasTurnAsync(string sink, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_turns.TryGetValue(sink, out var held))
            {
                if (await IsAliveAsync(held, cancel))
                {
                    return true;
                }

                // The lock went with the connection, and somebody else may have it by now.
                _turns.Remove(sink);
                await held.DisposeAsync();
            }

            return await TryTakeAsync(sink, cancel);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask EndTurnAsync(string sink)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_turns.Remove(sink, out var held))
            {
                await ReleaseAsync(held, sink);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask BeginAsync(string sink, bool fromNow, CancellationToken cancel) => await database.ExecuteAsync(
        """
        WITH begun AS (INSERT INTO audit_sink (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING name)
        INSERT INTO audit_sink_place (sink, tenant, shard, seq, hash)
        SELECT b.name, e.tenant, e.shard, e.seq, e.hash FROM begun b
        CROSS JOIN (SELECT DISTINCT ON (tenant, shard) tenant, shard, seq, hash FROM audit_event WHERE $2 ORDER BY tenant, shard, seq DESC) e
        """,
        fill =>
        {
            fill.AddWithValue(sink);
            fill.AddWithValue(fromNow);
        },
        cancel);

    public ValueTask<IReadOnlyList<SinkBacklog>> BehindAsync(string sink, bool isWhole, CancellationToken cancel) => new(database.ListAsync(
        Behind,
        fill => fill.AddWithValue(sink),
        row => new SinkBacklog(new SinkStream(row.GetString(0), row.GetString(1)), row.GetInt64(2), row.GetInt64(3), AuditRowCodec.Instant(row.GetInt64(4)), row.GetBoolean(5)),
        cancel));

    public ValueTask<IReadOnlyList<AuditRow>> ReadAsync(SinkStream stream, long after, int count, CancellationToken cancel) =>
        TenantId.TryParse(stream.Tenant, out var tenant) ? log.ReadAsync(tenant, stream.Shard, after + 1, count, cancel) : ValueTask.FromResult<IReadOnlyList<AuditRow>>([]);

    public async ValueTask AdvanceAsync(string sink, IReadOnlyList<SinkPlace> places, CancellationToken cancel) => await database.ExecuteAsync(
        """
        INSERT INTO audit_sink_place (sink, tenant, shard, seq, hash) SELECT $1, t.tenant, t.shard, t.seq, t.hash FROM unnest($2, $3, $4, $5) AS t(tenant, shard, seq, hash)
        ON CONFLICT (sink, tenant, shard) DO UPDATE SET seq=excluded.seq, hash=excluded.hash
        """,
        fill =>
        {
            fill.AddWithValue(sink);
            fill.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, places.Select(place => place.Stream.Tenant).ToArray());
            fill.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, places.Select(place => place.Stream.Shard).ToArray());
            fill.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Bigint, places.Select(place => place.Sequence).ToArray());
            fill.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Bytea, places.Select(place => place.Hash).ToArray());
        },
        cancel);

    public void Dispose()
    {
        foreach (var held in _turns.Values)
        {
            held.Dispose();
        }

        _gate.Dispose();
    }

    private async Task<bool> TryTakeAsync(string sink, CancellationToken cancel)
    {
        var connection = await database.Source.OpenConnectionAsync(cancel);
        try
        {
            if (await AskAsync(connection, "SELECT pg_try_advisory_lock($1, hashtext($2))", sink, cancel))
            {
                _turns.Add(sink, connection);
                return true;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return false;
    }

    private static async Task ReleaseAsync(NpgsqlConnection held, string sink)
    {
        try
        {
            await AskAsync(held, "SELECT pg_advisory_unlock($1, hashtext($2))", sink, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The lock went with the connection.
        }
        finally
        {
            await held.DisposeAsync();
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string constantSql, string sink, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this type.
        command.CommandText = constantSql;
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Room });
        command.Parameters.AddWithValue(sink);
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    private static async Task<bool> IsAliveAsync(NpgsqlConnection held, CancellationToken cancel)
    {
        try
        {
            await using var command = held.CreateCommand();
            command.CommandText = "SELECT true";
            return await command.ExecuteScalarAsync(cancel) is true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
