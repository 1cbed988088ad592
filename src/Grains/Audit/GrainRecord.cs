using System.Buffers;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>The audit record of what a grain did by itself, with the members that every record has, in their order.</summary>
internal static class GrainRecord
{
    /// <summary>Who does what nobody asked for.</summary>
    public const string System = "system";

    /// <param name="tenant">Whose trail.</param>
    /// <param name="id">The same for the same event, however often it is written.</param>
    /// <param name="at">When.</param>
    /// <param name="auditClass">As the record spells it.</param>
    /// <param name="action">What.</param>
    /// <param name="principal">Who is answerable for it.</param>
    /// <param name="target">To what.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="credential">By what.</param>
    public static AuditEvent Of(TenantId tenant, Guid id, DateTimeOffset at, string auditClass, string action, string principal, string target, string outcome = "ok", string credential = "none")
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, 1);
            writer.WriteString("id"u8, id);
            writer.WriteString("at"u8, at.UtcDateTime);
            writer.WriteString("tenant"u8, tenant.ToString());
            writer.WriteString("class"u8, auditClass);
            writer.WriteString("action"u8, action);
            writer.WriteString("outcome"u8, outcome);
            writer.WriteString("principal"u8, principal);
            writer.WriteString("credential"u8, credential);
            writer.WriteString("target"u8, target);
            writer.WriteString("transport"u8, "internal"u8);
            writer.WriteString("correlation"u8, id.ToString("N"));
            writer.WriteNumber("durationUs"u8, 0);
            writer.WriteEndObject();
        }

        return new AuditEvent(id, at, buffer.WrittenSpan.ToArray());
    }
}
