using Npgsql;
using NpgsqlTypes;

namespace Platform.Silo.Storage;

/// <summary>
/// Applies state changes to <c>grain_state</c>: a statement of each kind for a whole batch (<c>unnest</c>), in one transaction. Rows go in the order of their keys, so that two silos
/// lock them in the same order.
/// </summary>
internal sealed class PostgresGrainStateWriter(PostgresDatabase database) : IBatchTarget<StateWrite>
{
    private const string IsRow = "g.tenant=u.tenant AND g.grain_type=u.grain_type AND g.grain_key=u.grain_key AND g.state=u.state";
    private const string Key = "g.tenant, g.grain_type, g.grain_key, g.state";

    private const string Update = $"""
        UPDATE grain_state g SET version=u.version, format=u.format, info=u.info, updated_at=u.updated_at, expires_at=u.expires_at, payload=u.payload
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bytea[])
            AS u(tenant, grain_type, grain_key, state, expected, version, format, info, updated_at, expires_at, payload)
        WHERE {IsRow} AND g.version=u.expected RETURNING {Key}
        """;

    private const string Insert = $"""
        INSERT INTO grain_state AS g (tenant, grain_type, grain_key, state, version, format, info, updated_at, expires_at, payload)
        SELECT u.tenant, u.grain_type, u.grain_key, u.state, u.version, u.format, u.info, u.updated_at, u.expires_at, u.payload
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bytea[])
            AS u(tenant, grain_type, grain_key, state, expected, version, format, info, updated_at, expires_at, payload)
        WHERE NOT EXISTS (SELECT 1 FROM closed_tenant c WHERE c.tenant=u.tenant)
        ON CONFLICT DO NOTHING RETURNING {Key}
        """;

    private const string Delete = $"""
        DELETE FROM grain_state g USING unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) AS u(tenant, grain_type, grain_key, state, expected)
        WHERE {IsRow} AND g.version=u.expected RETURNING {Key}
        """;

    private const string Stored = $"""
        SELECT {Key}, g.version, g.expires_at FROM grain_state g
        JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(tenant, grain_type, grain_key, state) ON {IsRow}
        """;

    public void Commit(ReadOnlyMemory<StateWrite> batch, Memory<Exception?> refusals) => database.Write(connection =>
    {
        refusals.Span.Clear();
        foreach (var round in Rounds(batch.Span))
        {
            Apply(connection, round, refusals.Span);
        }
    });

    public void Dispose()
    {
    }

    /// <summary>A statement touches a row once, so a second change of a row waits for the next round. Nearly always there is one.</summary>
    private static List<List<(int Index, StateWrite Write)>> Rounds(ReadOnlySpan<StateWrite> batch)
    {
        var rounds = new List<List<(int, StateWrite)>>();
        var times = new Dictionary<StateKey, int>(batch.Length);
        for (var i = 0; i < batch.Length; i++)
        {
            times.TryGetValue(batch[i].Key, out var round);
            times[batch[i].Key] = round + 1;
            if (round == rounds.Count)
            {
                rounds.Add([]);
            }

            rounds[round].Add((i, batch[i]));
        }

        foreach (var round in rounds)
        {
            round.Sort((one, other) => Compare(one.Item2.Key, other.Item2.Key));
        }

        return rounds;
    }

    private static void Apply(NpgsqlConnection connection, List<(int Index, StateWrite Write)> round, Span<Exception?> refusals)
    {
        var done = Run(connection, round.ConvertAll(item => item.Write));
        var open = round.FindAll(item => item.Write.Change is not StateChange.Sweep && !done.Contains(item.Write.Key));
        if (open.Count == 0)
        {
            return;
        }

        var stored = Find(connection, open.ConvertAll(item => item.Write));

        // What the writer had in memory was over, and the cleaner took the row: the state starts anew.
        var swept = open.FindAll(item => item.Write.MayBeGone && !stored.ContainsKey(item.Write.Key));
        var anew = swept.FindAll(item => item.Write.Change is StateChange.Update).ConvertAll(item => item.Write with { Change = StateChange.Insert });
        var begun = anew.Count == 0 ? [] : Run(connection, anew);
        foreach (var (index, write) in open)
        {
            var fine = swept.Exists(item => item.Index == index) && (write.Change is StateChange.Delete || begun.Contains(write.Key));
            refusals[index] = fine ? null : write.Conflict(stored.TryGetValue(write.Key, out var etag) ? etag : null);
        }
    }

    /// <summary>One round trip for all kinds; the keys of the rows that were as expected.</summary>
    private static HashSet<StateKey> Run(NpgsqlConnection connection, List<StateWrite> writes)
    {
        using var commands = new NpgsqlBatch(connection);
        Add(commands, Update, writes.FindAll(write => write.Change is StateChange.Update), whole: true);
        Add(commands, Insert, writes.FindAll(write => write.Change is StateChange.Insert), whole: true);
        Add(commands, Delete, writes.FindAll(write => write.Change is StateChange.Delete or StateChange.Sweep), whole: false);
        var done = new HashSet<StateKey>();
        using var rows = commands.ExecuteReader();
        do
        {
            while (rows.Read())
            {
                done.Add(ReadKey(rows));
            }
        }
        while (rows.NextResult());
        return done;
    }

    private static void Add(NpgsqlBatch commands, string sql, List<StateWrite> writes, bool whole)
    {
        if (writes.Count == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql);
        AddKeys(command.Parameters, writes);
        command.Parameters.Add(Array(writes, NpgsqlDbType.Bigint, write => write.Expected));
        if (whole)
        {
            command.Parameters.Add(Array(writes, NpgsqlDbType.Bigint, write => write.Version));
            command.Parameters.Add(Array(writes, NpgsqlDbType.Text, write => write.Format));
            command.Parameters.Add(Array(writes, NpgsqlDbType.Text, write => write.Info));
            command.Parameters.Add(Array(writes, NpgsqlDbType.Bigint, write => write.UpdatedAt));
            command.Parameters.Add(Array(writes, NpgsqlDbType.Bigint, write => write.ExpiresAt));
            command.Parameters.Add(Array(writes, NpgsqlDbType.Bytea, write => write.Payload));
        }

        commands.BatchCommands.Add(command);
    }

    private static Dictionary<StateKey, StateEtag> Find(NpgsqlConnection connection, List<StateWrite> writes)
    {
        using var command = new NpgsqlCommand(Stored, connection);
        AddKeys(command.Parameters, writes);
        using var rows = command.ExecuteReader();
        var found = new Dictionary<StateKey, StateEtag>();
        while (rows.Read())
        {
            found[ReadKey(rows)] = new StateEtag(rows.GetInt64(4), rows.IsDBNull(5) ? null : rows.GetInt64(5));
        }

        return found;
    }

    private static void AddKeys(NpgsqlParameterCollection parameters, List<StateWrite> writes)
    {
        parameters.Add(Array(writes, NpgsqlDbType.Text, write => write.Key.Tenant));
        parameters.Add(Array(writes, NpgsqlDbType.Text, write => write.Key.GrainType));
        parameters.Add(Array(writes, NpgsqlDbType.Text, write => write.Key.GrainKey));
        parameters.Add(Array(writes, NpgsqlDbType.Text, write => write.Key.State));
    }

    private static NpgsqlParameter<T[]> Array<T>(List<StateWrite> writes, NpgsqlDbType type, Func<StateWrite, T> value) =>
        new() { TypedValue = [.. writes.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };

    private static StateKey ReadKey(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3));

    private static int Compare(StateKey one, StateKey other)
    {
        var tenant = string.CompareOrdinal(one.Tenant, other.Tenant);
        var type = tenant != 0 ? tenant : string.CompareOrdinal(one.GrainType, other.GrainType);
        var key = type != 0 ? type : string.CompareOrdinal(one.GrainKey, other.GrainKey);
        return key != 0 ? key : string.CompareOrdinal(one.State, other.State);
    }
}
