using System.Globalization;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Where in a schema schemas stand. A reference can lead there only: one into "const", "default" or an unknown keyword
/// would make a schema of data.
/// </summary>
internal static class SchemaPlaces
{
    /// <summary>The subschemas directly below, each with its pointer; forms are judged later, what is no schema is listed all the same.</summary>
    public static IEnumerable<(JsonElement Source, string Pointer)> Below(JsonElement schema, string pointer) =>
        schema.ValueKind == JsonValueKind.Object
            ? schema.EnumerateObject().SelectMany(keyword => Of(keyword, SchemaPointer.Append(pointer, keyword.Name)))
            : [];

    private static IEnumerable<(JsonElement Source, string Pointer)> Of(JsonProperty keyword, string at) => keyword.Name switch
    {
        "items" or "contains" or "additionalProperties" or "propertyNames" or "unevaluatedItems" or "unevaluatedProperties"
            or "not" or "if" or "then" or "else" or "contentSchema" => [(keyword.Value, at)],
        "prefixItems" or "allOf" or "anyOf" or "oneOf" when keyword.Value.ValueKind == JsonValueKind.Array =>
            keyword.Value.EnumerateArray().Select((item, i) => (item, SchemaPointer.Append(at, i.ToString(CultureInfo.InvariantCulture)))),
        "$defs" or "definitions" or "properties" or "patternProperties" or "dependentSchemas" when keyword.Value.ValueKind == JsonValueKind.Object =>
            keyword.Value.EnumerateObject().Select(entry => (entry.Value, SchemaPointer.Append(at, entry.Name))),
        _ => [],
    };
}
