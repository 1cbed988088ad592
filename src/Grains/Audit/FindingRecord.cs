using System.Buffers;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Audit;

/// <summary>The audit record of a finding, with the members that every record has, in their order.</summary>
internal static class FindingRecord
{
    public static AuditEvent Of(TenantId trail, AuditFinding finding)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, 1);
            writer.WriteString("id"u8, finding.Id);
            writer.WriteString("at"u8, finding.At.UtcDateTime);
            writer.WriteString("tenant"u8, trail.ToString());
            writer.WriteString("class"u8, "securityViolation"u8);
            writer.WriteString("action"u8, "audit/finding"u8);
            writer.WriteString("outcome"u8, finding.Fault);
            writer.WriteString("principal"u8, AuditWatchGrain.System);
            writer.WriteString("credential"u8, finding.By);
            writer.WriteString("target"u8, $"{finding.Tenant}/{finding.Shard}/{finding.Sequence}");
            writer.WriteString("transport"u8, "internal"u8);
            writer.WriteString("correlation"u8, finding.Id.ToString("N"));
            writer.WriteNumber("durationUs"u8, 0);
            writer.WriteEndObject();
        }

        return new AuditEvent(finding.Id, finding.At, buffer.WrittenSpan.ToArray());
    }
}
