using System.Text.Json;
using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp;

/// <summary>Names of severities on the wire.</summary>
internal static class LogLevels
{
    private static readonly string[] Names = ["", "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    public static string NameOf(McpLogLevel level) => Names[(int)level];

    /// <summary>The level a reader stands on; <see cref="McpLogLevel.None"/> for anything that is no level.</summary>
    public static McpLogLevel Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            for (var level = 1; level < Names.Length; level++)
            {
                if (reader.ValueTextEquals(Names[level]))
                {
                    return (McpLogLevel)level;
                }
            }
        }

        return McpLogLevel.None;
    }
}
