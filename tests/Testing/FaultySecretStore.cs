using System.Collections.Concurrent;
using System.Globalization;
using Platform.Grains.Secrets;

namespace Platform.Testing;

/// <summary>A vault in memory that is away when a test wants it to be.</summary>
public sealed class FaultySecretStore : ISecretStore
{
    private readonly ConcurrentDictionary<string, (string Version, byte[] Value)> _secrets = new(StringComparer.Ordinal);
    private int _versions;

    /// <summary>True makes every question and every write fail.</summary>
    public bool IsAway { get; set; }

    /// <summary>Makes them fail for secrets whose names begin so; null for none.</summary>
    public string? AwayFor { get; set; }

    /// <summary>What is written under names that begin so is kept, and nobody hears of it; null for none.</summary>
    public string? AnswersLostFor { get; set; }

    public IReadOnlyCollection<string> Names => [.. _secrets.Keys];

    public TimeSpan Granularity => TimeSpan.Zero;

    public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel)
    {
        Require(name);
        return ValueTask.FromResult(_secrets.TryGetValue(name, out var held) ? (byte[])held.Value.Clone() : null);
    }

    public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel)
    {
        Require(name);
        return ValueTask.FromResult(_secrets.TryGetValue(name, out var held) && held.Version == version ? (byte[])held.Value.Clone() : null);
    }

    public ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
    {
        Require(name);
        var version = Interlocked.Increment(ref _versions).ToString(CultureInfo.InvariantCulture);
        _secrets[name] = (version, value.ToArray());
        if (AnswersLostFor is { } prefix && name.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new SecretStoreException(SecretFault.Unavailable, "The vault's answer was lost (injected).");
        }

        return ValueTask.FromResult(version);
    }

    public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel)
    {
        Require(name);
        return ValueTask.FromResult<IReadOnlyList<SecretVersion>>(_secrets.TryGetValue(name, out var held) ? [new SecretVersion(held.Version, DateTimeOffset.UnixEpoch, Enabled: true, Expires: null)] : []);
    }

    public ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel) => throw new NotSupportedException("No test of grains disables a version.");

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancel)
    {
        Require(name);
        return ValueTask.FromResult(_secrets.TryRemove(name, out _));
    }

    private void Require(string name)
    {
        if (IsAway || (AwayFor is { } prefix && name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw new SecretStoreException(SecretFault.Unavailable, "The vault does not answer (injected).");
        }
    }
}
