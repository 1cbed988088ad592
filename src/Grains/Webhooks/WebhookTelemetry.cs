using System.Diagnostics.Metrics;

namespace Platform.Grains.Webhooks;

/// <summary>Meter <c>Platform.Webhooks</c>. No label names a tenant or an endpoint.</summary>
internal static class WebhookTelemetry
{
    private static readonly Meter Meter = new("Platform.Webhooks");

    private static readonly Counter<long> GivenUp = Meter.CreateCounter<long>("platform.webhooks.given_up", "{endpoint}", "Endpoints that the platform disabled; the tag reason is failing or gone.");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("platform.webhooks.dropped", "{message}", "Messages that made room for newer ones.");

    public static void Gave(string reason) => GivenUp.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void Drop(long count) => Dropped.Add(count);
}
