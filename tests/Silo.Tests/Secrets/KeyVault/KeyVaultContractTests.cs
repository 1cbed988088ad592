using Platform.Grains.Secrets;
using Platform.Hosting;
using Platform.Silo.Secrets.KeyVault;

namespace Platform.Silo.Tests.Secrets.KeyVault;

/// <summary>The contract by the real SDK: over HTTPS to the double, or to the vault that <c>MOCOPR_TEST_VAULT_URI</c> names, as <c>DefaultAzureCredential</c> finds us.</summary>
public sealed class KeyVaultContractTests : SecretStoreContract
{
    private static readonly string? Real = Environment.GetEnvironmentVariable("MOCOPR_TEST_VAULT_URI");

    private KeyVaultDouble? _double;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_double is not null)
        {
            await _double.DisposeAsync();
        }
    }

    protected override async ValueTask<ISecretStore> OpenAsync()
    {
        if (Real is { Length: > 0 })
        {
            var options = new SecretOptions { Store = "KeyVault", VaultUri = Real, Identity = "Default", Prefix = "contract" };
            var client = KeyVaultClient.Create(options, KeyVaultClient.Credential(options, File.ReadAllText));
            return new CachedSecretStore(new KeyVaultSecretStore(client, new KeyVaultNames(options.Prefix, "test"), options.Timeout, TimeProvider.System), options.CacheLife, TimeProvider.System);
        }

        _double = await KeyVaultDouble.StartAsync(Clock);
        return new KeyVaultHome(_double) { Clock = Clock }.Store();
    }

    protected override Task PassAsync(TimeSpan time) => _double is null ? Task.Delay(time) : base.PassAsync(time);
}
