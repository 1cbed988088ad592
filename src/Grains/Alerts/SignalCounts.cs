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
internal readonly record struct Measure(decimal Value, long Sample);
