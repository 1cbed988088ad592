using System.Buffers.Binary;
using System.Security.Cryptography;
using Orleans.Concurrency;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Tenants;

/// <summary>
/// All names with an owner, in memory, rebuilt from the names' own rows. Reentrant: a name that is being stored tells this grain about itself.
/// </summary>
[GrainType("host-index"), Reentrant]
internal sealed class HostIndexGrain(IStateIndex rows) : Grain, IHostIndexGrain
{
    private readonly Dictionary<string, string> _slugs = new(StringComparer.Ordinal);
    private HostTable? _table;

    // Begins anywhere, so that a node does not take the table of another activation for the one it holds.
    private long _version = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) >>> 2;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "tenant-host", cancellationToken))
        {
            if (row.Info is { } slug)
            {
                _slugs[row.Key] = slug;
            }
        }
    }

    public Task<HostTable?> SinceAsync(long version)
    {
        if (_table is null)
        {
            _table = new HostTable(++_version, [.. _slugs.Select(pair => new HostEntry(pair.Key, pair.Value))]);
        }

        return Task.FromResult(_table.Version == version ? null : _table);
    }

    public Task ChangedAsync(string host, string? slug)
    {
        if (slug is null)
        {
            _slugs.Remove(host);
        }
        else
        {
            _slugs[host] = slug;
        }

        _table = null;
        return Task.CompletedTask;
    }
}
