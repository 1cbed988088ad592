using System.Globalization;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>
/// This node's share of one token bucket: permits leased in chunks and valid for at most a second, so that a warm request takes no grain hop.
/// Over-admission is bounded by one burst plus nodes times the chunk. When the bucket cannot be asked, nothing is admitted.
/// </summary>
internal sealed class LeasedBucket(TenantGrains grains, TenantId tenant, string subject, RateDimension dimension, RateLimitRule rule, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _refill = new(1, 1);
    private Empty? _empty;
    private long _expires;
    private int _permits;
    private int _left = rule.Burst;

    public RateLimitRule Rule => rule;

    public RateDimension Dimension => dimension;

    /// <summary>Of the method or tool that it counts; null for other buckets.</summary>
    public string? Name => dimension == RateDimension.Method || dimension == RateDimension.Tool ? subject[(subject.IndexOf('/', StringComparison.Ordinal) + 1)..] : null;

    /// <summary>An item of the field RateLimit-Policy: a burst, and the seconds in which it comes back.</summary>
    public string PolicyItem { get; } = string.Create(CultureInfo.InvariantCulture, $"\"{dimension.Name}\";q={rule.Burst};w={rule.FillSeconds}");

    /// <summary>Permits that were there when the bucket was last asked, less what was used here since. A hint, never a promise.</summary>
    public int Remaining => Volatile.Read(ref _permits) + Volatile.Read(ref _left);

    /// <summary>Takes leased permits or none; asks nobody.</summary>
    public bool TryTake(int permits)
    {
        permits = Math.Min(permits, rule.Burst);
        if (clock.GetTimestamp() >= Volatile.Read(ref _expires))
        {
            return false;
        }

        for (var seen = Volatile.Read(ref _permits); seen >= permits;)
        {
            var before = Interlocked.CompareExchange(ref _permits, seen - permits, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Null when the permits were taken, all of them. A cost above the burst takes the whole burst.</summary>
    public ValueTask<Problem?> TakeAsync(int permits = 1)
    {
        permits = Math.Min(permits, rule.Burst);
        if (TryTake(permits))
        {
            return ValueTask.FromResult<Problem?>(null);
        }

        // The bucket said when the permits are due; until then it can only be emptier, and a flood need not ask again.
        return Volatile.Read(ref _empty) is { } empty && permits >= empty.Permits && empty.Until - clock.GetTimestamp() is > 0 and var wait
            ? ValueTask.FromResult<Problem?>(SpentLimit.Of(dimension, TimeSpan.FromSeconds((double)wait / clock.TimestampFrequency)))
            : RefillAsync(permits);
    }

    /// <summary>Permits of a request that another limit refused: the next one here has them, or the bucket does with the next lease.</summary>
    public void GiveBack(int permits)
    {
        Interlocked.Add(ref _permits, Math.Min(permits, rule.Burst));

        // What the bucket said before does not hold any more: it gets these with the next question.
        Volatile.Write(ref _empty, null);
    }

    /// <summary>Permits that the bucket holds for all nodes, without those that are leased.</summary>
    public ValueTask<int> LevelAsync() => grains.For(tenant).Get<IRateLimitBucketGrain>(subject).LevelAsync(rule);

    public void Dispose() => _refill.Dispose();

    private async ValueTask<Problem?> RefillAsync(int permits)
    {
        await _refill.WaitAsync();
        try
        {
            if (TryTake(permits))
            {
                return null;
            }

            // What this node still has is too old, or too little: it goes back with the same question. If the answer is lost, so are they: closed, not open.
            var unused = Interlocked.Exchange(ref _permits, 0);
            var asked = clock.GetTimestamp();
            var lease = await grains.For(tenant).Get<IRateLimitBucketGrain>(subject).LeaseAsync(rule, new RateLeaseRequest(permits, Math.Max(permits, rule.LeaseChunk), unused));
            Volatile.Write(ref _left, lease.Left);
            if (lease.Granted == 0)
            {
                Interlocked.Exchange(ref _empty, new Empty(asked + (long)(lease.RetryAfter.TotalSeconds * clock.TimestampFrequency), permits));
                if (Volatile.Read(ref _permits) > 0)
                {
                    // Some came back meanwhile: the bucket does not know of them yet.
                    Volatile.Write(ref _empty, null);
                }

                return SpentLimit.Of(dimension, lease.RetryAfter);
            }

            Volatile.Write(ref _expires, asked + (long)(lease.ValidFor.TotalSeconds * clock.TimestampFrequency));
            Interlocked.Add(ref _permits, lease.Granted - permits);
            return null;
        }
        finally
        {
            _refill.Release();
        }
    }

    /// <summary>Until when fewer than so many permits are there.</summary>
    private sealed record Empty(long Until, int Permits);
}
