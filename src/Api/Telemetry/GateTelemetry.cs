using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Platform.Api.Telemetry;

/// <summary>Counters of the gate, with bounded labels only (AL-7): never a tenant, host, tool or key.</summary>
internal static class GateTelemetry
{
    private static readonly Meter Meter = new("Platform.Gate");
    private static readonly ActivitySource Source = new("Platform.Gate");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("platform.gate.request.duration", "s", "Time from the first check to the audited outcome.");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("platform.gate.refusals", "{request}", "Requests refused, by the stage that refused.");
    private static readonly Histogram<long> BodySize = Meter.CreateHistogram<long>("platform.gate.request.body.size", "By", "Size of request bodies.");

    public static Activity? Start() => Source.HasListeners() ? Source.StartActivity("mcp gate", ActivityKind.Internal) : null;

    /// <summary>Marks on the trace that a stage passed.</summary>
    public static void Passed(Activity? activity, string stage) => activity?.AddEvent(new ActivityEvent(stage));

    public static void Refused(string stage) => Refusals.Add(1, new KeyValuePair<string, object?>("stage", stage));

    public static void Finished(long startTimestamp, string method, string outcome, int bodyBytes)
    {
        if (Duration.Enabled)
        {
            var tags = new TagList { { "method", method }, { "outcome", outcome } };
            Duration.Record(Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds, tags);
            BodySize.Record(bodyBytes);
        }
    }
}
