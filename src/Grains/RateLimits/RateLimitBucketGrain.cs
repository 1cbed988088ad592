using Platform.Abstractions.RateLimits;

namespace Platform.Grains.RateLimits;

[GrainType("rate-limit-bucket")]
internal sealed class RateLimitBucketGrain(TimeProvider clock) : Grain, IRateLimitBucketGrain
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    private readonly TokenBucket _bucket = new();

    public ValueTask<RateLease> TakeAsync(RateLimitRule rule, int wanted)
    {
        var granted = _bucket.Take(rule, wanted, clock.GetUtcNow(), out var retryAfter);

        // A bucket that is forgotten is full again: it is kept until it would have filled by itself, at most a day.
        DelayDeactivation(TimeSpan.FromMinutes(Math.Min((double)rule.Burst / rule.PermitsPerMinute, 24 * 60)));
        return ValueTask.FromResult(new RateLease(granted, Validity, retryAfter));
    }
}
