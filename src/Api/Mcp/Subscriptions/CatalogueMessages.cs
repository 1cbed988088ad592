using System.Text.Json;
using Platform.Abstractions.Mcp;
using Platform.Api.Mcp.Tasks;

namespace Platform.Api.Mcp.Subscriptions;

/// <summary>Notifications of changes, ready to be sent.</summary>
internal static class CatalogueMessages
{
    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    /// <param name="kind">Which list.</param>
    /// <param name="subscription">The id of the listen request as it was written; empty in the eras before 2026-07-28.</param>
    public static byte[] ListChanged(CatalogueChangeKind kind, ReadOnlyMemory<byte> subscription) => Message(
        kind switch
        {
            CatalogueChangeKind.Tools => "notifications/tools/list_changed"u8,
            CatalogueChangeKind.Prompts => "notifications/prompts/list_changed"u8,
            _ => "notifications/resources/list_changed"u8,
        },
        subscription,
        static (_, _) => { },
        0);

    public static byte[] Updated(string uri, ReadOnlyMemory<byte> subscription) =>
        Message("notifications/resources/updated"u8, subscription, static (writer, uri) => writer.WriteString("uri"u8, uri), uri);

    public static byte[] Acknowledged(ListenFilter granted, ReadOnlyMemory<byte> subscription) =>
        Message("notifications/subscriptions/acknowledged"u8, subscription, static (writer, granted) => granted.Write(writer), granted);

    public static byte[] TaskChanged(McpTaskView task, ReadOnlyMemory<byte> subscription) =>
        Message("notifications/tasks"u8, subscription, static (writer, task) => TaskJson.Write(writer, task), task);

    /// <summary>MCP 2026-07-28, Subscriptions: everything on the stream names the subscription.</summary>
    public static void WriteSubscription(Utf8JsonWriter writer, ReadOnlySpan<byte> subscription)
    {
        writer.WritePropertyName(SubscriptionId);
        writer.WriteRawValue(subscription, skipInputValidation: true);
    }

    private static byte[] Message<T>(ReadOnlySpan<byte> method, ReadOnlyMemory<byte> subscription, Action<Utf8JsonWriter, T> write, T subject)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("method"u8, method);
            writer.WriteStartObject("params"u8);
            if (!subscription.IsEmpty)
            {
                writer.WriteStartObject("_meta"u8);
                WriteSubscription(writer, subscription.Span);
                writer.WriteEndObject();
            }

            write(writer, subject);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.Written.ToArray();
    }
}
