using System.Text.Json;

namespace Platform.Api.Validation;

/// <summary>One member of a small object that the guard accepted, looked up without a document.</summary>
internal static class JsonMember
{
    /// <summary>A string member of an object; null when it is not there or no string.</summary>
    public static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (!TryFind(json, name, out var value))
        {
            return null;
        }

        var reader = new Utf8JsonReader(value);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>True for an array of which one element is this text.</summary>
    public static bool Lists(ReadOnlySpan<byte> json, ReadOnlySpan<char> wanted)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(wanted))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    /// <summary>A member of an object, as it was written; false where there is nothing, or no object, to look in.</summary>
    public static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (json.IsEmpty)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
            {
                value = json[start..(int)reader.BytesConsumed];
                return true;
            }
        }

        return false;
    }
}
