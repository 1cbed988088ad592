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
    private readonly ConcurrentDictionary<(TenantId Tenant, string Subject), LeasedBucket> _buckets = new();

    public LeasedBucket Bucket(TenantId tenant, string subject, RateLimitRule rule)
    {
        if (_buckets.Count > MaxBuckets)
        {
            // The permits given up here are at most a chunk each; the buckets themselves live in the grains.
            _buckets.Clear();
        }

        var bucket = _buckets.GetOrAdd((tenant, subject), static (key, made) => new LeasedBucket(made.Grains, key.Tenant, key.Subject, made.Rule, made.Clock), (Grains: grains, Rule: rule, Clock: clock));
        if (bucket.Rule == rule)
        {
            return bucket;
        }

        bucket = new LeasedBucket(grains, tenant, subject, rule, clock);
        _buckets[(tenant, subject)] = bucket;
        return bucket;
    }

    /// <summary>Security-critical: one permit at a time, straight from the grain.</summary>
    public async ValueTask<Problem?> TakeExactAsync(TenantId tenant, string subject, RateLimitRule rule)
    {
        var lease = await grains.For(tenant).Get<IRateLimitBucketGrain>(subject).TakeAsync(rule, 1);
        return lease.Granted > 0 ? null : Problem.RateLimited(lease.RetryAfter);
    }
}
