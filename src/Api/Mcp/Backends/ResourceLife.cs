using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>Until when a resource is there, and which state of it this is. MCP has no members for it, so it goes into <c>_meta</c> under our name.</summary>
internal sealed record ResourceLife(DateTimeOffset? ExpiresAt, long Version)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("_meta"u8);
        if (ExpiresAt is { } end)
        {
            writer.WriteString("mocopr/expiresAt"u8, end.UtcDateTime);
        }

        writer.WriteNumber("mocopr/version"u8, Version);
        writer.WriteEndObject();
    }
}
