namespace Platform.Abstractions.Alerts;

/// <summary>What alert rules may be.</summary>
public static class AlertRules
{
    public const int MinWindowSeconds = 10;
    public const int MaxWindowSeconds = 300;

    /// <summary>How late a batch of counts may come and still be judged as if it had come in time.</summary>
    public const int LateSeconds = 5;

    /// <summary>The steps of percentiles and memory.</summary>
    public const int StepSeconds = 10;

    /// <summary>Rules that a tenant makes itself.</summary>
    public const int MaxOwn = 20;

    /// <summary>Alerts that are kept; the oldest resolved ones are forgotten first.</summary>
    public const int MaxKept = 200;

    /// <summary>Requests that a share or a percentile needs when a rule does not say.</summary>
    public const int DefaultSample = 20;

    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromDays(7);

    /// <summary>1 to 64 lower-case letters, digits and hyphens, a letter first and no hyphen last.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 64 || !char.IsAsciiLetterLower(text[0]) || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when a value of this signal means nothing without enough requests.</summary>
    public static bool NeedsSample(AlertSignal signal) => signal is AlertSignal.ErrorRate or AlertSignal.LatencyP95 or AlertSignal.RequestSizeP95;

    /// <summary>True for what counts events: judged at once, exactly. The others are judged when every node has spoken.</summary>
    public static bool IsCount(AlertSignal signal) => signal is AlertSignal.AuthFailures or AlertSignal.RateLimitViolations;

    /// <summary>True for what is kept in steps of ten seconds: judged when a step is over and every node has spoken of it.</summary>
    public static bool IsStepped(AlertSignal signal) => signal is AlertSignal.LatencyP95 or AlertSignal.RequestSizeP95 or AlertSignal.MemoryUsage;

    /// <summary>True for shares of a hundred.</summary>
    public static bool IsPercentage(AlertSignal signal) => signal is AlertSignal.ErrorRate or AlertSignal.MemoryUsage;
}
