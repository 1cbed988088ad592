using System.Text.Json;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Alerts;
using Platform.Grains.Storage;

namespace Platform.Grains.Webhooks;

/// <summary>Tells a tenant's endpoints of its alerts. A notice is taken when it is on disk for each endpoint that wants it.</summary>
internal sealed class WebhookAlertChannel(TenantGrains grains) : IAlertChannel
{
    public string Name => "webhooks";

    public async Task<bool> TellAsync(AlertNotice notice, CancellationToken cancel)
    {
        var (topic, type) = notice.Kind switch
        {
            AlertNewsKind.Fired => (WebhookEventTypes.AlertFired, WebhookEventTypes.AlertFired),
            AlertNewsKind.Resolved => (WebhookEventTypes.AlertResolved, WebhookEventTypes.AlertResolved),
            _ => (WebhookEventTypes.AlertFired, WebhookEventTypes.AlertTest),
        };
        var slug = notice.Tenant == TenantId.Platform ? null : await SlugAsync(notice.Tenant);
        var alert = notice.Alert;
        var body = WebhookBody.Of(type, alert.ResolvedAt ?? alert.FiredAt, data =>
        {
            data.WriteString("tenant"u8, slug ?? notice.Tenant.ToString());
            data.WriteString("alert"u8, alert.Id);
            data.WriteString("rule"u8, alert.Rule);
            data.WritePropertyName("signal"u8);
            JsonSerializer.Serialize(data, alert.Signal, GrainStateJson.Default.AlertSignal);
            data.WriteString("state"u8, alert.State == AlertState.Firing ? "firing"u8 : "resolved"u8);
            data.WriteNumber("threshold"u8, alert.Threshold);
            data.WriteNumber("windowSeconds"u8, alert.WindowSeconds);
            data.WriteNumber("value"u8, alert.Value);
            data.WriteNumber("peak"u8, alert.Peak);
            data.WriteString("firedAt"u8, alert.FiredAt.UtcDateTime);
            if (alert.ResolvedAt is { } resolved)
            {
                data.WriteString("resolvedAt"u8, resolved.UtcDateTime);
                data.WriteString("resolvedBy"u8, alert.ResolvedBy);
            }
        });
        return await grains.For(notice.Tenant).The<IWebhookIndexGrain>().PublishAsync(new WebhookEvent(notice.Id, topic, type, body)) > 0;
    }

    private async Task<string?> SlugAsync(TenantId tenant) => (await grains.For(tenant).The<ITenantGrain>().GetAsync()).Try(out var known, out _) ? known.Slug : null;
}
