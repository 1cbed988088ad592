using System.Collections.Concurrent;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>
/// Versions for people who look at lists: kept for half a minute and asked for a few at a time, however many look. A vault that does not answer a list, or is tired of lists,
/// is left alone by lists; who needs a value does not hear of it.
/// </summary>
internal sealed class ShownVersions(KeyVaultSecretStore vault, TimeProvider clock) : IDisposable
{
    private const int MostEntries = 10_000;
    private const int AtOnce = 4;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(AtOnce, AtOnce);
    private readonly VaultOutage _outage = new(clock);
    private int _changes;

    public void Dispose() => _places.Dispose();

    /// <summary>After a change: what was read before it is no longer shown.</summary>
    public void Forget(string name)
    {
        Interlocked.Increment(ref _changes);
        _entries.TryRemove(name, out _);
    }

    public async ValueTask<IReadOnlyList<SecretVersion>> ReadAsync(string name, CancellationToken cancel)
    {
        if (Known(name) is { } known)
        {
            return known;
        }

        await _places.WaitAsync(cancel);
        try
        {
            if (Known(name) is { } meanwhile)
            {
                return meanwhile;
            }

            var (changes, asked) = (Volatile.Read(ref _changes), clock.GetUtcNow());
            var versions = await _outage.AskAsync(name, () => vault.VersionsAsync(name, cancel));
            if (changes == Volatile.Read(ref _changes))
            {
                if (_entries.Count >= MostEntries)
                {
                    _entries.Clear();
                }

                _entries[name] = new Entry(versions, asked);
            }

            return versions;
        }
        finally
        {
            _places.Release();
        }
    }

    private IReadOnlyList<SecretVersion>? Known(string name) =>
        _entries.TryGetValue(name, out var entry) && clock.GetUtcNow() - entry.Asked < Life ? entry.Versions : null;

    private sealed record Entry(IReadOnlyList<SecretVersion> Versions, DateTimeOffset Asked);
}
