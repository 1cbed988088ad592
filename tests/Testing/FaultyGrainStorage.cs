using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Testing;

/// <summary>A grain storage whose reads, or next write, of a grain fail when a test wants it to.</summary>
public sealed class FaultyGrainStorage(IGrainStorage inner) : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, int> _faults = new();
    private readonly ConcurrentDictionary<GrainId, bool> _unreadable = new();

    /// <summary>The writes of this grain fail after <paramref name="successes"/> more have succeeded, until one has failed.</summary>
    public void FailWrite(string grainType, TenantId tenant, string? rest = null, int successes = 0) =>
        _faults[GrainId.Create(grainType, rest is null ? GrainKeys.For(tenant) : GrainKeys.For(tenant, rest))] = successes;

    /// <summary>This grain cannot be read from now on.</summary>
    public void FailReads(string grainType, TenantId tenant, string rest) => _unreadable[GrainId.Create(grainType, GrainKeys.For(tenant, rest))] = true;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _unreadable.ContainsKey(grainId) ? throw new IOException("Input/output error (injected).") : inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfDue(grainId);
        await inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfDue(grainId);
        await inner.ClearStateAsync(stateName, grainId, grainState);
    }

    private void ThrowIfDue(GrainId grain)
    {
        if (!_faults.TryGetValue(grain, out var successes))
        {
            return;
        }

        if (successes > 0)
        {
            _faults[grain] = successes - 1;
            return;
        }

        _faults.TryRemove(grain, out _);
        throw new IOException("No space left on device (injected).");
    }
}
