using Platform.Grains.Secrets;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Secrets.KeyVault;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>The data directory and the vault that was chosen, open. Disposing it releases both.</summary>
internal sealed record SiloVault(DataDirectory Directory, ISecretStore Secrets) : IDisposable
{
    /// <exception cref="StartupException">The options do not fit what is in the data directory.</exception>
    public static SiloVault Open(PlatformOptions options)
    {
        var directory = DataDirectory.Open(options.DataDirectory);
        try
        {
            return new SiloVault(directory, Open(options, directory));
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Key Vault alone, without the data directory.</summary>
    public static CachedSecretStore OpenKeyVault(PlatformOptions options)
    {
        var secrets = options.Secrets;
        var client = KeyVaultClient.Create(secrets, KeyVaultClient.Credential(secrets, PrivateFileBytes.ReadText));
        var store = new KeyVaultSecretStore(client, new KeyVaultNames(secrets.Prefix, options.Environment), secrets.Timeout, TimeProvider.System);
        return new CachedSecretStore(store, secrets.CacheLife, TimeProvider.System);
    }

    public void Dispose()
    {
        (Secrets as IDisposable)?.Dispose();
        Directory.Dispose();
    }

    private static ISecretStore Open(PlatformOptions options, DataDirectory directory)
    {
        if (options.Secrets is { Store: not "KeyVault", Directory.Length: 0 })
        {
            return LocalVault.Open(LocalVaultOptions.In(directory));
        }

        // A new pepper would make every key worthless without a word.
        if (File.Exists(directory.VaultFile))
        {
            throw new StartupException(options.Secrets.Store is "KeyVault"
                ? $"Platform:Secrets:Store is KeyVault, but {directory.VaultFile} holds this platform's secrets. Move them with 'secrets move', set Platform:Secrets:Store back to Local, or name another data directory."
                : $"Platform:Secrets:Directory is set, but {directory.VaultFile} holds this platform's secrets. Move vault.json, vault.key and vault.counter there, or remove the setting.");
        }

        return options.Secrets.Store is "KeyVault" ? OpenKeyVault(options) : OpenShared(Path.GetFullPath(options.Secrets.Directory));
    }

    private static SharedLocalVault OpenShared(string directory)
    {
        try
        {
            PrivateFiles.RequireDirectory(directory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"Platform:Secrets:Directory {directory} cannot be used ({fault.Message}); name a directory of this user that no other may enter.", fault);
        }

        return new SharedLocalVault(LocalVaultOptions.In(directory), Path.Combine(directory, "vault.lock"), TimeProvider.System);
    }
}
