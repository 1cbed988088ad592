using System.Buffers;
using System.Text.Json;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Alerts;

/// <summary>The audit record of an alert that fires or is resolved, with the members that every record has, in their order.</summary>
internal static class AlertRecord
{
    public static AuditEvent Of(TenantId tenant, AlertNews news)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, 1);
            writer.WriteString("id"u8, news.Id);
            writer.WriteString("at"u8, news.At.UtcDateTime);
            writer.WriteString("tenant"u8, tenant.ToString());
            writer.WriteString("class"u8, AlertRules.IsCount(news.Alert.Signal) ? "securityViolation"u8 : "administration"u8);
            writer.WriteString("action"u8, news.Kind == AlertNewsKind.Fired ? "alerts/fire"u8 : "alerts/resolve"u8);
            writer.WriteString("outcome"u8, "ok"u8);
            writer.WriteString("principal"u8, news.Alert.ResolvedBy ?? AlertRuleGrain.System);
            writer.WriteString("credential"u8, "none"u8);
            writer.WriteString("target"u8, $"{news.Alert.Rule}/{news.Alert.Id}");
            writer.WriteString("transport"u8, "internal"u8);
            writer.WriteString("correlation"u8, news.Id.ToString("N"));
            writer.WriteNumber("durationUs"u8, 0);
            writer.WriteEndObject();
        }

        return new AuditEvent(news.Id, news.At, buffer.WrittenSpan.ToArray());
    }
}
