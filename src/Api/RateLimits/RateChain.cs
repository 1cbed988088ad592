using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;

namespace Platform.Api.RateLimits;

/// <summary>
/// The buckets that a request takes from, narrowest first: credential, principal, address, tenant; last the tenant's quota, where it has one. One that refuses leaves all as they were: who is
/// over a limit of their own does not spend what they share with others.
/// </summary>
internal sealed class RateChain(RatePolicy policy, LeasedBucket? address, LeasedBucket[] buckets, LeasedQuota? quota)
{
    private readonly string _policies = string.Join(", ", buckets.Select(bucket => bucket.PolicyItem).Concat(quota is null ? [] : QuotaItems(policy.Policy.Quota!)));

    public RatePolicy Policy => policy;

    public IReadOnlyList<LeasedBucket> Buckets => buckets;

    /// <summary>The one bucket that belongs to the connection and not to the caller.</summary>
    public LeasedBucket? Address => address;

    /// <summary>The flat take: one permit of each. Null when it may go on.</summary>
    public ValueTask<Problem?> TakeAsync() => TakeAsync(buckets, 1, quota);

    /// <summary>What the method and the tool cost beyond the permit of the flat take. Null when it may go on.</summary>
    public ValueTask<Problem?> TakeCostAsync(string method, int cost, string? tool)
    {
        var price = policy.PriceOf(method, cost, tool);
        return price is { Cost: <= 1, Method: null, Tool: null } ? ValueTask.FromResult<Problem?>(null) : TakeAsync(price);
    }

    /// <summary>The fields of every answer: all limits, and of the one that is nearest to its end what is left.</summary>
    public void Tell(IHeaderDictionary headers)
    {
        var nearest = buckets[0];
        foreach (var bucket in buckets)
        {
            if (bucket.Remaining < nearest.Remaining)
            {
                nearest = bucket;
            }
        }

        headers[RateFields.Policy] = _policies;
        headers[RateFields.Limit] = quota?.Remaining is { } left && left < nearest.Remaining ? quota.Dimension.Remaining(left) : nearest.Dimension.Remaining(nearest.Remaining);
    }

    private async ValueTask<Problem?> TakeAsync(RatePrice price)
    {
        // The shared ones last, for the reason above, and the quota after all: what it counted is never given back.
        var more = price.Cost - 1;
        if (more > 0 && await TakeAsync(buckets, more, last: null) is { } costly)
        {
            return costly;
        }

        var spent = price.Tool is null ? null : await price.Tool.TakeAsync();
        if (spent is null)
        {
            spent = price.Method is null ? null : await price.Method.TakeAsync();
            if (spent is null && more > 0 && quota is not null)
            {
                spent = await quota.TakeAsync(policy.Policy.Quota!, more);
                if (spent is not null)
                {
                    price.Method?.GiveBack(1);
                }
            }

            if (spent is not null)
            {
                price.Tool?.GiveBack(1);
            }
        }

        if (spent is not null && more > 0)
        {
            GiveBack(buckets, buckets.Length, more);
        }

        return Told(spent);
    }

    private ValueTask<Problem?> TakeAsync(LeasedBucket[] from, int permits, LeasedQuota? last)
    {
        for (var i = 0; i < from.Length; i++)
        {
            if (!from[i].TryTake(permits))
            {
                return TakeSlowlyAsync(from, i, permits, last);
            }
        }

        return last is null || last.TryTake(policy.Policy.Quota!, permits) ? ValueTask.FromResult<Problem?>(null) : TakeSlowlyAsync(from, from.Length, permits, last);
    }

    /// <param name="from">The buckets.</param>
    /// <param name="taken">How many of them have been taken from.</param>
    /// <param name="permits">Of each.</param>
    /// <param name="last">The quota, when it is its turn.</param>
    private async ValueTask<Problem?> TakeSlowlyAsync(LeasedBucket[] from, int taken, int permits, LeasedQuota? last)
    {
        var isWhole = false;
        try
        {
            for (; taken < from.Length; taken++)
            {
                if (await from[taken].TakeAsync(permits) is { } spent)
                {
                    return Told(spent);
                }
            }

            if (last is not null && await last.TakeAsync(policy.Policy.Quota!, permits) is { } exceeded)
            {
                return Told(exceeded);
            }

            isWhole = true;
            return null;
        }
        finally
        {
            if (!isWhole)
            {
                GiveBack(from, taken, permits);
            }
        }
    }

    private Problem? Told(Problem? spent) => spent is SpentLimit limit ? limit with { Policies = _policies } : spent;

    // The window of a month has no one length, and is left out.
    private static IEnumerable<string> QuotaItems(UsageQuota quota)
    {
        if (quota.PerDay is { } day)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"\"{RateDimension.Day.Name}\";q={day};w=86400");
        }

        if (quota.PerMonth is { } month)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"\"{RateDimension.Month.Name}\";q={month}");
        }
    }

    private static void GiveBack(LeasedBucket[] from, int taken, int permits)
    {
        for (var i = 0; i < taken; i++)
        {
            from[i].GiveBack(permits);
        }
    }
}
