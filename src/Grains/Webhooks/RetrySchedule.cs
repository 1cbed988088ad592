namespace Platform.Grains.Webhooks;

/// <summary>When a message is tried again: the example schedule of Standard Webhooks, three days and some hours in ten attempts.</summary>
internal static class RetrySchedule
{
    /// <summary>No receiver makes anybody wait longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public static int Attempts => Delays.Length + 1;

    /// <summary>How long to wait after so many attempts that failed; null when that was the last one.</summary>
    /// <param name="failed">At least 1.</param>
    /// <param name="retryAfter">What the receiver asked for: it is not asked sooner.</param>
    /// <param name="chance">0 to 1; spreads what failed together over a fifth of the delay.</param>
    public static TimeSpan? After(int failed, TimeSpan? retryAfter, double chance)
    {
        if (failed > Delays.Length)
        {
            return null;
        }

        var delay = Delays[failed - 1] * (0.9 + (0.2 * chance));
        return Bounded(retryAfter) is { } asked && asked > delay ? asked : delay;
    }

    /// <summary>What a receiver may ask for.</summary>
    public static TimeSpan? Bounded(TimeSpan? retryAfter) =>
        retryAfter is not { } asked || asked <= TimeSpan.Zero ? null : asked < Longest ? asked : Longest;
}
