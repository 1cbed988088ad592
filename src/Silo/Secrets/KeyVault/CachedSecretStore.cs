using System.Collections.Concurrent;
using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>
/// Key Vault as the silo uses it: what was read stays in memory, and only there. While the vault does not answer, it is asked rarely, values read before go on
/// being given, up to their own expiry, and nothing can be changed. A vault that answers is believed: what it forbids or has no more is forgotten at once.
/// </summary>
internal sealed class CachedSecretStore(KeyVaultSecretStore vault, TimeSpan life, TimeProvider clock) : ISecretStore, IDisposable
{
    private const int MostEntries = 10_000;

    private readonly ConcurrentDictionary<(string Name, string? Version), Entry> _entries = new();
    private readonly VaultOutage _outage = new(clock);
    private readonly ShownVersions _shown = new(vault, clock);
    private int _changes;

    /// <summary>Hears when the vault goes and comes.</summary>
    public ILogger Log { set => _outage.Log = value; }

    public TimeSpan Granularity => KeyVaultSecretStore.Granularity;

    public void Dispose() => _shown.Dispose();

    public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel) => ReadAsync(name, version: null, cancel);

    public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel) => ReadAsync(name, version, cancel);

    public async ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
    {
        SecretName.Require(name);
        if (value.Length > ISecretStore.MaxValueBytes)
        {
            throw new ArgumentException($"A secret has at most {ISecretStore.MaxValueBytes} bytes.", nameof(value));
        }

        try
        {
            return await _outage.AskAsync(name, () => vault.SetAsync(name, value, expires, cancel));
        }
        finally
        {
            // Also when it failed: the version may have been added all the same.
            Forget(name);
        }
    }

    public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel)
    {
        SecretName.Require(name);
        return _outage.AskAsync(name, () => vault.VersionsAsync(name, cancel));
    }

    public ValueTask<IReadOnlyList<SecretVersion>> ShownVersionsAsync(string name, CancellationToken cancel)
    {
        SecretName.Require(name);
        _outage.Require(name);
        return _shown.ReadAsync(name, cancel);
    }

    public async ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel)
    {
        SecretName.Require(name);
        try
        {
            return await _outage.AskAsync(name, () => vault.DisableAsync(name, version, cancel));
        }
        finally
        {
            Forget(name);
        }
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancel)
    {
        SecretName.Require(name);
        try
        {
            return await _outage.AskAsync(name, () => vault.DeleteAsync(name, cancel));
        }
        finally
        {
            Forget(name);
        }
    }

    private async ValueTask<byte[]?> ReadAsync(string name, string? version, CancellationToken cancel)
    {
        SecretName.Require(name);
        var key = (name, version);
        var now = clock.GetUtcNow();
        var known = _entries.GetValueOrDefault(key);
        if (known is not null && now - known.Read < life)
        {
            return Give(known, name, now);
        }

        try
        {
            var changes = Volatile.Read(ref _changes);
            var reading = await _outage.AskAsync(name, () => vault.ReadAsync(name, version, cancel));
            Keep(key, reading, changes);
            return reading?.Value.ToArray();
        }
        catch (SecretStoreException failure) when (failure.Fault == SecretFault.Unavailable && known is not null)
        {
            return Give(known, name, clock.GetUtcNow());
        }
        catch (SecretStoreException failure) when (failure.Fault != SecretFault.Unavailable)
        {
            _entries.TryRemove(key, out _);
            throw;
        }
    }

    // A copy: who asked may wipe it.
    private static byte[] Give(Entry known, string name, DateTimeOffset now) => known.Reading.Require(name, now).Value.ToArray();

    private void Keep((string Name, string? Version) key, SecretReading? reading, int changes)
    {
        if (reading is null)
        {
            _entries.TryRemove(key, out _);
            return;
        }

        // When something was set or disabled while we read, this may be what was before.
        var isCurrent = changes == Volatile.Read(ref _changes);
        if (isCurrent && (_entries.Count < MostEntries || _entries.ContainsKey(key)))
        {
            _entries[key] = new Entry(reading, clock.GetUtcNow());
        }
    }

    private void Forget(string name)
    {
        Interlocked.Increment(ref _changes);
        _shown.Forget(name);
        foreach (var key in _entries.Keys.Where(key => string.Equals(key.Name, name, StringComparison.Ordinal)))
        {
            _entries.TryRemove(key, out _);
        }
    }

    private sealed record Entry(SecretReading Reading, DateTimeOffset Read);
}
