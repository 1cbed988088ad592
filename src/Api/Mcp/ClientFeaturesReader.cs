using System.Text.Json;
using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp;

/// <summary>Reads a <c>ClientCapabilities</c> object. What is not of the right type is not declared.</summary>
internal static class ClientFeaturesReader
{
    /// <param name="capabilities">An object that the guard accepted.</param>
    public static ClientFeatures Read(ReadOnlySpan<byte> capabilities)
    {
        // The commonest declaration of all.
        if (capabilities.Length <= 2)
        {
            return ClientFeatures.None;
        }

        var features = ClientFeatures.None;
        var reader = new Utf8JsonReader(capabilities);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("elicitation"u8))
            {
                features |= Elicitation(ref reader);
            }
            else if (reader.ValueTextEquals("sampling"u8))
            {
                features |= Sampling(ref reader);
            }
            else if (reader.ValueTextEquals("roots"u8))
            {
                features |= IsObject(ref reader) ? ClientFeatures.Roots : ClientFeatures.None;
            }
            else if (reader.ValueTextEquals("extensions"u8))
            {
                features |= Extensions(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return features;
    }

    // 2025-11-25, Elicitation: an empty object stands for form mode.
    private static ClientFeatures Elicitation(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ClientFeatures.None;
        }

        var features = ClientFeatures.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var mode = reader.ValueTextEquals("form"u8) ? ClientFeatures.ElicitForm : reader.ValueTextEquals("url"u8) ? ClientFeatures.ElicitUrl : ClientFeatures.None;
            features |= IsObject(ref reader) ? mode : ClientFeatures.None;
        }

        return features == ClientFeatures.None ? ClientFeatures.ElicitForm : features;
    }

    private static ClientFeatures Sampling(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ClientFeatures.None;
        }

        var features = ClientFeatures.Sampling;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTools = reader.ValueTextEquals("tools"u8);
            features |= IsObject(ref reader) && isTools ? ClientFeatures.SamplingTools : ClientFeatures.None;
        }

        return features;
    }

    private static ClientFeatures Extensions(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ClientFeatures.None;
        }

        var features = ClientFeatures.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTasks = reader.ValueTextEquals("io.modelcontextprotocol/tasks"u8);
            features |= IsObject(ref reader) && isTasks ? ClientFeatures.Tasks : ClientFeatures.None;
        }

        return features;
    }

    private static bool IsObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        return isObject;
    }
}
