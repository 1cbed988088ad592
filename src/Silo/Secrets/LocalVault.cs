using System.Globalization;
using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>
/// Secrets in one encrypted file, for one process (the data directory's lock sees to that). Values are decrypted when asked for. Versions are
/// numbered from 1 for each secret.
/// </summary>
/// <remarks>
/// Refuses a file that was changed in any byte, is cut, is of another key, or is older than its counter file says. It cannot see that
/// file and counter were both set back together; whoever can do that can read the key too.
/// </remarks>
internal sealed class LocalVault : ISecretStore, IDisposable
{
    private readonly SemaphoreSlim _oneWriter = new(1, 1);
    private readonly LocalVaultFile _file;
    private readonly TimeProvider _clock;
    private volatile VaultDocument _document;

    private LocalVault(LocalVaultFile file, VaultDocument document, TimeProvider clock)
    {
        _file = file;
        _document = document;
        _clock = clock;
    }

    /// <summary>A counter orders the versions.</summary>
    public TimeSpan Granularity => TimeSpan.Zero;

    /// <summary>Of all secrets, in no order.</summary>
    public IReadOnlyList<string> Names => [.. _document.Entries.Select(entry => entry.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Opens the vault, or creates it when there is no trace of one.</summary>
    /// <exception cref="VaultTamperedException">See the remarks of the type.</exception>
    /// <exception cref="DataDirectoryException">A file is open to other users, or cannot be read or written.</exception>
    public static LocalVault Open(LocalVaultOptions options, TimeProvider? clock = null)
    {
        try
        {
            var file = LocalVaultFile.Open(options, out var document);
            return new LocalVault(file, document, clock ?? TimeProvider.System);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The vault {options.File} cannot be opened ({e.Message}); check the disk and the files' owner.", e);
        }
    }

    public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel)
    {
        SecretName.Require(name);
        return ValueTask.FromResult(Give(_document.Entries.LastOrDefault(entry => IsNamed(entry, name))));
    }

    public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel)
    {
        SecretName.Require(name);
        return ValueTask.FromResult(Give(_document.Entries.FirstOrDefault(entry => IsVersion(entry, name, version))));
    }

    public async ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
    {
        SecretName.Require(name);
        if (value.Length > ISecretStore.MaxValueBytes)
        {
            throw new ArgumentException($"A secret has at most {ISecretStore.MaxValueBytes} bytes.", nameof(value));
        }

        var version = 0L;
        await ChangeAsync(
            document =>
            {
                version = document.Entries.LastOrDefault(entry => IsNamed(entry, name))?.Version + 1 ?? 1;
                var added = _file.Encrypt(name, version, document.Counter + 1, value.Span) with { Created = _clock.GetUtcNow(), Expires = expires, Enabled = true };
                return [.. document.Entries.Where(entry => !IsNamed(entry, name) || entry.Version > version - _file.KeptVersions), added];
            },
            cancel);
        return IdOf(version);
    }

    public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel)
    {
        SecretName.Require(name);
        var versions = _document.Entries.Where(entry => IsNamed(entry, name)).Select(entry => new SecretVersion(IdOf(entry.Version), entry.Created, entry.Enabled, entry.Expires));
        return ValueTask.FromResult<IReadOnlyList<SecretVersion>>([.. versions]);
    }

    public async ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel)
    {
        SecretName.Require(name);
        return await ChangeAsync(
            document => document.Entries.Any(entry => IsVersion(entry, name, version))
                ? [.. document.Entries.Select(entry => IsVersion(entry, name, version) ? entry with { Enabled = false } : entry)]
                : null,
            cancel);
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancel)
    {
        SecretName.Require(name);
        return await ChangeAsync(
            document => document.Entries.Any(entry => IsNamed(entry, name)) ? [.. document.Entries.Where(entry => !IsNamed(entry, name))] : null,
            cancel);
    }

    public void Dispose() => _oneWriter.Dispose();

    /// <summary>Makes the change durable, one at a time; false when it is null and nothing is to be written.</summary>
    private async Task<bool> ChangeAsync(Func<VaultDocument, IReadOnlyList<VaultEntry>?> change, CancellationToken cancel)
    {
        await _oneWriter.WaitAsync(cancel);
        try
        {
            // Two fsyncs and two renames: on a thread of their own, not on the pool's.
            return await Task.Factory.StartNew(() => Change(change), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    private bool Change(Func<VaultDocument, IReadOnlyList<VaultEntry>?> change)
    {
        if (change(_document) is not { } entries)
        {
            return false;
        }

        var next = _document with { Counter = _document.Counter + 1, Entries = entries };
        _file.Write(next, written => _document = written);
        return true;
    }

    private byte[]? Give(VaultEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        if (!entry.Enabled)
        {
            throw new SecretStoreException(SecretFault.Disabled, $"Version {entry.Version} of the secret '{entry.Name}' is disabled; set a new one.");
        }

        return entry.Expires is { } end && _clock.GetUtcNow() >= end
            ? throw new SecretStoreException(SecretFault.Expired, $"Version {entry.Version} of the secret '{entry.Name}' has expired; set a new one.")
            : _file.Decrypt(entry);
    }

    private static string IdOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static bool IsNamed(VaultEntry entry, string name) => string.Equals(entry.Name, name, StringComparison.Ordinal);

    private static bool IsVersion(VaultEntry entry, string name, string version) => IsNamed(entry, name) && string.Equals(IdOf(entry.Version), version, StringComparison.Ordinal);
}
