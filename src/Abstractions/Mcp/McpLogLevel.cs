namespace Platform.Abstractions.Mcp;

/// <summary>RFC 5424 severities in MCP's order, least severe first. The default lets nothing through.</summary>
public enum McpLogLevel
{
    /// <summary>No log message is sent.</summary>
    None = 0,
    Debug = 1,
    Info = 2,
    Notice = 3,
    Warning = 4,
    Error = 5,
    Critical = 6,
    Alert = 7,
    Emergency = 8,
}
