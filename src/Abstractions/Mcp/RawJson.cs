using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Abstractions.Mcp;

/// <summary>Carries a JSON value as it is written: what is inside belongs to somebody else, and the depth of an answer of REST does not bound it.</summary>
public sealed class RawJson : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
    }
}
