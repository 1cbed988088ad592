using System.Globalization;
using Azure.Security.KeyVault.Secrets;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>
/// Secrets in Azure Key Vault, each question bounded in time. Values are Base64 with a content type that says so; a value without it is text that a person
/// wrote, and its bytes are UTF-8. Nothing is remembered here.
/// </summary>
internal sealed class KeyVaultSecretStore(SecretClient client, KeyVaultNames names, TimeSpan patience, TimeProvider clock)
{
    private const string Base64 = "application/octet-stream; encoding=base64";
    private const string OrderTag = "order";
    private const int MostVersions = 1000;

    private long _lastOrder;

    /// <summary>The vault dates versions to the second.</summary>
    public static TimeSpan Granularity { get; } = TimeSpan.FromSeconds(1.5);

    /// <param name="name">A valid one.</param>
    /// <param name="version">Null is the newest, as the vault has it.</param>
    /// <param name="cancel">Of who asks.</param>
    /// <exception cref="SecretStoreException">The vault gave nothing, or what it gave is disabled or over.</exception>
    public async ValueTask<SecretReading?> ReadAsync(string name, string? version, CancellationToken cancel)
    {
        if (version is not null && !KeyVaultNames.IsVersion(version))
        {
            return null;
        }

        var secret = await AskAsync(name, async patient => (await client.GetSecretAsync(names.Of(name), version, patient)).Value, absent: null, cancel);
        return secret is null ? null : new SecretReading(Bytes(name, secret), secret.Properties.ExpiresOn).Require(name, clock.GetUtcNow());
    }

    public async ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
    {
        var secret = new KeyVaultSecret(names.Of(name), Convert.ToBase64String(value.Span))
        {
            Properties = { ContentType = Base64, ExpiresOn = expires, Tags = { [OrderTag] = NextOrder() } },
        };
        return (await AskAsync(name, async patient => (await client.SetSecretAsync(secret, patient)).Value, absent: null, cancel))?.Properties.Version
            ?? throw new SecretStoreException(SecretFault.Unavailable, $"The vault {client.VaultUri} did not take the secret '{name}'.");
    }

    public async ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel)
    {
        var listed = await AskAsync(name, patient => ListAsync(name, patient), absent: [], cancel);
        return
        [
            .. listed
                .OrderBy(version => version.CreatedOn)
                .ThenBy(version => version.Tags.TryGetValue(OrderTag, out var order) ? order : "", StringComparer.Ordinal)
                .ThenBy(version => version.Version, StringComparer.Ordinal)
                .Select(version => new SecretVersion(version.Version, version.CreatedOn ?? default, version.Enabled is true && !(version.NotBefore > clock.GetUtcNow()), version.ExpiresOn)),
        ];
    }

    public async ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel)
    {
        if (!KeyVaultNames.IsVersion(version))
        {
            return false;
        }

        var disabled = new SecretProperties(new Uri(client.VaultUri, $"secrets/{names.Of(name)}/{version}")) { Enabled = false };
        return await AskAsync(name, async patient => (await client.UpdateSecretPropertiesAsync(disabled, patient)).Value, absent: null, cancel) is not null;
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancel) =>
        await AskAsync(name, async patient => await client.StartDeleteSecretAsync(names.Of(name), patient), absent: null, cancel) is not null;

    private async Task<List<SecretProperties>> ListAsync(string name, CancellationToken cancel)
    {
        var listed = new List<SecretProperties>();
        await foreach (var version in client.GetPropertiesOfSecretVersionsAsync(names.Of(name), cancel))
        {
            if (listed.Count == MostVersions)
            {
                throw new SecretStoreException(SecretFault.Unreadable, $"The secret '{name}' has more than {MostVersions} versions; purge it and set it anew.");
            }

            listed.Add(version);
        }

        return listed;
    }

    private async ValueTask<T> AskAsync<T>(string name, Func<CancellationToken, Task<T>> ask, T absent, CancellationToken cancel)
    {
        using var patient = new CancellationTokenSource(patience, clock);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel, patient.Token);
        try
        {
            return await ask(bounded.Token);
        }
        catch (Exception failure) when (KeyVaultFault.IsAbsent(failure))
        {
            return absent;
        }
        catch (Exception failure) when (failure is not SecretStoreException && !cancel.IsCancellationRequested && KeyVaultFault.IsKnown(failure))
        {
            throw KeyVaultFault.Tell(failure, client.VaultUri, name);
        }
    }

    private byte[] Bytes(string name, KeyVaultSecret secret)
    {
        if (secret.Properties.Enabled is false || secret.Properties.NotBefore > clock.GetUtcNow())
        {
            throw new SecretStoreException(SecretFault.Disabled, $"The secret '{name}' in {client.VaultUri} is disabled, or not valid yet; set a new version.");
        }

        if (!string.Equals(secret.Properties.ContentType, Base64, StringComparison.Ordinal))
        {
            return System.Text.Encoding.UTF8.GetBytes(secret.Value);
        }

        var bytes = new byte[secret.Value.Length / 4 * 3];
        return Convert.TryFromBase64String(secret.Value, bytes, out var length)
            ? bytes[..length]
            : throw new SecretStoreException(SecretFault.Unreadable, $"The secret '{name}' in {client.VaultUri} is not the Base64 that its content type says; set a new version.");
    }

    /// <summary>Grows with each version that this process sets, however little time passes: the vault's own dates do not.</summary>
    private string NextOrder()
    {
        while (true)
        {
            var last = Volatile.Read(ref _lastOrder);
            var next = Math.Max(last + 1, clock.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _lastOrder, next, last) == last)
            {
                return next.ToString("D19", CultureInfo.InvariantCulture);
            }
        }
    }
}
