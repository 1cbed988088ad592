using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Platform.Hosting.Startup;

namespace Platform.Silo.Storage;

/// <summary>Applies <c>infra/postgres</c> in order, once for a database, whichever silo comes first. A database of a newer version is refused and left as it is.</summary>
internal static class PostgresMigrations
{
    private const string Folder = "postgres/";
    private const long Turn = 0x4D43_5043_0001;

    /// <summary>The scripts by number: <c>0001-grain-state.sql</c>.</summary>
    public static IReadOnlyList<(int Number, string Name, string Sql)> All { get; } = [.. Read().OrderBy(script => script.Number)];

    public static async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await RunAsync(connection, $"SELECT pg_advisory_lock({Turn})", cancel);
        try
        {
            await RunAsync(connection, """
                CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL, sha256 bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
                """, cancel);
            var applied = await AppliedAsync(connection, cancel);
            Require(applied);
            foreach (var script in All.Where(script => !applied.ContainsKey(script.Number)))
            {
                await ApplyAsync(connection, script, cancel);
            }
        }
        finally
        {
            await RunAsync(connection, $"SELECT pg_advisory_unlock({Turn})", CancellationToken.None);
        }
    }

    private static void Require(Dictionary<int, byte[]> applied)
    {
        if (applied.Keys.Except(All.Select(script => script.Number)).Any())
        {
            throw new StartupException("The database of Platform:Cluster was migrated by a newer version of the platform; start that version, or restore a backup.");
        }

        if (All.FirstOrDefault(script => applied.TryGetValue(script.Number, out var digest) && !digest.AsSpan().SequenceEqual(Digest(script.Sql))) is { Name: { } name })
        {
            throw new StartupException($"The database of Platform:Cluster was migrated by another {name} than this version has; start the version that made it, or restore a backup.");
        }
    }

    private static async Task<Dictionary<int, byte[]>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var applied = new Dictionary<int, byte[]>();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, sha256 FROM schema_migration";
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            applied.Add(rows.GetInt32(0), rows.GetFieldValue<byte[]>(1));
        }

        return applied;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, (int Number, string Name, string Sql) script, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, script.Sql, cancel);
        await using var note = connection.CreateCommand();
        note.CommandText = "INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)";
        note.Parameters.AddWithValue(script.Number);
        note.Parameters.AddWithValue(script.Name);
        note.Parameters.AddWithValue(Digest(script.Sql));
        await note.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string constantSql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this folder, and the scripts that are part of this program.
        command.CommandText = constantSql;
#pragma warning restore CA2100

        // Whoever comes second waits for whoever migrates.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static byte[] Digest(string sql) => SHA256.HashData(Encoding.UTF8.GetBytes(sql));

    private static IEnumerable<(int Number, string Name, string Sql)> Read()
    {
        var assembly = typeof(PostgresMigrations).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[Folder.Length..];
            yield return (int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}
