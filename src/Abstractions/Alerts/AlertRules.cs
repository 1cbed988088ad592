namespace Platform.Abstractions.Alerts;

/// <summary>What alert rules may be, and those that everybody has.</summary>
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

    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromDays(7);

    /// <summary>The rules every tenant has, and the platform; they can be changed and disabled, not removed.</summary>
    /// <param name="ofPlatform">The platform's own have one for memory.</param>
    public static IReadOnlyList<KeyValuePair<string, PutAlertRule>> BuiltIn(bool ofPlatform) => ofPlatform ? OfPlatform : OfTenant;

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

    private static readonly KeyValuePair<string, PutAlertRule>[] OfTenant =
    [
        new("auth-failures", new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 10, Description = "Credentials are refused: somebody guesses, or something uses an old key." }),
        new("error-rate", new PutAlertRule { Signal = AlertSignal.ErrorRate, Threshold = 5.0m, MinimumSample = 20, Description = "Requests fail by a fault of the platform or of what is behind it." }),
        new("latency-p95", new PutAlertRule { Signal = AlertSignal.LatencyP95, Threshold = 5_000, MinimumSample = 20, Description = "Requests take long." }),
        new("rate-limit-violations", new PutAlertRule { Signal = AlertSignal.RateLimitViolations, Threshold = 50, Description = "Somebody asks for more than the limits give." }),
        new("request-size-p95", new PutAlertRule { Signal = AlertSignal.RequestSizeP95, Threshold = 524_288, MinimumSample = 20, Description = "Bodies are unusually large." }),
    ];

    private static readonly KeyValuePair<string, PutAlertRule>[] OfPlatform =
    [
        .. OfTenant,
        new("memory-usage", new PutAlertRule { Signal = AlertSignal.MemoryUsage, Threshold = 90, Description = "A process is about to run out of memory." }),
    ];
}
