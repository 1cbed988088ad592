using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>
/// This node's share of one token bucket: permits leased in chunks and valid for at most a second, so that a warm request takes no grain hop.
/// Over-admission is bounded by one burst plus nodes times the chunk. When the bucket cannot be asked, nothing is admitted.
/// </summary>
internal sealed class LeasedBucket(TenantGrains grains, TenantId tenant, string subject, RateLimitRule rule, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _refill = new(1, 1);
    private long _expires;
    private long _emptyUntil;
    private int _permits;

    public RateLimitRule Rule => rule;

    /// <summary>Null when a permit was taken.</summary>
    public ValueTask<Problem?> TakeAsync()
    {
        if (TryTakeLeased())
        {
            return ValueTask.FromResult<Problem?>(null);
        }

        // The bucket said when the next permit is due; until then it can only be emptier, and a flood need not ask again.
        var wait = Volatile.Read(ref _emptyUntil) - clock.GetTimestamp();
        return wait > 0
            ? ValueTask.FromResult<Problem?>(Problem.RateLimited(TimeSpan.FromSeconds((double)wait / clock.TimestampFrequency)))
            : RefillAsync();
    }

    public void Dispose() => _refill.Dispose();

    private bool TryTakeLeased() =>
        Volatile.Read(ref _permits) > 0 && clock.GetTimestamp() < Volatile.Read(ref _expires) && Interlocked.Decrement(ref _permits) >= 0;

    private async ValueTask<Problem?> RefillAsync()
    {
        await _refill.WaitAsync();
        try
        {
            if (TryTakeLeased())
            {
                return null;
            }

            var asked = clock.GetTimestamp();
            var lease = await grains.For(tenant).Get<IRateLimitBucketGrain>(subject).TakeAsync(rule, rule.LeaseChunk);
            if (lease.Granted == 0)
            {
                Volatile.Write(ref _emptyUntil, asked + (long)(lease.RetryAfter.TotalSeconds * clock.TimestampFrequency));
                return Problem.RateLimited(lease.RetryAfter);
            }

            Volatile.Write(ref _permits, 0);
            Volatile.Write(ref _expires, asked + (long)(lease.ValidFor.TotalSeconds * clock.TimestampFrequency));
            Volatile.Write(ref _permits, lease.Granted - 1);
            return null;
        }
        finally
        {
            _refill.Release();
        }
    }
}
