using System.Buffers;
using System.Text;
using System.Text.Json;
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
}
