using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>
/// Key Vault as the silo uses it: what was read stays in memory, and only there. While the vault does not answer, it is asked rarely, values read before go on
/// being given, up to their own expiry, and nothing can be changed. A vault that answers is believed: what it forbids or has no more is forgotten at once.
/// </summary>
internal sealed class CachedSecretStore(KeyVaultSecretStore vault, TimeSpan life, TimeProvider clock) : ISecretStore
{
    private const int MostEntries = 10_000;

    // Long enough to spare a vault in trouble, short enough that nobody waits for us once it is back.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Name, string? Version), Entry> _entries = new();
    private Outage? _outage;
    private int _changes;

    /// <summary>Hears when the vault goes and comes.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    public TimeSpan Granularity => KeyVaultSecretStore.Granularity;

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
            return await AskAsync(name, () => vault.SetAsync(name, value, expires, cancel));
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
        return AskAsync(name, () => vault.VersionsAsync(name, cancel));
    }

    public async ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel)
    {
        SecretName.Require(name);
        try
        {
            return await AskAsync(name, () => vault.DisableAsync(name, version, cancel));
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
            return await AskAsync(name, () => vault.DeleteAsync(name, cancel));
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
            var reading = await AskAsync(name, () => vault.ReadAsync(name, version, cancel));
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
        foreach (var key in _entries.Keys.Where(key => string.Equals(key.Name, name, StringComparison.Ordinal)))
        {
            _entries.TryRemove(key, out _);
        }
    }

    private async ValueTask<T> AskAsync<T>(string name, Func<ValueTask<T>> ask)
    {
        var outage = Volatile.Read(ref _outage);
        if (outage is not null && clock.GetUtcNow() is var now && now < outage.Until)
        {
            throw new SecretStoreException(SecretFault.Unavailable, $"The secret '{name}' was not asked for: {outage.Message}") { RetryAfter = outage.Until - now };
        }

        try
        {
            var answer = await ask();
            if (Interlocked.Exchange(ref _outage, null) is not null)
            {
                KeyVaultLog.Answers(Log);
            }

            return answer;
        }
        catch (SecretStoreException failure) when (failure.Fault == SecretFault.Unavailable)
        {
            var pause = failure.RetryAfter is { } wanted && wanted > Pause ? wanted : Pause;
            var begun = new Outage(clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause), failure.Message);
            if (Interlocked.Exchange(ref _outage, begun) is null)
            {
                KeyVaultLog.Unavailable(Log, failure.Message);
            }

            throw;
        }
    }

    private sealed record Entry(SecretReading Reading, DateTimeOffset Read);

    private sealed record Outage(DateTimeOffset Until, string Message);
}

internal static partial class KeyVaultLog
{
    [LoggerMessage(EventId = 1, EventName = "VaultUnavailable", Level = LogLevel.Warning, Message = "{Reason} Values read before go on being used; nothing can be rotated.")]
    public static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(EventId = 2, EventName = "VaultAnswers", Level = LogLevel.Information, Message = "The vault answers again.")]
    public static partial void Answers(ILogger log);
}
