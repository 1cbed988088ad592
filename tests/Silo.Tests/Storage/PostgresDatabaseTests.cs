using Platform.Hosting.Startup;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

/// <summary>What has to be true of a database before a silo starts on it.</summary>
public sealed class PostgresDatabaseTests
{
    [Fact]
    public async Task Silos_that_start_at_once_on_an_empty_database_migrate_it_once()
    {
        var connectionString = await Postgres.NewDatabaseAsync();

        var silos = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostgresDatabase.OpenAsync(connectionString, CancellationToken.None)));

        var applied = await silos[0].ListAsync("SELECT number FROM schema_migration ORDER BY number", _ => { }, row => row.GetInt32(0), CancellationToken.None);
        Assert.Equal(PostgresMigrations.All.Select(script => script.Number), applied);
        Assert.All(silos, silo => silo.Dispose());
    }

    [Theory, Trait("Control", "CF-2")]
    [InlineData("INSERT INTO schema_migration (number, name, sha256) VALUES (9999, 'later', '')", "newer version")]
    [InlineData("UPDATE schema_migration SET sha256='' WHERE number=1", "another 0001-grain-state.sql")]
    public async Task A_database_that_this_version_does_not_know_is_refused(string change, string said)
    {
        var connectionString = await Postgres.NewDatabaseAsync();
        using (var database = await PostgresDatabase.OpenAsync(connectionString, CancellationToken.None))
        {
            await database.ExecuteAsync(change, _ => { }, CancellationToken.None);
        }

        var fault = await Assert.ThrowsAsync<StartupException>(() => PostgresDatabase.OpenAsync(connectionString, CancellationToken.None));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_database_that_acknowledges_what_is_not_on_disk_is_refused()
    {
        var connectionString = await Postgres.NewDatabaseAsync();

        var fault = await Assert.ThrowsAsync<StartupException>(() => PostgresDatabase.OpenAsync(connectionString + ";Options=-c synchronous_commit=off", CancellationToken.None));

        Assert.Contains("synchronous_commit", fault.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "TR-1")]
    [InlineData("Host=db.example.com;Database=x;Username=y;Password=hunter2")]
    [InlineData("Host=127.0.0.1,db.example.com;Database=x;Username=y;Password=hunter2")]
    [InlineData("Host=10.0.0.1;SSL Mode=Require;Database=x;Username=y;Password=hunter2")]
    public async Task A_database_on_another_machine_is_reached_by_verified_TLS_only(string connectionString)
    {
        var fault = await Assert.ThrowsAsync<StartupException>(() => PostgresDatabase.OpenAsync(connectionString, CancellationToken.None));

        Assert.Contains("VerifyFull", fault.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData("Password=hunter2;nonsense")]
    [InlineData("Host=127.0.0.1;Port=hunter2")]
    [InlineData("Host=127.0.0.1;Port=1;Username=x;Password=hunter2;Database=y")]
    public async Task No_fault_tells_the_password(string connectionString)
    {
        var fault = await Assert.ThrowsAsync<StartupException>(() => PostgresDatabase.OpenAsync(connectionString, CancellationToken.None));

        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }
}
