using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Alerts.Signals;

/// <summary>
/// The guide's metrics by tenant (AL-7), for Prometheus and OTLP. They are made of what the node counted anyway, twice a second and away from requests: a request pays nothing for them. Latencies and
/// sizes are told to within a fifth.
/// </summary>
internal sealed class TenantTelemetry(IOptions<ApiOptions> options)
{
    private const string Label = "tenant";

    private static readonly Meter Meter = new("Platform.Tenants");
    private static readonly Counter<long> AuthFailures = Meter.CreateCounter<long>("platform.tenant.auth.failures", "{request}", "Requests refused because nobody could be authenticated.");
    private static readonly Counter<long> RateLimitViolations = Meter.CreateCounter<long>("platform.tenant.rate_limit.violations", "{request}", "Requests refused by a rate limit.");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("platform.tenant.requests", "{request}", "Requests that were admitted.");
    private static readonly Counter<long> Errors = Meter.CreateCounter<long>("platform.tenant.errors", "{request}", "Requests that failed by a fault of the platform or of what is behind it.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "platform.tenant.request.duration", "s", "How long admitted requests took.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly Histogram<long> BodySize = Meter.CreateHistogram(
        "platform.tenant.request.body.size", "By", "How large bodies were: of admitted requests, and of those that were refused for it: of MCP as declared or as far as they were read, of REST as declared.", tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576] });

    private readonly TenantLabels _labels = new(options.Value.TenantLabels);

    /// <summary>Adds what a tenant's requests came to. Called by one at a time.</summary>
    public void Record(TenantId tenant, IReadOnlyList<KeyValuePair<long, SecondTotals>> seconds)
    {
        var label = new KeyValuePair<string, object?>(Label, _labels.Of(tenant, seconds.Sum(second => second.Value.Requests), seconds[^1].Key));
        foreach (var (_, totals) in seconds)
        {
            Add(AuthFailures, totals.AuthFailures, label);
            Add(RateLimitViolations, totals.RateLimited, label);
            Add(Requests, totals.Requests, label);
            Add(Errors, totals.Errors, label);
            ForEach(totals.Latency, microseconds => Duration.Record(microseconds / 1e6, label));
            ForEach(totals.Size, bytes => BodySize.Record(bytes, label));
        }
    }

    private static void Add(Counter<long> counter, int count, KeyValuePair<string, object?> label)
    {
        // A series that never had anything is none.
        if (count > 0)
        {
            counter.Add(count, label);
        }
    }

    private static void ForEach(int[] pairs, Action<long> record)
    {
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            var middle = (SignalScale.LowerBound(pairs[i]) + SignalScale.LowerBound(pairs[i] + 1)) / 2;
            for (var n = 0; n < pairs[i + 1]; n++)
            {
                record(middle);
            }
        }
    }
}
