using System.Text.Json;

namespace Platform.Api.Mcp.Methods;

/// <summary>What both eras say of this server.</summary>
internal static class ServerDescription
{
    public const string Instructions =
        "Tools named memory_* keep short texts under a key for a limited time; the same texts are the resources memory://{key}. Files to read are the resources file:///{path}. Every call is authenticated, limited and audited.";

    public static void WriteCapabilities(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartObject("capabilities"u8);
        WriteListed(writer, "tools"u8);
        WriteListed(writer, "prompts"u8);
        writer.WriteStartObject("resources"u8);
        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteBoolean("subscribe"u8, true);
        writer.WriteEndObject();
        WriteEmpty(writer, "completions"u8);
        WriteEmpty(writer, "logging"u8);
        if (era == McpEra.Modern)
        {
            writer.WriteStartObject("extensions"u8);
            WriteEmpty(writer, "io.modelcontextprotocol/tasks"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteListed(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteEndObject();
    }

    private static void WriteEmpty(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartObject(name);
        writer.WriteEndObject();
    }
}
