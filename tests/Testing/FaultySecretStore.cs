using System.Collections.Concurrent;
using Platform.Grains.Secrets;

namespace Platform.Testing;

/// <summary>A vault in memory that is away when a test wants it to be.</summary>
public sealed class FaultySecretStore : ISecretStore
{
    private readonly ConcurrentDictionary<string, byte[]> _secrets = new(StringComparer.Ordinal);

    /// <summary>True makes every question and every write fail.</summary>
    public bool IsAway { get; set; }

    public IReadOnlyCollection<string> Names => [.. _secrets.Keys];

    public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel)
    {
        Require();
        return ValueTask.FromResult(_secrets.TryGetValue(name, out var value) ? (byte[])value.Clone() : null);
    }

    public ValueTask SetAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancel)
    {
        Require();
        _secrets[name] = value.ToArray();
        return ValueTask.CompletedTask;
    }

    private void Require()
    {
        if (IsAway)
        {
            throw new IOException("No route to host (injected).");
        }
    }
}
