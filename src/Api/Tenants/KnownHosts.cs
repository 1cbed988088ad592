using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Tenants;

/// <summary>
/// Which tenant has which host name of its own. Anybody can send any Host: names are answered from one table of all that exist, so an unknown one activates no grain, reads no storage and
/// fills no memory. A miss asks for a newer table at most once a second, for all requests together.
/// </summary>
internal sealed class KnownHosts(TenantGrains grains, IOptions<ApiOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile Held _held = new(Freeze([]), Version: 0, Asked: 0, Epoch: -1);
    private Task<Held>? _asking;
    private long _askingEpoch;
    private long _epoch;

    /// <summary>The row of a name, or null.</summary>
    /// <param name="host">In lower case, without port.</param>
    public ValueTask<HostEntry?> FindAsync(ReadOnlySpan<char> host)
    {
        var held = _held;
        var known = held.Lookup.TryGetValue(host, out var entry);
        return held.Epoch == Interlocked.Read(ref _epoch) && clock.GetElapsedTime(held.Asked) < (known ? options.Value.VerdictLife : AskAgain)
            ? ValueTask.FromResult(entry)
            : AskAsync(host.ToString());
    }

    /// <summary>What is held is asked for again before it is used.</summary>
    public void Drop() => Interlocked.Increment(ref _epoch);

    private async ValueTask<HostEntry?> AskAsync(string host)
    {
        Task<Held> asking;
        lock (_lock)
        {
            var epoch = Interlocked.Read(ref _epoch);
            if (_asking is null or { IsCompleted: true } || _askingEpoch != epoch)
            {
                (_asking, _askingEpoch) = (RefreshAsync(epoch), epoch);
            }

            asking = _asking;
        }

        return (await asking).Entries.GetValueOrDefault(host);
    }

    // The epoch is the one before the question: a table that was under way when a change was pushed is used once and not kept.
    private async Task<Held> RefreshAsync(long epoch)
    {
        var asked = clock.GetTimestamp();
        var before = _held;
        var table = await grains.Platform.Get<IHostIndexGrain>("index").SinceAsync(before.Version);
        return _held = table is null
            ? before with { Asked = asked, Epoch = epoch }
            : new Held(Freeze(table.Entries), table.Version, asked, epoch);
    }

    private static FrozenDictionary<string, HostEntry> Freeze(HostEntry[] entries) => entries.ToFrozenDictionary(entry => entry.Host, StringComparer.Ordinal);

    private sealed record Held(FrozenDictionary<string, HostEntry> Entries, long Version, long Asked, long Epoch)
    {
        public FrozenDictionary<string, HostEntry>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; } = Entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
