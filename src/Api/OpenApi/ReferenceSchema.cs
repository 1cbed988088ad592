using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Api.OpenApi;

/// <summary>Schemas as HTML: members in a table, those of a member folded under it.</summary>
internal sealed class ReferenceSchema(JsonObject document)
{
    /// <summary>A condition may hold conditions; a reader has seen the form by then.</summary>
    private const int Deepest = 5;

    /// <summary>What every text or list may be is no news.</summary>
    private const long Unremarkable = 8 * 1024;

    /// <summary>What a reference within the document leads to.</summary>
    public JsonObject Resolve(JsonObject node) =>
        (string?)node["$ref"] is { } reference ? reference.Split('/').Skip(1).Aggregate((JsonNode)document, (at, name) => at[name]!).AsObject() : node;

    public void Write(StringBuilder page, JsonObject schema, int depth = 0)
    {
        var inner = Inner(schema);
        if (inner["properties"] is not JsonObject { Count: > 0 } members || depth > Deepest)
        {
            return;
        }

        var required = (inner["required"] as JsonArray)?.Select(name => (string)name!).ToHashSet(StringComparer.Ordinal) ?? [];
        page.Append("<table class=\"members\"><thead><tr><th scope=\"col\">Member</th><th scope=\"col\">Type</th><th scope=\"col\">What it is</th></tr></thead><tbody>");
        foreach (var (name, value) in members)
        {
            var member = value!.AsObject();
            page.Append($"<tr><td><code>{Text(name)}</code>{(required.Contains(name) ? " <span class=\"required\">always</span>" : "")}</td><td>{TypeOf(member)}</td><td>{Text((string?)member["description"])}");
            if (Inner(member)["properties"] is JsonObject { Count: > 0 } && depth < Deepest)
            {
                page.Append("<details><summary>Members</summary>");
                Write(page, member, depth + 1);
                page.Append("</details>");
            }

            page.Append("</td></tr>");
        }

        page.Append("</tbody></table>");
    }

    /// <summary>The type in a few words, as HTML.</summary>
    public string TypeOf(JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray either)
        {
            return $"{TypeOf(either[0]!.AsObject())} or null";
        }

        var name = ((string?)schema["$ref"])?.Split('/')[^1];
        var actual = Resolve(schema);
        if (actual["enum"] is JsonArray words)
        {
            return string.Join(" | ", words.Select(word => $"<code>{Text((string?)word)}</code>"));
        }

        var type = actual["type"] is JsonArray several ? string.Join(" or ", several.Select(one => (string)one!)) : (string?)actual["type"] ?? "any";
        return type.StartsWith("array", StringComparison.Ordinal) ? $"array of {TypeOf(actual["items"]!.AsObject())}{Bounds(actual)}"
            : actual["additionalProperties"] is JsonObject values ? $"map of {TypeOf(values)}"
            : Text(name ?? (string?)actual["format"] ?? type) + Bounds(actual);
    }

    private JsonObject Inner(JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray either)
        {
            return Inner(either[0]!.AsObject());
        }

        var actual = Resolve(schema);
        return actual["items"] is JsonObject items ? Inner(items) : actual["additionalProperties"] is JsonObject values ? Inner(values) : actual;
    }

    private static string Bounds(JsonObject schema)
    {
        var bounds = new[] { ("minLength", "at least "), ("maxLength", "at most "), ("minItems", "at least "), ("maxItems", "at most "), ("minimum", "from "), ("maximum", "to ") }
            .Where(bound => schema[bound.Item1] is JsonValue value && IsNews(value))
            .Select(bound => bound.Item2 + schema[bound.Item1]!.ToString());
        var text = string.Join(", ", bounds);
        return text.Length == 0 ? "" : $" <span class=\"bounds\">{Text(text)}</span>";
    }

    private static bool IsNews(JsonValue bound) =>
        double.TryParse(bound.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > int.MinValue and < int.MaxValue and not 1024 * 1024 and not Unremarkable;

    private static string Text(string? text) => ReferencePages.Text(text);
}
