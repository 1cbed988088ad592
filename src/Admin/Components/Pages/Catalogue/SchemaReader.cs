using System.Globalization;
using System.Text.Json;

namespace Platform.Admin.Components.Pages.Catalogue;

/// <summary>
/// Reads from a JSON Schema what a form can ask for. It is a convenience and no judge: the endpoint validates what is sent, and whatever is not understood here is typed in as JSON.
/// </summary>
internal static class SchemaReader
{
    /// <summary>More than that is typed in as one JSON text.</summary>
    public const int MaxFields = 60;

    private const int LongFrom = 200;
    private const int MaxChoices = 100;
    private const int MaxHint = 400;

    /// <summary>The fields of an object's schema; false when a form cannot hold it.</summary>
    public static bool TryRead(JsonElement schema, out IReadOnlyList<ArgumentField> fields)
    {
        fields = [];
        if (schema.ValueKind != JsonValueKind.Object || schema.TryGetProperty("$ref", out _) || schema.TryGetProperty("oneOf", out _) || schema.TryGetProperty("anyOf", out _) || schema.TryGetProperty("allOf", out _))
        {
            return false;
        }

        if (!schema.TryGetProperty("properties", out var properties))
        {
            // Nothing is named: an object that takes nothing else has no arguments, and any other is free.
            return schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False;
        }

        if (properties.ValueKind != JsonValueKind.Object || properties.GetPropertyCount() > MaxFields)
        {
            return false;
        }

        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        fields = [.. properties.EnumerateObject().Select(property => Read(property.Name, property.Value, schema, required.Contains(property.Name))).OrderByDescending(field => field.Required)];
        return true;
    }

    private static ArgumentField Read(string name, JsonElement schema, JsonElement root, bool required)
    {
        schema = Resolve(schema, root);
        var (kind, choices) = KindOf(schema);
        return new ArgumentField(name, kind, Hint(schema, kind), required, choices) { Value = DefaultOf(schema, kind) };
    }

    /// <summary>A reference into the same schema, one step; what leads elsewhere stays as it is.</summary>
    private static JsonElement Resolve(JsonElement schema, JsonElement root)
    {
        if (Text(schema, "$ref") is not { } reference || !reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return schema;
        }

        var found = root;
        foreach (var segment in reference[2..].Split('/'))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out found))
            {
                return schema;
            }
        }

        return found;
    }

    private static (ArgumentKind Kind, IReadOnlyList<(string, string)> Choices) KindOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return (ArgumentKind.Json, []);
        }

        if (schema.TryGetProperty("const", out var only))
        {
            return (ArgumentKind.Choice, [Choice(only)]);
        }

        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() is > 0 and <= MaxChoices)
        {
            return (ArgumentKind.Choice, [.. values.EnumerateArray().Select(Choice)]);
        }

        return TypeOf(schema) switch
        {
            "boolean" => (ArgumentKind.Choice, [("true", "true"), ("false", "false")]),
            "integer" or "number" => (ArgumentKind.Number, []),
            "string" when schema.TryGetProperty("pattern", out _) || schema.TryGetProperty("format", out _) || Number(schema, "maxLength") < LongFrom => (ArgumentKind.Text, []),
            "string" => (ArgumentKind.LongText, []),
            _ => (ArgumentKind.Json, []),
        };
    }

    private static (string, string) Choice(JsonElement value) => (value.GetRawText(), value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());

    /// <summary>The one type beside null; null when there are several, or none is said.</summary>
    private static string? TypeOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        if (type.ValueKind != JsonValueKind.Array)
        {
            return type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        }

        string?[] types = [.. type.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()).Where(one => one != "null")];
        return types is [var single] ? single : null;
    }

    private static string? DefaultOf(JsonElement schema, ArgumentKind kind) =>
        schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("default", out var value) ? null
        : kind is ArgumentKind.Text or ArgumentKind.LongText && value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    private static string? Hint(JsonElement schema, ArgumentKind kind)
    {
        var said = Text(schema, "description") ?? Text(schema, "title");
        var bounds = kind switch
        {
            ArgumentKind.Number => Range(TypeOf(schema) == "integer" ? "A whole number" : "A number", Number(schema, "minimum"), Number(schema, "maximum")),
            ArgumentKind.Json => TypeOf(schema) is { } type ? $"JSON, {type}." : "Any JSON.",
            ArgumentKind.Text when Text(schema, "format") is { } format => $"Format: {format}.",
            _ => null,
        };
        var hint = string.Join(' ', new[] { said, bounds }.OfType<string>());
        return hint.Length == 0 ? null : hint.Length <= MaxHint ? hint : string.Concat(hint.AsSpan(0, MaxHint), "…");
    }

    private static string Range(string what, double? from, double? to) => (from, to) switch
    {
        (null, null) => what + ".",
        (not null, null) => string.Create(CultureInfo.InvariantCulture, $"{what}, at least {from}."),
        (null, not null) => string.Create(CultureInfo.InvariantCulture, $"{what}, at most {to}."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{what}, {from} to {to}."),
    };

    private static string? Text(JsonElement schema, string name) => schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;
}
