using System.Security.Cryptography;
using Platform.Hosting.Startup;
using Platform.Silo.Cluster;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Cluster;

public sealed class ClusterFactsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _temporary = new();
    private PostgresDatabase? _database;

    public async ValueTask InitializeAsync() => _database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _database?.Dispose();
        _temporary.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Silos_with_one_vault_and_one_environment_belong_together()
    {
        using var vault = Vault("shared");
        using var same = Vault("shared");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ClusterFacts.RequireAsync(_database!, "live", i % 2 == 0 ? vault : same, CancellationToken.None)));
    }

    [Fact, Trait("Control", "CF-2")]
    public async Task A_silo_with_another_vault_is_refused()
    {
        using var vault = Vault("one");
        using var other = Vault("other");
        await ClusterFacts.RequireAsync(_database!, "live", vault, CancellationToken.None);

        var fault = await Assert.ThrowsAsync<StartupException>(() => ClusterFacts.RequireAsync(_database!, "live", other, CancellationToken.None));

        Assert.StartsWith("Platform:Secrets", fault.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "CF-5")]
    public async Task A_silo_of_another_environment_is_refused()
    {
        using var vault = Vault("one");
        await ClusterFacts.RequireAsync(_database!, "live", vault, CancellationToken.None);

        await Assert.ThrowsAsync<StartupException>(() => ClusterFacts.RequireAsync(_database!, "test", vault, CancellationToken.None));
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task The_database_holds_no_secret_of_the_vault()
    {
        using var vault = Vault("one");
        await ClusterFacts.RequireAsync(_database!, "live", vault, CancellationToken.None);
        var secret = (await vault.GetAsync("cluster", CancellationToken.None))!;

        var stored = await _database!.ListAsync("SELECT value FROM cluster_fact", _ => { }, row => row.GetFieldValue<byte[]>(0), CancellationToken.None);

        Assert.DoesNotContain(stored, value => CryptographicOperations.FixedTimeEquals(value, secret));
    }

    private SharedLocalVault Vault(string name)
    {
        PrivateFiles.RequireDirectory(_temporary[name]);
        return new SharedLocalVault(LocalVaultOptions.In(_temporary[name]), Path.Combine(_temporary[name], "vault.lock"), TimeProvider.System);
    }
}
