using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Audit.Sinks;

/// <summary>The contract on PostgreSQL, and one feeder of several silos.</summary>
public sealed class PostgresAuditFeedTests : AuditFeedContract
{
    private string _connectionString = "";
    private PostgresDatabase? _database;

    private protected override async Task<(IAuditLog Log, IAuditFeed Feed)> OpenAsync()
    {
        _connectionString = await Postgres.NewDatabaseAsync();
        _database = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        var log = new PostgresAuditLog(_database, NullLogger<PostgresAuditLog>.Instance);
        return (log, new PostgresAuditFeed(_database, log));
    }

    private protected override void Close() => _database?.Dispose();

    private protected override async Task TamperAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Of_two_silos_one_feeds_a_sink_and_the_other_when_it_leaves()
    {
        using var otherDatabase = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        using var other = new PostgresAuditFeed(otherDatabase, Log);

        Assert.True(await Feed.HasTurnAsync(Sink, CancellationToken.None));
        Assert.False(await other.HasTurnAsync(Sink, CancellationToken.None));
        Assert.True(await other.HasTurnAsync("syslog", CancellationToken.None));
        await Feed.EndTurnAsync(Sink);
        Assert.True(await other.HasTurnAsync(Sink, CancellationToken.None));
        Assert.False(await Feed.HasTurnAsync(Sink, CancellationToken.None));
    }

    [Fact]
    public async Task A_silo_that_lost_its_connection_asks_for_its_turn_anew()
    {
        using var otherDatabase = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        using var other = new PostgresAuditFeed(otherDatabase, Log);
        Assert.True(await Feed.HasTurnAsync(Sink, CancellationToken.None));
        await Postgres.CutAsync(_connectionString);

        Assert.True(await TurnAsync(other));
        Assert.False(await Feed.HasTurnAsync(Sink, CancellationToken.None));
    }

    /// <summary>The pool's own connections were cut as well: the first question may find that out.</summary>
    private static async Task<bool> TurnAsync(PostgresAuditFeed feed)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await feed.HasTurnAsync(Sink, CancellationToken.None);
            }
            catch (NpgsqlException) when (attempt < 20)
            {
            }
        }
    }
}
