using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Abstractions.Mcp;

namespace Platform.Admin.Components.Pages.Catalogue;

/// <summary>An exchange in words and as text for people. Everything in it was written by somebody else and is shown as text.</summary>
internal static class ExchangeText
{
    /// <summary>Most characters of one message that a page shows.</summary>
    private const int MaxShown = 60_000;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Pretty(JsonElement message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            message.WriteTo(writer);
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return text.Length <= MaxShown ? text : $"{text.AsSpan(0, MaxShown)}\n… cut here: the whole has {text.Length} characters.";
    }

    /// <summary>good, warn or bad; and a sentence.</summary>
    public static (string Tone, string Title) Verdict(McpExchangeView exchange) =>
        exchange.Code is { } code ? ("bad", $"The endpoint refused it: {code}")
        : Result(exchange) is { } result && result.TryGetProperty("isError", out var failed) && failed.ValueKind == JsonValueKind.True ? ("warn", "The tool ran, and answered that it failed")
        : ("good", "It was answered");

    /// <summary>The texts of an answer, in order; at most a few.</summary>
    public static IReadOnlyList<string> Texts(McpExchangeView exchange)
    {
        if (exchange.Response.ValueKind == JsonValueKind.Object && exchange.Response.TryGetProperty("error", out var error))
        {
            return Text(error, "message") is { } message ? [message] : [];
        }

        if (Result(exchange) is not { } result)
        {
            return [];
        }

        var texts = Items(result, "content").Select(block => Text(block, "text"))
            .Concat(Items(result, "contents").Select(content => Text(content, "text")))
            .Concat(Items(result, "messages").Select(message => message.TryGetProperty("content", out var content) ? Text(content, "text") : null));
        return [.. texts.OfType<string>().Take(10).Select(text => text.Length <= MaxShown ? text : text[..MaxShown] + "…")];
    }

    private static JsonElement? Result(McpExchangeView exchange) =>
        exchange.Response.ValueKind == JsonValueKind.Object && exchange.Response.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object ? result : null;

    private static IEnumerable<JsonElement> Items(JsonElement result, string name) =>
        result.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [];

    private static string? Text(JsonElement from, string name) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
