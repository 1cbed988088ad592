using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>What was counted in a stretch of time.</summary>
internal readonly record struct SignalCounts(long AuthFailures, long RateLimitViolations, long Requests, long Errors)
{
    /// <summary>True when there is something that must not be forgotten.</summary>
    public bool Matters => AuthFailures + RateLimitViolations + Errors > 0;

    public static SignalCounts operator +(SignalCounts left, SignalCounts right) =>
        new(left.AuthFailures + right.AuthFailures, left.RateLimitViolations + right.RateLimitViolations, left.Requests + right.Requests, left.Errors + right.Errors);

    public static SignalCounts operator -(SignalCounts left, SignalCounts right) =>
        new(left.AuthFailures - right.AuthFailures, left.RateLimitViolations - right.RateLimitViolations, left.Requests - right.Requests, left.Errors - right.Errors);
}

/// <summary>The value of a window, and how many requests it speaks of.</summary>
internal readonly record struct Measure(decimal Value, long Sample)
{
    public static Measure Of(SignalCounts counts, AlertSignal signal) => signal switch
    {
        AlertSignal.AuthFailures => new(counts.AuthFailures, counts.AuthFailures),
        AlertSignal.RateLimitViolations => new(counts.RateLimitViolations, counts.RateLimitViolations),

        // Decimals: 50 of 1000 are exactly 5.0, and 49 are not.
        _ => counts.Requests == 0 ? default : new(100m * counts.Errors / counts.Requests, counts.Requests),
    };

    /// <param name="histogram">One count for each bucket, of latency or of size as the signal wants.</param>
    /// <param name="level">The highest.</param>
    /// <param name="signal">One of those that are kept in steps.</param>
    public static Measure Of(ReadOnlySpan<long> histogram, int level, AlertSignal signal)
    {
        if (signal == AlertSignal.MemoryUsage)
        {
            return new Measure(level, level);
        }

        long sample = 0;
        foreach (var count in histogram)
        {
            sample += count;
        }

        var value = SignalScale.Percentile(histogram, 0.95m);
        return new Measure(signal == AlertSignal.LatencyP95 ? value / 1000m : value, sample);
    }
}
