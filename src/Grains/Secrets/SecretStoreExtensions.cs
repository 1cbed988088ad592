using System.Security.Cryptography;

namespace Platform.Grains.Secrets;

public static class SecretStoreExtensions
{
    /// <summary>Adds a version that does not expire.</summary>
    public static ValueTask<string> SetAsync(this ISecretStore secrets, string name, ReadOnlyMemory<byte> value, CancellationToken cancel) =>
        secrets.SetAsync(name, value, expires: null, cancel);

    private const int MadeBytes = 32;

    /// <summary>A secret of at least 32 bytes, random and made on the first start: its oldest enabled version, so that silos which start at once agree.</summary>
    public static async ValueTask<byte[]> GetOrMakeAsync(this ISecretStore secrets, string name, CancellationToken cancel)
    {
        if (await FirstAsync(secrets, name, cancel) is { } known)
        {
            return known;
        }

        var made = await secrets.SetAsync(name, RandomNumberGenerator.GetBytes(MadeBytes), cancel);

        // Another silo may be making it too. Once this moment is over, nothing can sort itself before what is listed now.
        await Task.Delay(secrets.Granularity, cancel);
        return await FirstAsync(secrets, name, cancel)
            ?? throw new SecretStoreException(SecretFault.Unreadable, $"The secret '{name}' was made (version {made}) and is not there; look who deletes secrets from the vault.");
    }

    private static async ValueTask<byte[]?> FirstAsync(ISecretStore secrets, string name, CancellationToken cancel)
    {
        var versions = await secrets.VersionsAsync(name, cancel);
        if (versions.Count == 0)
        {
            return null;
        }

        // When all are disabled, one is asked for all the same: the refusal must be heard, or a new secret would be made in its place.
        var first = versions.FirstOrDefault(version => version.Enabled) ?? versions[0];
        var value = await secrets.GetVersionAsync(name, first.Id, cancel);
        return value is { Length: < MadeBytes }
            ? throw new SecretStoreException(SecretFault.Unreadable, $"The secret '{name}' has less than {MadeBytes} bytes; restore the vault from a backup.")
            : value;
    }
}
