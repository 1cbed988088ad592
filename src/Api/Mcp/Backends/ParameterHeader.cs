using Platform.Api.Validation;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>
/// A parameter that clients repeat in the header <c>Mcp-Param-{Name}</c>, so that intermediaries can route by it (MCP 2026-07-28, Custom Headers from Tool
/// Parameters). The body decides; a header that says something else is refused (IN-7).
/// </summary>
internal sealed class ParameterHeader
{
    private const string Prefix = "Mcp-Param-";
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly byte[][] _path;

    private ParameterHeader(string name, byte[][] path) => (Header, _path) = (Prefix + name, path);

    /// <summary>The header's whole name.</summary>
    public string Header { get; }

    /// <summary>Reads every <c>x-mcp-header</c> of a schema, or says which rule one of them breaks.</summary>
    public static bool TryReadAll(ReadOnlySpan<byte> schema, out ParameterHeader[] headers, out string refusal)
    {
        headers = [];
        var found = new List<ParameterHeader>();
        var reader = new Utf8JsonReader(schema);
        using var document = JsonDocument.ParseValue(ref reader);
        refusal = Walk(document.RootElement, [], isReachable: true, found);
        if (refusal.Length == 0 && found.GroupBy(header => header.Header, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            refusal = $"two parameters claim the header {twice.Key}";
        }

        if (refusal.Length > 0)
        {
            return false;
        }

        headers = [.. found];
        return true;
    }

    /// <summary>Null when the header says what the arguments say.</summary>
    /// <param name="header">As it was sent; null when it was not.</param>
    /// <param name="arguments">The call's arguments.</param>
    public string? Check(string? header, ReadOnlySpan<byte> arguments)
    {
        if (!TryFind(arguments, out var value, out var type))
        {
            return header is null ? null : $"The header {Header} repeats an argument that is not there.";
        }

        if (header is null)
        {
            return $"The header {Header} is missing.";
        }

        if (HeaderValue.Decode(header) is not { } said)
        {
            return $"The header {Header} cannot be read.";
        }

        var equal = type switch
        {
            JsonTokenType.String => string.Equals(said, Unquote(value), StringComparison.Ordinal),
            JsonTokenType.Number => decimal.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out var a)
                && decimal.TryParse(Encoding.ASCII.GetString(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var b) && a == b,
            JsonTokenType.True => said == "true",
            JsonTokenType.False => said == "false",
            _ => false,
        };
        return equal ? null : $"The header {Header} does not equal the argument in the body.";
    }

    private static string Walk(JsonElement schema, byte[][] path, bool isReachable, List<ParameterHeader> found)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in schema.EnumerateArray())
            {
                if (Walk(item, path, isReachable: false, found) is { Length: > 0 } refusal)
                {
                    return refusal;
                }
            }

            return "";
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        foreach (var member in schema.EnumerateObject())
        {
            // Data, not schemas: what looks like an annotation in there is none.
            if (member.Name is "const" or "enum" or "default" or "examples")
            {
                continue;
            }

            var refusal = member.Name switch
            {
                "x-mcp-header" => Add(schema, member.Value, path, isReachable, found),
                "properties" when member.Value.ValueKind == JsonValueKind.Object => Properties(member.Value, path, isReachable, found),
                _ => Walk(member.Value, path, isReachable: false, found),
            };
            if (refusal.Length > 0)
            {
                return refusal;
            }
        }

        return "";
    }

    private static string Properties(JsonElement properties, byte[][] path, bool isReachable, List<ParameterHeader> found)
    {
        foreach (var property in properties.EnumerateObject())
        {
            if (Walk(property.Value, [.. path, Encoding.UTF8.GetBytes(property.Name)], isReachable, found) is { Length: > 0 } refusal)
            {
                return refusal;
            }
        }

        return "";
    }

    private static string Add(JsonElement schema, JsonElement annotation, byte[][] path, bool isReachable, List<ParameterHeader> found)
    {
        if (annotation.ValueKind != JsonValueKind.String || annotation.GetString() is not { Length: > 0 and <= 100 } name || name.AsSpan().ContainsAnyExcept(Token))
        {
            return "an x-mcp-header is not the name of a header";
        }

        if (!isReachable || path.Length == 0)
        {
            return $"the x-mcp-header '{name}' is not reached by properties alone";
        }

        if (!schema.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() is not ("string" or "integer" or "boolean"))
        {
            return $"the x-mcp-header '{name}' is on a parameter that is no string, integer or boolean";
        }

        found.Add(new ParameterHeader(name, path));
        return "";
    }

    // A null is as good as nothing: clients leave the header out.
    private bool TryFind(ReadOnlySpan<byte> arguments, out ReadOnlySpan<byte> value, out JsonTokenType type)
    {
        value = arguments;
        type = JsonTokenType.None;
        foreach (var name in _path)
        {
            if (!JsonMember.TryFind(value, name, out value))
            {
                return false;
            }
        }

        var reader = new Utf8JsonReader(value);
        reader.Read();
        type = reader.TokenType;
        return type != JsonTokenType.Null;
    }

    private static string Unquote(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.GetString()!;
    }
}
