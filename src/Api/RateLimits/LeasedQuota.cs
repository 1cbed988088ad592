using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>
/// This node's share of a tenant's quota of day and month: permits that are on disk as used before the node has them, so that a warm request takes no grain hop and nothing is
/// admitted twice. Taken last of all limits, because it is never given back to a share; what is left of one goes back to the quota.
/// </summary>
internal sealed class LeasedQuota(TenantGrains grains, TenantId tenant, TimeProvider clock) : IDisposable
{
    /// <summary>A quota that refused is asked again after so long: other nodes may have given permits back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _refill = new(1, 1);
    private Share? _share;
    private Refusal? _refusal;

    /// <summary>What was left of the quota that is nearer to its end when it was last asked, less what was used here since. A hint, never a promise.</summary>
    public int Remaining => Volatile.Read(ref _share) is { } share ? (int)Math.Min(share.Lease.Left + share.Permits, int.MaxValue) : Volatile.Read(ref _refusal) is null ? int.MaxValue : 0;

    /// <summary>Which of the two quotas that is.</summary>
    public RateDimension Dimension => DimensionOf(Volatile.Read(ref _share)?.Lease ?? Volatile.Read(ref _refusal)?.Lease);

    /// <summary>Takes leased permits or none; asks nobody.</summary>
    public bool TryTake(UsageQuota quota, int permits) =>
        Volatile.Read(ref _share) is { } share && share.Quota == quota && clock.GetTimestamp() < share.Ends && share.TryTake(permits);

    /// <summary>Null when the permits were taken, all of them.</summary>
    public ValueTask<Problem?> TakeAsync(UsageQuota quota, int permits) =>
        TryTake(quota, permits) ? ValueTask.FromResult<Problem?>(null)
        : Refuses(quota, permits) is { } refused ? ValueTask.FromResult<Problem?>(refused)
        : new ValueTask<Problem?>(RefillAsync(quota, permits));

    /// <summary>Gives back what is too old to be used, or everything. What does not arrive counts as used, and is not sent again: it may have arrived.</summary>
    public async Task ReturnAsync(bool all)
    {
        await _refill.WaitAsync();
        try
        {
            if (Volatile.Read(ref _share) is { } share && (all || clock.GetTimestamp() >= share.Ends) && GiveUp() is { Unused: > 0 } left)
            {
                await grains.For(tenant).The<IUsageQuotaGrain>().ReturnAsync(left.Day, left.Unused);
            }
        }
        finally
        {
            _refill.Release();
        }
    }

    public void Dispose() => _refill.Dispose();

    private async Task<Problem?> RefillAsync(UsageQuota quota, int permits)
    {
        await _refill.WaitAsync();
        try
        {
            if (TryTake(quota, permits))
            {
                return null;
            }

            if (Refuses(quota, permits) is { } refused)
            {
                return refused;
            }

            var (day, unused) = GiveUp();
            var asked = clock.GetTimestamp();
            var lease = await grains.For(tenant).The<IUsageQuotaGrain>().LeaseAsync(quota, new QuotaLeaseRequest(permits, unused, day));
            if (lease.Granted == 0)
            {
                Volatile.Write(ref _refusal, new Refusal(quota, lease, permits, asked + Ticks(lease.ResetsIn), asked + Ticks(lease.ResetsIn < Patience ? lease.ResetsIn : Patience)));
                return Spent(lease, lease.ResetsIn);
            }

            Volatile.Write(ref _refusal, null);
            Volatile.Write(ref _share, new Share(quota, lease, lease.Granted - permits, asked + Ticks(lease.ValidFor)));
            return null;
        }
        finally
        {
            _refill.Release();
        }
    }

    private (DateOnly Day, int Unused) GiveUp() => Interlocked.Exchange(ref _share, null) is { } share ? (share.Lease.Day, share.Empty()) : default;

    private SpentLimit? Refuses(UsageQuota quota, int permits) =>
        Volatile.Read(ref _refusal) is { } refusal && refusal.Quota == quota && permits >= refusal.Permits && clock.GetTimestamp() is var now && now < refusal.AskAgain
            ? Spent(refusal.Lease, TimeSpan.FromSeconds((double)(refusal.Resets - now) / clock.TimestampFrequency))
            : null;

    private static SpentLimit Spent(QuotaLease lease, TimeSpan wait) => SpentLimit.OfQuota(DimensionOf(lease), wait, lease.ResetsAt);

    private static RateDimension DimensionOf(QuotaLease? lease) => lease is { OfMonth: true } ? RateDimension.Month : RateDimension.Day;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private sealed class Share(UsageQuota quota, QuotaLease lease, int permits, long ends)
    {
        private int _permits = permits;

        public UsageQuota Quota => quota;

        public QuotaLease Lease => lease;

        public long Ends => ends;

        public int Permits => Volatile.Read(ref _permits);

        public bool TryTake(int wanted)
        {
            for (var seen = Permits; seen >= wanted;)
            {
                var before = Interlocked.CompareExchange(ref _permits, seen - wanted, seen);
                if (before == seen)
                {
                    return true;
                }

                seen = before;
            }

            return false;
        }

        /// <summary>Whoever still has the share finds nothing in it.</summary>
        public int Empty() => Interlocked.Exchange(ref _permits, 0);
    }

    /// <summary>That so many permits are not there, until it is time to ask again.</summary>
    private sealed record Refusal(UsageQuota Quota, QuotaLease Lease, int Permits, long Resets, long AskAgain);
}
