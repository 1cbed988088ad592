using System.Text.Json;
using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp;

/// <summary>What a running request may tell its client, if the client wants to hear it. Nobody pays for what nobody asked for.</summary>
internal static class RequestEvents
{
    /// <summary>Longest text of a progress or log message, in UTF-16 code units; more is cut.</summary>
    private const int MaxText = 2_000;

    /// <summary>
    /// <c>notifications/progress</c>, when the request carries a token. The caller sees to it that progress grows (MCP, Progress: it MUST increase).
    /// </summary>
    public static ValueTask ReportProgressAsync(this McpRequest request, double progress, double? total = null, string? message = null)
    {
        if (request.Message.ProgressToken.IsEmpty || !double.IsFinite(progress))
        {
            return ValueTask.CompletedTask;
        }

        return request.Exchange.SendAsync(Message("notifications/progress"u8, writer =>
        {
            writer.WritePropertyName("progressToken"u8);
            writer.WriteRawValue(request.Message.ProgressToken.Span, skipInputValidation: true);
            writer.WriteNumber("progress"u8, progress);
            if (total is { } whole && double.IsFinite(whole))
            {
                writer.WriteNumber("total"u8, whole);
            }

            if (message is not null)
            {
                writer.WriteString("message"u8, SafeText.Of(message, MaxText));
            }

        }));
    }

    /// <summary><c>notifications/message</c>, when the client wants messages of this severity.</summary>
    /// <param name="request">Whose client is told.</param>
    /// <param name="level">How severe.</param>
    /// <param name="logger">Name of what speaks.</param>
    /// <param name="text">For people; never a credential or another tenant's data.</param>
    public static ValueTask LogAsync(this McpRequest request, McpLogLevel level, string logger, string text)
    {
        if (level == McpLogLevel.None || request.LogLevel == McpLogLevel.None || level < request.LogLevel)
        {
            return ValueTask.CompletedTask;
        }

        return request.Exchange.SendAsync(Message("notifications/message"u8, writer =>
        {
            writer.WriteString("level"u8, LogLevels.NameOf(level));
            writer.WriteString("logger"u8, logger);
            writer.WriteString("data"u8, SafeText.Of(text, MaxText));
        }));
    }

    private static byte[] Message(ReadOnlySpan<byte> method, Action<Utf8JsonWriter> write)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("method"u8, method);
            writer.WriteStartObject("params"u8);
            write(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.Written.ToArray();
    }
}
