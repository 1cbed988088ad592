using System.Text.Json;

namespace Platform.Api.Mcp.Methods;

/// <summary>What both eras say of this server.</summary>
internal static class ServerDescription
{
    public const string Instructions =
        "Tools named memory_* keep short texts under a key for a limited time; the same texts are the resources memory://{key}. Every call is authenticated, limited and audited.";

    public static void WriteCapabilities(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("capabilities"u8);
        writer.WriteStartObject("tools"u8);
        writer.WriteEndObject();
        writer.WriteStartObject("resources"u8);
        writer.WriteEndObject();
        writer.WriteStartObject("prompts"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
