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
        return ValueTask.FromResult(new RateLease(granted, Validity, retryAfter));
    }
}
