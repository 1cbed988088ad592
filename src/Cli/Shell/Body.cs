using System.Text.Json.Nodes;

namespace Platform.Cli.Shell;

/// <summary>Bodies of requests from what the command line says; what it does not say is left out.</summary>
internal static class Body
{
    public static JsonObject Of(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        return body;
    }

    /// <summary>Null when there is none: an empty list is said by nobody who left the option out.</summary>
    public static JsonArray? Array(string[]? values) => values is { Length: > 0 } ? [.. values.Select(value => JsonValue.Create(value))] : null;

    /// <summary>Null for a switch that is not there.</summary>
    public static JsonNode? True(bool isSet) => isSet ? JsonValue.Create(true) : null;
}
