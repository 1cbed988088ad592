using System.Collections.Concurrent;
using System.Collections.Frozen;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Authentication.Tokens;

/// <summary>
/// The public keys of tenants' own rings as this node knows them: dropped when a ring says that it changed, asked for again after 50 s in any case, and for a kid
/// that is not among them at most once a second, so that made-up ones cost nothing.
/// </summary>
internal sealed class TenantKeys(TenantGrains grains, TimeProvider clock)
{
    /// <summary>What a lost push can cost after an emergency rotation: with the life of a verdict it stays below a minute (AU-4).</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(50);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private const int MaxTenants = 50_000;

    private readonly ConcurrentDictionary<TenantId, Ring> _rings = new();
    private long _epoch;

    /// <summary>The key of exactly this id, when the tenant's ring has it and it verifies now.</summary>
    public async ValueTask<VerifyingKey?> FindAsync(TenantId tenant, string kid)
    {
        var ring = await RingAsync(tenant, kid);
        return ring.Keys.TryGetValue(kid, out var key) && !(key.RetiresAt <= clock.GetUtcNow()) ? key : null;
    }

    /// <summary>What the ring publishes.</summary>
    public async ValueTask<SigningKeyView[]> PublishedAsync(TenantId tenant) => (await RingAsync(tenant, null)).Views;

    public void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        _rings.TryRemove(tenant, out _);
    }

    private async ValueTask<Ring> RingAsync(TenantId tenant, string? kid)
    {
        if (_rings.TryGetValue(tenant, out var ring))
        {
            var age = clock.GetElapsedTime(ring.Fetched);
            if (age < AskAgain || (age < MaxAge && (kid is null || ring.Keys.ContainsKey(kid))))
            {
                return ring;
            }
        }

        var epoch = Interlocked.Read(ref _epoch);
        var fetched = clock.GetTimestamp();
        var views = await grains.For(tenant).The<IKeyRingGrain>().PublicAsync();
        var keys = new Dictionary<string, VerifyingKey>(StringComparer.Ordinal);
        foreach (var view in views)
        {
            if (VerifyingKey.TryImport(view.Kid, view.Algorithm, view.Jwk, view.RetiresAt, out var key))
            {
                keys[view.Kid] = key;
            }
        }

        ring = new Ring(keys.ToFrozenDictionary(StringComparer.Ordinal), views, fetched);
        if (epoch == Interlocked.Read(ref _epoch))
        {
            if (_rings.Count >= MaxTenants)
            {
                _rings.Clear();
            }

            _rings[tenant] = ring;
        }

        return ring;
    }

    private sealed record Ring(FrozenDictionary<string, VerifyingKey> Keys, SigningKeyView[] Views, long Fetched);
}
