using System.Globalization;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Local references. The path must run through keywords that hold schemas: a reference into "const" or "default"
/// would make a schema of data.
/// </summary>
internal static class SchemaReference
{
    public static bool IsLocal(string reference) =>
        string.Equals(reference, "#", StringComparison.Ordinal) || reference.StartsWith("#/", StringComparison.Ordinal);

    public static bool TryResolve(JsonElement root, string reference, out JsonElement target, out string pointer)
    {
        target = root;
        pointer = "";
        var tokens = Uri.UnescapeDataString(reference[1..]).Split('/')[1..];
        for (var i = 0; i < tokens.Length; i++)
        {
            var keyword = Decode(tokens[i]);
            if (!TryStep(ref target, ref pointer, keyword))
            {
                return false;
            }

            switch (keyword)
            {
                case "items" or "additionalProperties" or "propertyNames" or "not" or "if" or "then" or "else":
                    break;
                case "properties" or "patternProperties" or "$defs" or "prefixItems" or "allOf" or "anyOf" or "oneOf"
                    when ++i < tokens.Length && TryStep(ref target, ref pointer, Decode(tokens[i])):
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>A JSON Pointer with one more token.</summary>
    public static string Append(string pointer, string token) =>
        pointer + "/" + token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static bool TryStep(ref JsonElement target, ref string pointer, string token)
    {
        var found = target.ValueKind switch
        {
            JsonValueKind.Object => target.TryGetProperty(token, out var value) ? value : default,
            JsonValueKind.Array => int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < target.GetArrayLength()
                && token.Equals(index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                ? target[index]
                : default,
            _ => default,
        };
        target = found;
        pointer = Append(pointer, token);
        return found.ValueKind != JsonValueKind.Undefined;
    }

    private static string Decode(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
