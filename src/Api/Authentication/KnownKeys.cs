using System.Collections.Concurrent;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Authentication;

/// <summary>
/// Which key ids exist in a tenant. A key's checksum is public, so a forger can make well-formed ids at will: they are answered here, without activating
/// a grain or reading storage. A miss asks again at most once a second per tenant.
/// </summary>
internal sealed class KnownKeys(TenantGrains grains, TimeProvider clock)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<TenantId, Ids> _tenants = new();
    private long _drops;

    public async ValueTask<bool> ExistsAsync(TenantId tenant, string id)
    {
        if (_tenants.TryGetValue(tenant, out var ids) && (ids.Set.Contains(id) || clock.GetElapsedTime(ids.Fetched) < AskAgain))
        {
            return ids.Set.Contains(id);
        }

        var (fetched, drops) = (clock.GetTimestamp(), Interlocked.Read(ref _drops));
        var fresh = new Ids(new HashSet<string>(await grains.For(tenant).The<IKeyIndexGrain>().IdsAsync(), StringComparer.Ordinal), fetched);
        if (drops == Interlocked.Read(ref _drops))
        {
            // An answer that was under way when a key was issued may be older than the key.
            _tenants[tenant] = fresh;
        }

        return fresh.Set.Contains(id);
    }

    /// <summary>A key was issued.</summary>
    public void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _drops);
        _tenants.TryRemove(tenant, out _);
    }

    private sealed record Ids(HashSet<string> Set, long Fetched);
}
