using System.Collections.Concurrent;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>Hands out this node's share of each bucket.</summary>
internal sealed class RateGate(TenantGrains grains, TimeProvider clock)
{
    private const int MaxBuckets = 200_000;
    private const int MaxQuotas = 50_000;
    private readonly ConcurrentDictionary<Place, LeasedBucket> _buckets = new();
    private readonly ConcurrentDictionary<NetworkPlace, LeasedBucket> _networks = new();
    private readonly ConcurrentDictionary<TenantId, LeasedQuota> _quotas = new();

    /// <summary>This node's shares of quotas.</summary>
    public IEnumerable<KeyValuePair<TenantId, LeasedQuota>> Quotas => _quotas;

    public LeasedBucket Bucket(TenantId tenant, string subject, RateDimension dimension, RateLimitRule rule) =>
        Find(_buckets, new Place(tenant, subject), rule, this, static (gate, key, rule, dimension) => gate.Make(key.Tenant, key.Subject, dimension, rule), dimension);

    /// <summary>The bucket of a client's network: found without making a text of it.</summary>
    public LeasedBucket Bucket(TenantId tenant, ClientNetwork network, bool manages, RateLimitRule rule) =>
        Find(_networks, new NetworkPlace(tenant, network, manages), rule, this, static (gate, key, rule, dimension) => gate.Make(key.Tenant, $"{(key.Manages ? "management/" : "")}address/{key.Network}", dimension, rule), RateDimension.Address);

    /// <summary>This node's share of the tenant's quota, whatever that is.</summary>
    public LeasedQuota Quota(TenantId tenant)
    {
        if (_quotas.TryGetValue(tenant, out var quota))
        {
            return quota;
        }

        // What is forgotten here counts as used: closed, not open.
        if (_quotas.Count >= MaxQuotas)
        {
            _quotas.Clear();
        }

        return _quotas.GetOrAdd(tenant, static (key, gate) => gate.MakeQuota(key), this);
    }

    /// <summary>Security-critical: one permit at a time, straight from the grain.</summary>
    public async ValueTask<Problem?> TakeExactAsync(TenantId tenant, string subject, RateLimitRule rule)
    {
        var lease = await grains.For(tenant).Get<IRateLimitBucketGrain>(subject).TakeAsync(rule, 1);
        return lease.Granted > 0 ? null : SpentLimit.Of(RateDimension.Attempts, lease.RetryAfter);
    }

    private LeasedBucket Make(TenantId tenant, string subject, RateDimension dimension, RateLimitRule rule) => new(grains, tenant, subject, dimension, rule, clock);

    private LeasedQuota MakeQuota(TenantId tenant) => new(grains, tenant, clock);

    private static LeasedBucket Find<TKey>(
        ConcurrentDictionary<TKey, LeasedBucket> buckets, TKey key, RateLimitRule rule, RateGate gate, Func<RateGate, TKey, RateLimitRule, RateDimension, LeasedBucket> make, RateDimension dimension) where TKey : notnull
    {
        if (buckets.TryGetValue(key, out var bucket) && bucket.Rule == rule)
        {
            return bucket;
        }

        if (bucket is not null)
        {
            return buckets[key] = make(gate, key, rule, dimension);
        }

        // Counting takes every lock of the dictionary, so only a new bucket pays for it. The permits given up here are at most a chunk each; the buckets themselves live in the grains.
        if (buckets.Count > MaxBuckets)
        {
            buckets.Clear();
        }

        return buckets.GetOrAdd(key, static (key, made) => made.make(made.gate, key, made.rule, made.dimension), (make, gate, rule, dimension));
    }

    private readonly record struct Place(TenantId Tenant, string Subject);

    private readonly record struct NetworkPlace(TenantId Tenant, ClientNetwork Network, bool Manages);
}
