using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Cli.Terminals;

namespace Platform.Cli.Documents;

/// <summary>
/// Writes JSON values as YAML 1.2 that every reader takes the same way: a text goes without quotation marks only where it can be nothing but text, and has no character that a terminal obeys.
/// </summary>
internal static class YamlWriter
{
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Value(text, node, 0, isFirst: true);
        return text.ToString();
    }

    private static void Value(StringBuilder text, JsonNode? node, int depth, bool isFirst)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                foreach (var (name, value) in members)
                {
                    Indent(text, isFirst ? 0 : depth);
                    isFirst = false;
                    text.Append(Scalar(name)).Append(':');
                    Below(text, value, depth + 1);
                }

                break;
            case JsonArray { Count: > 0 } items:
                foreach (var item in items)
                {
                    Indent(text, isFirst ? 0 : depth);
                    isFirst = false;
                    text.Append("- ");
                    Value(text, item, depth + 1, isFirst: true);
                }

                break;
            default:
                text.Append(Leaf(node)).Append('\n');
                break;
        }
    }

    private static void Below(StringBuilder text, JsonNode? value, int depth)
    {
        var isBlock = value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };
        text.Append(isBlock ? '\n' : ' ');
        Value(text, value, depth, isFirst: !isBlock);
    }

    private static string Leaf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() == JsonValueKind.String => Scalar(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Scalar(string value)
    {
        if (IsPlain(value))
        {
            return value;
        }

        var quoted = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                > 0xFFFF when !PlainText.IsHarmless(rune) => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
                _ when !PlainText.IsHarmless(rune) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => quoted.Append(rune),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsPlain(string value) =>
        value.Length > 0 && char.IsAsciiLetter(value[0]) && !value.EndsWith(' ') && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ' ' or '@')
        && !Words.Contains(value, StringComparer.OrdinalIgnoreCase);

    private static void Indent(StringBuilder text, int depth) => text.Append(' ', 2 * depth);
}
