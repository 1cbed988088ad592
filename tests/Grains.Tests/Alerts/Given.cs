using Platform.Abstractions.Alerts;
using Platform.Grains.Alerts;

namespace Platform.Grains.Tests.Alerts;

/// <summary>What engines of alerts are tested with.</summary>
internal static class Given
{
    public const long Start = 1_767_225_600;

    public static readonly BuiltInRules BuiltIn = new(new AlertDefaults(), ofPlatform: false);

    public static AlertRuleDefinition Rule(AlertSignal signal, decimal threshold, int windowSeconds = 60, int? minimumSample = null, decimal? resolveBelow = null, int resolveAfterWindows = 2) =>
        AlertRuleDefinition.Of("a-rule", new PutAlertRule
        {
            Signal = signal, Threshold = threshold, WindowSeconds = windowSeconds, MinimumSample = minimumSample, ResolveBelow = resolveBelow, ResolveAfterWindows = resolveAfterWindows,
        });

    public static SignalCounts Failures(int count) => new(count, 0, 0, 0);

    public static SignalCounts Violations(int count) => new(0, count, 0, 0);

    public static SignalCounts Requests(int count, int errors) => new(0, 0, count, errors);

    public static SignalBatch Batch(Guid node, long sequence, params SignalSecond[] seconds) => new(node, sequence, seconds, 0);

    public static SignalSecond Second(int failures = 0, int violations = 0, int requests = 0, int errors = 0, double age = 0) => new()
    {
        AgeMilliseconds = (int)(age * 1000), AuthFailures = failures, RateLimitViolations = violations, Requests = requests, Errors = errors,
    };
}
