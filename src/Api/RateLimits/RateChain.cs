using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;

namespace Platform.Api.RateLimits;

/// <summary>
/// The buckets that a request takes from, narrowest first: credential, principal, address, tenant. One that refuses leaves all as they were: who is over a limit of their own
/// does not spend what they share with others.
/// </summary>
internal sealed class RateChain(RatePolicy policy, LeasedBucket? address, LeasedBucket[] buckets)
{
    private readonly string _policies = string.Join(", ", buckets.Select(bucket => bucket.PolicyItem));

    public RatePolicy Policy => policy;

    public IReadOnlyList<LeasedBucket> Buckets => buckets;

    /// <summary>The one bucket that belongs to the connection and not to the caller.</summary>
    public LeasedBucket? Address => address;

    /// <summary>The flat take: one permit of each. Null when it may go on.</summary>
    public ValueTask<Problem?> TakeAsync() => TakeAsync(buckets, 1);

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
        headers[RateFields.Limit] = nearest.Dimension.Remaining(nearest.Remaining);
    }

    private async ValueTask<Problem?> TakeAsync(RatePrice price)
    {
        // The shared ones last, for the reason above.
        if (price.Cost > 1 && await TakeAsync(buckets, price.Cost - 1) is { } costly)
        {
            return costly;
        }

        var spent = price.Tool is null ? null : await price.Tool.TakeAsync();
        if (spent is null && price.Method is not null)
        {
            spent = await price.Method.TakeAsync();
            if (spent is not null)
            {
                price.Tool?.GiveBack(1);
            }
        }

        if (spent is not null && price.Cost > 1)
        {
            GiveBack(buckets, buckets.Length, price.Cost - 1);
        }

        return Told(spent);
    }

    private ValueTask<Problem?> TakeAsync(LeasedBucket[] from, int permits)
    {
        for (var i = 0; i < from.Length; i++)
        {
            if (!from[i].TryTake(permits))
            {
                return TakeSlowlyAsync(from, i, permits);
            }
        }

        return ValueTask.FromResult<Problem?>(null);
    }

    /// <param name="from">The buckets.</param>
    /// <param name="taken">How many of them have been taken from.</param>
    /// <param name="permits">Of each.</param>
    private async ValueTask<Problem?> TakeSlowlyAsync(LeasedBucket[] from, int taken, int permits)
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

    private static void GiveBack(LeasedBucket[] from, int taken, int permits)
    {
        for (var i = 0; i < taken; i++)
        {
            from[i].GiveBack(permits);
        }
    }
}
