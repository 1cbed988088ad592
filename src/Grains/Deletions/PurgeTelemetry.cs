using System.Diagnostics.Metrics;

namespace Platform.Grains.Deletions;

/// <summary>Meter <c>Platform.Deletions</c>. No label names a tenant.</summary>
internal static class PurgeTelemetry
{
    private static readonly Meter Meter = new("Platform.Deletions");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("platform.purge.failures", "{attempt}", "Times that a step of a purge was not done; it is tried again.");

    public static void Failed(string step) => Failures.Add(1, new KeyValuePair<string, object?>("step", step));
}
