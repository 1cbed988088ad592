using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>The rules that a tenant has from the beginning, or the platform; they can be changed and disabled, not removed.</summary>
internal sealed class BuiltInRules(AlertDefaults defaults, bool ofPlatform)
{
    /// <summary>The platform's own have one for memory.</summary>
    public bool OfPlatform => ofPlatform;

    public IReadOnlyList<AlertRuleDefinition> All { get; } =
    [
        Rule("auth-failures", AlertSignal.AuthFailures, defaults.AuthFailuresPerMinute, "Credentials are refused: somebody guesses, or something uses an old key."),
        Rule("error-rate", AlertSignal.ErrorRate, defaults.ErrorRatePercentage, "Requests fail by a fault of the platform or of what is behind it."),
        Rule("latency-p95", AlertSignal.LatencyP95, defaults.LatencyP95Milliseconds, "Requests take long."),
        Rule("rate-limit-violations", AlertSignal.RateLimitViolations, defaults.RateLimitViolationsPerMinute, "Somebody asks for more than the limits give."),
        Rule("request-size-p95", AlertSignal.RequestSizeP95, defaults.RequestSizeP95Bytes, "Bodies are unusually large."),
        .. ofPlatform ? new[] { Rule("memory-usage", AlertSignal.MemoryUsage, defaults.MemoryUsagePercentage, "A process is about to run out of memory.") } : [],
    ];

    public bool Contains(string name) => All.Any(rule => string.Equals(rule.Name, name, StringComparison.Ordinal));

    private static AlertRuleDefinition Rule(string name, AlertSignal signal, decimal threshold, string description) =>
        AlertRuleDefinition.Of(name, new PutAlertRule { Signal = signal, Threshold = threshold, Description = description });
}
