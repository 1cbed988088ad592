using Platform.Abstractions.Alerts;

namespace Platform.Api.Alerts.Signals;

/// <summary>Counters of one second. Requests add without a lock; taking them out sets them to zero one by one, so that what comes meanwhile is taken next time.</summary>
internal sealed class SecondSlot
{
    private readonly int[] _latency = new int[SignalScale.Buckets];
    private readonly int[] _size = new int[SignalScale.Buckets];
    private int _authFailures;
    private int _rateLimited;
    private int _requests;
    private int _errors;
    private long _second;

    public long Second => Volatile.Read(ref _second);

    /// <summary>Under the lock of the tenant: the slot belongs to another second from now on.</summary>
    public void MoveTo(long second) => Volatile.Write(ref _second, second);

    // HasFlag takes memory until the method is optimized.
    public void Add(OutcomeSignals signals, long microseconds, long bytes)
    {
        if ((signals & OutcomeSignals.AuthFailure) != OutcomeSignals.None)
        {
            Interlocked.Increment(ref _authFailures);
        }

        if ((signals & OutcomeSignals.RateLimited) != OutcomeSignals.None)
        {
            Interlocked.Increment(ref _rateLimited);
        }

        if ((signals & OutcomeSignals.Error) != OutcomeSignals.None)
        {
            Interlocked.Increment(ref _errors);
        }

        if ((signals & OutcomeSignals.Request) != OutcomeSignals.None)
        {
            Interlocked.Increment(ref _requests);
            Interlocked.Increment(ref _latency[SignalScale.BucketOf(microseconds)]);
        }

        if (bytes > 0 && (signals & (OutcomeSignals.Request | OutcomeSignals.TooLarge)) != OutcomeSignals.None)
        {
            Interlocked.Increment(ref _size[SignalScale.BucketOf(bytes)]);
        }
    }

    /// <summary>What was counted since the last time; null when nothing was.</summary>
    public SecondTotals? Take()
    {
        var totals = new SecondTotals(
            Interlocked.Exchange(ref _authFailures, 0), Interlocked.Exchange(ref _rateLimited, 0), Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _errors, 0),
            Take(_latency), Take(_size));
        return totals is { AuthFailures: 0, RateLimited: 0, Requests: 0, Errors: 0, Size.Length: 0 } ? null : totals;
    }

    private static int[] Take(int[] histogram)
    {
        List<int>? pairs = null;
        for (var bucket = 0; bucket < histogram.Length; bucket++)
        {
            if (Volatile.Read(ref histogram[bucket]) > 0)
            {
                (pairs ??= []).AddRange([bucket, Interlocked.Exchange(ref histogram[bucket], 0)]);
            }
        }

        return pairs is null ? [] : [.. pairs];
    }
}
