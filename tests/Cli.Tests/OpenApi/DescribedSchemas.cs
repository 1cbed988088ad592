using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Cli.Tests.OpenApi;

/// <summary>Schemas of the description: what does not fit one, and an answer that does and is as hostile as it may be.</summary>
internal sealed class DescribedSchemas(DescribedApi api)
{
    /// <summary>In every secret that the server tells once.</summary>
    public const string Secret = "mcps_never-told";

    /// <summary>In every text that the server is free in.</summary>
    public const string Evil = "sample\u001b]0;owned\u0007\u202e";

    private const int DeepestArray = 6;
    private const int DeepestObject = 12;

    public IEnumerable<string> Faults(JsonNode schema, JsonNode? value, string at)
    {
        schema = api.Follow(schema);
        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray any)
        {
            return any.Select(one => Faults(one!, value, at).ToList()).MinBy(faults => faults.Count)!;
        }

        var types = Types(schema);
        if (types.Count > 0 && !types.Any(type => IsOf(type, value)))
        {
            return [$"{at} is {value?.ToJsonString() ?? "null"}, not {string.Join(" or ", types)}"];
        }

        return value switch
        {
            JsonObject members when schema["properties"] is JsonObject known => [
                .. (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => !members.ContainsKey(name)).Select(name => $"{at} has no {name}"),
                .. members.SelectMany(member => known[member.Key] is { } described ? Faults(described, member.Value, $"{at}.{member.Key}") : [$"{at} knows no {member.Key}"])],
            JsonArray items when schema["items"] is { } each => items.SelectMany((item, index) => Faults(each, item, $"{at}[{index}]")),
            JsonValue word when schema["enum"] is JsonArray words && !words.Any(known => JsonNode.DeepEquals(known, word)) => [$"{at} is not {word}"],
            JsonValue number when number.GetValueKind() == JsonValueKind.Number && (number.GetValue<decimal>() < Bound(schema, "minimum", decimal.MinValue) || number.GetValue<decimal>() > Bound(schema, "maximum", decimal.MaxValue)) => [$"{at} is out of bounds"],
            _ => [],
        };
    }

    /// <summary>An answer with everything in it that the description knows, but no next page.</summary>
    public JsonNode? Sample(JsonNode schema, int depth = 0)
    {
        schema = api.Follow(schema);
        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray any)
        {
            return Sample(any.First(one => one!["type"] is not JsonValue type || type.GetValue<string>() != "null")!, depth);
        }

        if (schema["enum"] is JsonArray words)
        {
            return words[0]!.DeepClone();
        }

        return Types(schema).Find(type => type != "null") switch
        {
            "object" when depth < DeepestObject => new JsonObject((schema["properties"] as JsonObject ?? []).Where(member => member.Key != "nextPageToken")
                .Select(member => KeyValuePair.Create(member.Key, IsSecret(member.Value!) ? Secrets(member.Value!) : Sample(member.Value!, depth + 1)))),
            "object" => new JsonObject(),
            "array" when depth < DeepestArray => new JsonArray(Sample(schema["items"]!, depth + 1)),
            "array" => new JsonArray(),
            "string" => Text(schema),
            "integer" or "number" => Math.Max(1, Bound(schema, "minimum", 1)),
            "boolean" => true,
            _ => new JsonObject { [Evil] = Evil },
        };
    }

    private static bool IsSecret(JsonNode schema) => schema["description"]?.GetValue<string>().StartsWith("In the first answer alone", StringComparison.Ordinal) == true;

    private static JsonNode Secrets(JsonNode schema) => Types(schema).Contains("array") ? new JsonArray(Secret, Secret) : Secret;

    private static string Text(JsonNode schema) => schema["format"]?.GetValue<string>() switch
    {
        "date-time" => "2099-11-29T06:30:00Z",
        "date" => "2026-11-29",
        "uuid" => "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        _ => Evil,
    };

    private static List<string> Types(JsonNode schema) => schema["type"] switch
    {
        JsonArray many => [.. many.Select(type => type!.GetValue<string>())],
        JsonValue one => [one.GetValue<string>()],
        _ => [],
    };

    private static bool IsOf(string type, JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => type == "null",
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.GetValue<decimal>() % 1 == 0),
        _ => type == "boolean",
    };

    private static decimal Bound(JsonNode schema, string name, decimal otherwise) => schema[name]?.GetValue<decimal>() ?? otherwise;
}
