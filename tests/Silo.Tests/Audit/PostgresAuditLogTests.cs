using Microsoft.Extensions.Logging.Abstractions;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit;

/// <summary>The contract on PostgreSQL, and the fence between two silos.</summary>
public sealed class PostgresAuditLogTests : AuditLogContract
{
    private string _connectionString = "";
    private PostgresDatabase? _database;

    private protected override async Task<IAuditLog> OpenAsync()
    {
        _connectionString = await Postgres.NewDatabaseAsync();
        _database = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        return new PostgresAuditLog(_database, NullLogger<PostgresAuditLog>.Instance);
    }

    private protected override void Close() => _database?.Dispose();

    [Fact, Trait("Control", "AL-4")]
    public async Task Of_two_silos_that_append_to_one_chain_each_sequence_is_taken_once_and_no_batch_by_halves()
    {
        using var one = new PostgresAuditLog(_database!, NullLogger<PostgresAuditLog>.Instance);
        using var otherDatabase = await PostgresDatabase.OpenAsync(_connectionString, CancellationToken.None);
        using var other = new PostgresAuditLog(otherDatabase, NullLogger<PostgresAuditLog>.Instance);

        var taken = new List<(bool One, bool Other)>();
        for (var first = 1; first <= 200; first += 10)
        {
            var mine = TryAsync(one, first);
            var theirs = TryAsync(other, first);
            taken.Add((await mine, await theirs));
        }

        Assert.All(taken, pair => Assert.True(pair.One ^ pair.Other, "A batch has one writer."));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), (await one.ReadAsync(Tenant, "0", 1, 1000, CancellationToken.None)).Select(row => row.Sequence));
    }

    private static async Task<bool> TryAsync(PostgresAuditLog log, long first)
    {
        try
        {
            await log.AppendAsync(Tenant, "0", Rows(first, 10), CancellationToken.None);
            return true;
        }
        catch (AuditConflictException)
        {
            return false;
        }
    }
}
