using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace Platform.Api.RateLimits;

/// <summary>What to do with one more refusal of a caller nobody knows.</summary>
internal enum RefusalVerdict
{
    /// <summary>Answer 429 and record nothing: it is counted.</summary>
    Count = 0,

    /// <summary>Answer 429 and record this one for all that were counted since.</summary>
    Summarize = 1,

    /// <summary>Answer and record it as it is.</summary>
    Record = 2,
}

/// <summary>
/// Bounds what callers without a credential can write into an audit trail that keeps everything: per address (IPv6: per /64) as many refusals as
/// <see cref="ApiOptions.RefusalsAtOnce"/> and <see cref="ApiOptions.RefusalsPerMinute"/> say are recorded one by one, beyond that one a second stands for all. Callers
/// with a good credential are never touched. In this process only.
/// </summary>
internal sealed class RefusalLimiter(TimeProvider clock, IOptions<ApiOptions> options)
{
    private const int MaxAddresses = 50_000;

    private readonly ConcurrentDictionary<ClientNetwork, Bucket> _buckets = new();

    /// <param name="address">Of the connection; an unknown one shares a bucket with all unknown ones.</param>
    /// <param name="counted">With <see cref="RefusalVerdict.Summarize"/>: how many refusals it stands for, itself included.</param>
    public RefusalVerdict Take(IPAddress? address, out int counted) => BucketOf(address).Take(clock.GetUtcNow(), out counted);

    /// <summary>For what anybody may ask: takes a permit if there is one. A refusal that follows is counted by <see cref="Take"/>, not here.</summary>
    public bool TryTake(IPAddress? address) => BucketOf(address).TryTake(clock.GetUtcNow());

    /// <summary>Whether the address has used its refusals up: a made-up credential is then not even looked at (AU-7).</summary>
    public bool IsSpent(IPAddress? address) => _buckets.TryGetValue(ClientNetwork.Of(address), out var bucket) && bucket.IsSpent(clock.GetUtcNow());

    private Bucket BucketOf(IPAddress? address)
    {
        var key = ClientNetwork.Of(address);
        if (_buckets.TryGetValue(key, out var bucket))
        {
            return bucket;
        }

        // Counting takes every lock of the dictionary, so only a new address pays for it.
        if (_buckets.Count > MaxAddresses)
        {
            // Many addresses at once: forgetting them gives each a new burst, which is still bounded by what they can open.
            _buckets.Clear();
        }

        return _buckets.GetOrAdd(key, static (_, most) => new Bucket(most.RefusalsAtOnce, most.RefusalsPerMinute), options.Value);
    }

    private sealed class Bucket(int atOnce, int perMinute)
    {
        private readonly Lock _lock = new();
        private double _permits = atOnce;
        private DateTimeOffset _at = DateTimeOffset.MaxValue;
        private DateTimeOffset _summarized;
        private int _counted;

        public bool TryTake(DateTimeOffset now)
        {
            lock (_lock)
            {
                // Whatever refusals are still to be recorded for: who asks for something is no refusal, and would be one for ever if only another refusal could end it.
                return TakePermit(now);
            }
        }

        public RefusalVerdict Take(DateTimeOffset now, out int counted)
        {
            lock (_lock)
            {
                counted = 0;
                // While refusals are counted nothing is recorded by itself: the next record must say how many there were.
                if (_counted == 0 && TakePermit(now))
                {
                    return RefusalVerdict.Record;
                }

                _counted++;
                if (now - _summarized < TimeSpan.FromSeconds(1))
                {
                    return RefusalVerdict.Count;
                }

                _summarized = now;
                (counted, _counted) = (_counted, 0);
                return RefusalVerdict.Summarize;
            }
        }

        public bool IsSpent(DateTimeOffset now)
        {
            lock (_lock)
            {
                Refill(now);
                return _permits < 1 || _counted > 0;
            }
        }

        private bool TakePermit(DateTimeOffset now)
        {
            Refill(now);
            if (_permits < 1)
            {
                return false;
            }

            _permits--;
            return true;
        }

        private void Refill(DateTimeOffset now)
        {
            if (now > _at)
            {
                _permits = Math.Min(atOnce, _permits + ((now - _at).TotalMinutes * perMinute));
            }

            _at = now;
        }
    }
}
