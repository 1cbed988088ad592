using System.Buffers;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>The audit record of something that the platform did by itself, with the members that every record has, in their order.</summary>
internal static class SystemRecord
{
    /// <summary>Who does what nobody asked for.</summary>
    public const string Principal = "system";

    public static AuditEvent Of(Guid id, DateTimeOffset at, TenantId tenant, string kind, string action, string target, string principal = Principal)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, 1);
            writer.WriteString("id"u8, id);
            writer.WriteString("at"u8, at.UtcDateTime);
            writer.WriteString("tenant"u8, tenant.ToString());
            writer.WriteString("class"u8, kind);
            writer.WriteString("action"u8, action);
            writer.WriteString("outcome"u8, "ok"u8);
            writer.WriteString("principal"u8, principal);
            writer.WriteString("credential"u8, "none"u8);
            writer.WriteString("target"u8, target);
            writer.WriteString("transport"u8, "internal"u8);
            writer.WriteString("correlation"u8, id.ToString("N"));
            writer.WriteNumber("durationUs"u8, 0);
            writer.WriteEndObject();
        }

        return new AuditEvent(id, at, buffer.WrittenSpan.ToArray());
    }
}
