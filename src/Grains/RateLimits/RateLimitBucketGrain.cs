using Platform.Abstractions.RateLimits;

namespace Platform.Grains.RateLimits;

[GrainType("rate-limit-bucket")]
internal sealed class RateLimitBucketGrain(TimeProvider clock) : Grain, IRateLimitBucketGrain
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    private readonly TokenBucket _bucket = new();

    public ValueTask<RateLease> TakeAsync(RateLimitRule rule, int wanted) => LeaseAsync(rule, new RateLeaseRequest(1, wanted, 0));

    public ValueTask<RateLease> LeaseAsync(RateLimitRule rule, RateLeaseRequest request)
    {
        var now = clock.GetUtcNow();
        _bucket.GiveBack(rule, request.Unused, now);
        var granted = _bucket.Take(rule, request.Least, request.Wanted, now, out var retryAfter);

        // A bucket that is forgotten is full again: it is kept until it would have filled by itself, at most a day.
        DelayDeactivation(TimeSpan.FromMinutes(Math.Min((double)rule.Burst / rule.PermitsPerMinute, 24 * 60)));
        return ValueTask.FromResult(new RateLease(granted, Validity, retryAfter, _bucket.Level(rule, now)));
    }

    public ValueTask<int> LevelAsync(RateLimitRule rule) => ValueTask.FromResult(_bucket.Level(rule, clock.GetUtcNow()));
}
