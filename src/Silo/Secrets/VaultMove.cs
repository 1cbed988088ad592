using Platform.Grains.Secrets;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Secrets.KeyVault;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>
/// From the local vault to Key Vault. Every enabled version is copied, oldest first, then the local files are put aside: from then on the platform starts with Key Vault only.
/// Versions that Key Vault has already are left as they are: a move that was cut short can be repeated.
/// </summary>
internal static class VaultMove
{
    public static async Task<int> RunAsync(PlatformOptions options, TextWriter output)
    {
        if (options.Secrets.Store is not "KeyVault")
        {
            throw new StartupException("Platform:Secrets:Store is not KeyVault: there is nowhere to move the secrets to.");
        }

        using var directory = DataDirectory.Open(options.DataDirectory);
        if (!File.Exists(directory.VaultFile))
        {
            throw new StartupException($"There is no {directory.VaultFile} to move.");
        }

        using (var local = LocalVault.Open(LocalVaultOptions.In(directory)))
        {
            var target = SiloVault.OpenKeyVault(options);
            foreach (var name in local.Names)
            {
                await output.WriteLineAsync($"{name}: {await CopyAsync(name, local, target)}");
            }
        }

        foreach (var file in new[] { directory.VaultFile, directory.VaultCounterFile, directory.VaultKeyFile })
        {
            File.Move(file, file + ".moved", overwrite: true);
        }

        await output.WriteLineAsync($"The local vault is at {directory.VaultFile}.moved, with its key: delete both once the platform runs.");
        return 0;
    }

    private static async Task<string> CopyAsync(string name, LocalVault local, CachedSecretStore target)
    {
        // A move that was cut short left the oldest ones there.
        var there = (await target.VersionsAsync(name, CancellationToken.None)).Count;
        var now = TimeProvider.System.GetUtcNow();
        var versions = (await local.VersionsAsync(name, CancellationToken.None)).Where(version => version.Enabled && now < (version.Expires ?? DateTimeOffset.MaxValue)).ToArray();
        foreach (var version in versions.Skip(there))
        {
            var value = await local.GetVersionAsync(name, version.Id, CancellationToken.None);
            await target.SetAsync(name, value, version.Expires, CancellationToken.None);
        }

        return $"{Math.Max(versions.Length - there, 0)} copied, {there} there already";
    }
}
