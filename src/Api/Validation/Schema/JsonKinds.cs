using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>The values of "type", as a set. An integer is also a number; 1.0 is an integer.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Object = 4,
    Array = 8,
    Number = 16,
    Integer = 32,
    String = 64,
}

internal static class JsonKindNames
{
    /// <summary>What a schema without "type" allows.</summary>
    public const JsonKinds All = (JsonKinds)127;

    public static JsonKinds Parse(string? name) => name switch
    {
        "null" => JsonKinds.Null,
        "boolean" => JsonKinds.Boolean,
        "object" => JsonKinds.Object,
        "array" => JsonKinds.Array,
        "number" => JsonKinds.Number,
        "integer" => JsonKinds.Integer,
        "string" => JsonKinds.String,
        _ => JsonKinds.None,
    };

    /// <summary>A property name counts as a string, because "propertyNames" judges it as one.</summary>
    public static JsonKinds Of(JsonTokenType token) => token switch
    {
        JsonTokenType.Null => JsonKinds.Null,
        JsonTokenType.True or JsonTokenType.False => JsonKinds.Boolean,
        JsonTokenType.StartObject => JsonKinds.Object,
        JsonTokenType.StartArray => JsonKinds.Array,
        JsonTokenType.Number => JsonKinds.Number,
        JsonTokenType.String or JsonTokenType.PropertyName => JsonKinds.String,
        _ => JsonKinds.None,
    };

    public static string Describe(JsonKinds kinds)
    {
        var names = Enum.GetValues<JsonKinds>().Where(kind => kind != JsonKinds.None && kinds.HasFlag(kind));
        return string.Join(" or ", names.Select(kind => kind.ToString().ToLowerInvariant()));
    }
}
