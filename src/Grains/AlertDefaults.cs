namespace Platform.Grains;

/// <summary>Thresholds of the built-in alert rules while nobody changed them (AL-6). The host fills it from <c>Platform:Alerts:Defaults</c>.</summary>
public sealed class AlertDefaults
{
    public decimal AuthFailuresPerMinute { get; set; } = 10;

    public decimal RateLimitViolationsPerMinute { get; set; } = 50;

    public decimal ErrorRatePercentage { get; set; } = 5.0m;

    public decimal LatencyP95Milliseconds { get; set; } = 5_000;

    public decimal RequestSizeP95Bytes { get; set; } = 524_288;

    public decimal MemoryUsagePercentage { get; set; } = 90;
}
