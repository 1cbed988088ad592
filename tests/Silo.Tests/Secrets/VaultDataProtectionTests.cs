using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Grains.Secrets;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;
using Platform.Silo.Tests.Secrets.KeyVault;

namespace Platform.Silo.Tests.Secrets;

public sealed class VaultDataProtectionTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact, Trait("Control", "AU-11")]
    public async Task What_was_protected_opens_after_a_restart()
    {
        var text = await WithProtectorAsync(protector => protector.Protect("cookie"));

        Assert.Equal("cookie", await WithProtectorAsync(protector => protector.Unprotect(text)));
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task The_key_files_hold_no_readable_key()
    {
        await WithProtectorAsync(protector => protector.Protect("cookie"));

        var file = XDocument.Load(Assert.Single(Directory.GetFiles(_temporary["keys"])));

        Assert.Empty(file.Descendants("masterKey"));
    }

    [Fact]
    public async Task The_key_file_of_another_vault_does_not_open_what_was_protected()
    {
        var text = await WithProtectorAsync(protector => protector.Protect("cookie"));
        foreach (var file in Directory.GetFiles(_temporary.Path, "vault.*"))
        {
            File.Delete(file);
        }

        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(() => WithProtectorAsync(protector => protector.Unprotect(text)));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task In_a_cluster_the_ring_is_in_the_database_and_the_vault_opens_it()
    {
        var connectionString = await Postgres.NewDatabaseAsync();
        await using var vault = await KeyVaultDouble.StartAsync();
        async Task<string> OnSiloAsync(Func<IDataProtector, string> use)
        {
            var database = await PostgresDatabase.OpenAsync(connectionString, CancellationToken.None);
            return await WithProtectorAsync(use, services => services.AddPostgresDatabase(database).AddSecretStore(new KeyVaultHome(vault).Store()));
        }

        var text = await OnSiloAsync(protector => protector.Protect("cookie"));

        Assert.Equal("cookie", await OnSiloAsync(protector => protector.Unprotect(text)));
        Assert.Empty(Directory.GetFiles(_temporary["keys"]));
        using var stored = await PostgresDatabase.OpenAsync(connectionString, CancellationToken.None);
        var elements = await stored.ListAsync("SELECT element FROM data_protection_key", _ => { }, row => row.GetString(0), CancellationToken.None);
        Assert.DoesNotContain("masterKey", Assert.Single(elements), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task With_Key_Vault_it_opens_after_a_restart_and_the_local_vault_is_not_made()
    {
        await using var vault = await KeyVaultDouble.StartAsync();
        void AddVault(IServiceCollection services) => services.AddSecretStore(new KeyVaultHome(vault).Store());
        var text = await WithProtectorAsync(protector => protector.Protect("cookie"), AddVault);

        Assert.Equal("cookie", await WithProtectorAsync(protector => protector.Unprotect(text), AddVault));
        Assert.Empty(Directory.GetFiles(_temporary.Path, "vault.*"));
        Assert.Equal(["mocopr-live-data-protection"], vault.Values.Keys);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task With_Key_Vault_away_the_host_does_not_start()
    {
        await using var vault = await KeyVaultDouble.StartAsync();
        vault.Always = KeyVaultDouble.Error(403, "Forbidden", "ForbiddenByRbac");

        await Assert.ThrowsAsync<SecretStoreException>(() => WithProtectorAsync(protector => protector.Protect("cookie"), services => services.AddSecretStore(new KeyVaultHome(vault).Store())));
    }

    private async Task<string> WithProtectorAsync(Func<IDataProtector, string> use, Action<IServiceCollection>? addVault = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddDataDirectory(_temporary.Open());
        (addVault ?? (services => services.AddLocalVault()))(builder.Services);
        builder.Services.AddVaultDataProtection();
        using var host = builder.Build();

        // So that the host gives it back.
        _ = host.Services.GetRequiredService<DataDirectory>();
        await host.StartAsync();
        try
        {
            return use(host.Services.GetDataProtector("test"));
        }
        finally
        {
            await host.StopAsync();
        }
    }
}
