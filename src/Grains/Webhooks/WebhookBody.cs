using System.Buffers;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <summary>Bodies of messages, in the structure that Standard Webhooks recommends: <c>type</c>, <c>timestamp</c>, <c>data</c>.</summary>
internal static class WebhookBody
{
    public static string Of(string type, DateTimeOffset at, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("timestamp"u8, at.UtcDateTime);
            writer.WriteStartObject("data"u8);
            data(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Test(string webhook, DateTimeOffset at) => Of(WebhookEventTypes.WebhookTest, at, data => data.WriteString("webhook"u8, webhook));

    public static string Disabled(string webhook, WebhookGivenUp given) => Of(WebhookEventTypes.WebhookDisabled, given.At, data =>
    {
        data.WriteString("webhook"u8, webhook);
        data.WriteString("reason"u8, given.Reason);
    });

    public static string PurgeFailing(string slug, string tenant, string step, DateTimeOffset since, DateTimeOffset at) => Of(WebhookEventTypes.PurgeFailing, at, data =>
    {
        data.WriteString("tenant"u8, slug);
        data.WriteString("tenantId"u8, tenant);
        data.WriteString("step"u8, step);
        data.WriteString("since"u8, since.UtcDateTime);
    });

    /// <summary>A part of the trail. What is not kept any more is named, so that the receiver knows what it has not seen.</summary>
    /// <param name="tenant">Its name.</param>
    /// <param name="at">Of the message.</param>
    /// <param name="part">Which part.</param>
    /// <param name="events">All that is kept of it, in their order.</param>
    /// <param name="isWanted">Which of them are told.</param>
    public static string Trail(string tenant, DateTimeOffset at, WebhookPart part, AuditEventView[] events, Predicate<AuditEventView> isWanted) => Of(WebhookEventTypes.AuditEvents, at, data =>
    {
        data.WriteString("tenant"u8, tenant);
        data.WriteNumber("from"u8, part.From);
        data.WriteNumber("to"u8, part.To);
        data.WriteStartArray("missing"u8);
        var next = part.From;
        foreach (var sequence in events.Select(entry => entry.Sequence).Append(part.To + 1))
        {
            if (sequence > next)
            {
                data.WriteStartObject();
                data.WriteNumber("from"u8, next);
                data.WriteNumber("to"u8, sequence - 1);
                data.WriteEndObject();
            }

            next = sequence + 1;
        }

        data.WriteEndArray();
        data.WriteStartArray("events"u8);
        foreach (var entry in events.Where(entry => isWanted(entry)))
        {
            data.WriteStartObject();
            data.WriteNumber("sequence"u8, entry.Sequence);
            data.WriteString("hash"u8, entry.Hash);
            data.WritePropertyName("event"u8);
            Record(data, entry.Record);
            data.WriteEndObject();
        }

        data.WriteEndArray();
    });

    /// <summary>Byte for byte what was hashed. One that somebody made unreadable is shown as text: it keeps no other from being told.</summary>
    private static void Record(Utf8JsonWriter data, string record)
    {
        if (AuditFacets.Of(Encoding.UTF8.GetBytes(record)).Class.Length > 0)
        {
            data.WriteRawValue(record);
            return;
        }

        data.WriteStringValue(record);
    }
}
