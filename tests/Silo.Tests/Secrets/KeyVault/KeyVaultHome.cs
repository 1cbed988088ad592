using Platform.Hosting;
using Platform.Silo.Secrets.KeyVault;

namespace Platform.Silo.Tests.Secrets.KeyVault;

/// <summary>How a silo reaches the double: as a workload, whose token lies in a file.</summary>
internal sealed class KeyVaultHome(KeyVaultDouble vault)
{
    private static readonly string TokenFile = WriteToken();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Of all that a question may take; the clock's time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Life { get; init; } = TimeSpan.FromMinutes(5);

    public string Environment { get; init; } = "live";

    public SecretOptions Options => new()
    {
        Store = "KeyVault",
        VaultUri = vault.Uri.ToString(),
        Identity = "WorkloadIdentity",
        TenantId = KeyVaultDouble.TenantId,
        ClientId = KeyVaultDouble.ClientId,
        TokenFile = TokenFile,
        Authority = vault.Uri.ToString(),
    };

    public KeyVaultSecretStore Vault(SecretOptions? options = null)
    {
        var chosen = options ?? Options;
        var client = KeyVaultClient.Create(chosen, KeyVaultClient.Credential(chosen, File.ReadAllText, vault.Transport), vault.Transport);
        return new KeyVaultSecretStore(client, new KeyVaultNames(chosen.Prefix, Environment), Patience, Clock);
    }

    public CachedSecretStore Store(SecretOptions? options = null) => new(Vault(options), Life, Clock);

    private static string WriteToken()
    {
        var path = Path.Combine(Path.GetTempPath(), $"platform-federated-{Guid.NewGuid():N}");
        File.WriteAllText(path, "federated-assertion");
        return path;
    }
}
