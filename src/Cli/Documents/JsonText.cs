using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Documents;

/// <summary>JSON as servers send it and as people read it.</summary>
internal static class JsonText
{
    public const int MaxBytes = 32 * 1024 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = Encoder() };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = Encoder() };

    public static Outcome<JsonNode> Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (JsonNode.Parse(utf8, documentOptions: Strict) is not { } node)
            {
                return Refusal.Usage("It is null.");
            }

            // Half a character, written as an escape, is found when the text is read: here, and not where it is printed.
            if (utf8.IndexOf("\\u"u8) >= 0)
            {
                node.ToJsonString();
            }

            return node;
        }
        catch (Exception failure) when (failure is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return Refusal.Usage("It is not JSON.");
        }
    }

    public static string Write(JsonNode? node) => node is null ? "null" : Readable(node.ToJsonString(Indented));

    public static string WriteLine(JsonNode? node) => node is null ? "null" : Readable(node.ToJsonString(Compact));

    /// <summary>Letters of all scripts as they are; what a terminal obeys, or what hides or turns text, escaped.</summary>
    private static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. Enumerable.Range(0, 0x10000).Select(value => (char)value).Where(value => !char.IsSurrogate(value) && !Terminals.PlainText.IsHarmless(new Rune(value)))]);
        return JavaScriptEncoder.Create(settings);
    }

    /// <summary>What the encoder escapes for the sake of HTML, which this is not, as it is. Whatever else is escaped stays so.</summary>
    private static string Readable(string json)
    {
        var at = json.IndexOf('\\', StringComparison.Ordinal);
        if (at < 0)
        {
            return json;
        }

        var text = new StringBuilder(json.Length);
        var from = 0;
        for (; at >= 0; at = json.IndexOf('\\', from))
        {
            text.Append(json, from, at - from);
            var (plain, length) = json.AsSpan(at, Math.Min(6, json.Length - at)) switch
            {
                "\\u003C" => ("<", 6),
                "\\u003E" => (">", 6),
                "\\u0026" => ("&", 6),
                "\\u0027" => ("'", 6),
                "\\u002B" => ("+", 6),
                "\\u0060" => ("`", 6),
                "\\u0022" => ("\\\"", 6),

                // Two characters are one escape: the second of two backslashes begins none.
                _ => (json.Substring(at, 2), 2),
            };
            text.Append(plain);
            from = at + length;
        }

        return text.Append(json, from, json.Length - from).ToString();
    }
}
