using System.Net;
using Npgsql;
using Platform.Hosting.Startup;

namespace Platform.Silo.Storage;

/// <summary>
/// The database that the silos of a cluster share: one pool, checked and migrated before anything else starts. One platform has one database.
/// </summary>
internal sealed class PostgresDatabase : IDisposable
{
    private const int OldestServer = 140000;
    private const int DefaultPool = 100;
    private const int Pool = 24;
    private const int Attempts = 4;

    private PostgresDatabase(NpgsqlDataSource source) => Source = source;

    public NpgsqlDataSource Source { get; }

    /// <exception cref="StartupException">It cannot be reached, would lose writes, or belongs to a newer version. The text holds no part of the connection string.</exception>
    public static async Task<PostgresDatabase> OpenAsync(string connectionString, CancellationToken cancel)
    {
        var database = new PostgresDatabase(NpgsqlDataSource.Create(Settings(connectionString)));
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync(cancel);
            await RequireDurableAsync(connection, cancel);
            await PostgresMigrations.ApplyAsync(connection, cancel);
            return database;
        }
        catch (NpgsqlException fault)
        {
            database.Dispose();
            throw new StartupException($"The database of Platform:Cluster cannot be used ({Reason(fault)}); check that it runs, and its connection string.", fault);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs the work in a transaction, on this thread, and returns when it is on disk. What failed before COMMIT was sent is done again where another try can help: a deadlock with
    /// another silo, a connection that was broken by a restart of the server. A failure of COMMIT itself leaves it open whether the work is stored.
    /// </summary>
    public void Write(Action<NpgsqlConnection> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var connection = Source.OpenConnection();
                using var transaction = connection.BeginTransaction();
                work(connection);
                Commit(transaction);
                return;
            }
            catch (NpgsqlException fault) when (fault.IsTransient && attempt < Attempts)
            {
                // At once: a deadlock is over when one of the two has given way, and a broken connection has been thrown out of the pool.
            }
        }
    }

    /// <summary>A question that changes nothing.</summary>
    public async Task<T> ReadAsync<T>(string constantSql, Action<NpgsqlParameterCollection> fill, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancel)
    {
        try
        {
            await using var command = Source.CreateCommand(constantSql);
            fill(command.Parameters);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await read(reader);
        }
        catch (NpgsqlException fault)
        {
            throw new StorageFailedException("The storage could not be read.", fault);
        }
    }

    /// <inheritdoc cref="ReadAsync"/>
    public Task<IReadOnlyList<T>> ListAsync<T>(string constantSql, Action<NpgsqlParameterCollection> fill, Func<NpgsqlDataReader, T> row, CancellationToken cancel) =>
        ReadAsync<IReadOnlyList<T>>(
            constantSql,
            fill,
            async reader =>
            {
                var rows = new List<T>();
                while (await reader.ReadAsync(cancel))
                {
                    rows.Add(row(reader));
                }

                return rows;
            },
            cancel);

    /// <summary>A statement of its own; how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string constantSql, Action<NpgsqlParameterCollection> fill, CancellationToken cancel)
    {
        try
        {
            await using var command = Source.CreateCommand(constantSql);
            fill(command.Parameters);
            return await command.ExecuteNonQueryAsync(cancel);
        }
        catch (NpgsqlException fault)
        {
            throw new StorageFailedException("The storage did not take the write.", fault);
        }
    }

    /// <summary>A statement that needs another before it, in one transaction.</summary>
    public async Task ExecuteAsync(string constantFirst, string constantSql, Action<NpgsqlParameterCollection> fill, CancellationToken cancel)
    {
        try
        {
            await using var connection = await Source.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await using var first = new NpgsqlCommand(constantFirst, connection, transaction);
            await first.ExecuteNonQueryAsync(cancel);
            await using var command = new NpgsqlCommand(constantSql, connection, transaction);
            fill(command.Parameters);
            await command.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (NpgsqlException fault)
        {
            throw new StorageFailedException("The storage did not take the write.", fault);
        }
    }

    /// <summary>Holds what only one silo of the cluster may do at a time; released with the answer, or with the process.</summary>
    public async Task<IAsyncDisposable> LockAsync(long number, CancellationToken cancel)
    {
        var connection = await Source.OpenConnectionAsync(cancel);
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT pg_advisory_lock($1)";
            command.CommandTimeout = 0;
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
            await command.ExecuteNonQueryAsync(cancel);
            return new Held(connection, number);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => Source.Dispose();

    private static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        var settings = Parse(connectionString) ?? throw new StartupException("The connection string of Platform:Cluster is none; write Host=…;Database=…;Username=…;Password=….");
        var local = (settings.Host ?? "").Split(',').All(host => host.StartsWith('/') || host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
        if (!local && settings.SslMode is not (SslMode.VerifyFull or SslMode.VerifyCA))
        {
            throw new StartupException("The connection string of Platform:Cluster names another machine; add SSL Mode=VerifyFull, and Root Certificate=FILE if its authority is your own.");
        }

        settings.ApplicationName = "mocopr";
        settings.IncludeErrorDetail = false;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.MaxPoolSize = settings.MaxPoolSize == DefaultPool ? Pool : settings.MaxPoolSize;
        settings.MaxAutoPrepare = settings.MaxAutoPrepare == 0 ? 64 : settings.MaxAutoPrepare;
        return settings;
    }

    private static NpgsqlConnectionStringBuilder? Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException)
        {
            // Its text may quote what it could not read, and is not told.
            return null;
        }
    }

    private static async Task RequireDurableAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), current_setting('synchronous_commit'), current_setting('fsync'), pg_is_in_recovery()";
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        var faults = new List<string>();
        if (row.GetInt32(0) < OldestServer)
        {
            faults.Add("The database of Platform:Cluster is older than PostgreSQL 14; use a newer server.");
        }

        if (row.GetString(1) is not "UTF8")
        {
            faults.Add($"The database of Platform:Cluster is encoded in {row.GetString(1)}; create it with ENCODING 'UTF8'.");
        }

        if (row.GetString(2) is "off" || row.GetString(3) is "off")
        {
            faults.Add("The database of Platform:Cluster acknowledges what is not on disk; set synchronous_commit and fsync to on.");
        }

        if (row.GetBoolean(4))
        {
            faults.Add("The database of Platform:Cluster is a standby; name the primary, or add Target Session Attributes=primary.");
        }

        if (faults.Count > 0)
        {
            throw StartupException.Of(faults);
        }
    }

    private static void Commit(NpgsqlTransaction transaction)
    {
        try
        {
            transaction.Commit();
        }
        catch (NpgsqlException fault) when (fault.SqlState is not (PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure))
        {
            // In doubt, so it is not tried again: doing it twice would be a conflict with oneself.
            throw new StorageFailedException("The connection to the database broke while it committed.", fault);
        }
    }

    private static string Reason(NpgsqlException fault) => fault is PostgresException answer ? $"{answer.SqlState}: {answer.MessageText}" : fault.Message;

    private sealed class Held(NpgsqlConnection connection, long number) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT pg_advisory_unlock($1)";
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
                await command.ExecuteNonQueryAsync();
            }
            finally
            {
                await connection.DisposeAsync();
            }
        }
    }
}
