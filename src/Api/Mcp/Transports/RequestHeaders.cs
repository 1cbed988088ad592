using Microsoft.Extensions.Primitives;

namespace Platform.Api.Mcp.Transports;

internal static class RequestHeaders
{
    /// <summary>A header's value; null when it is missing, and a value that equals nothing when it is there twice.</summary>
    public static string? Single(StringValues header) => header.Count switch
    {
        0 => null,
        1 => header[0],
        _ => McpHeaders.Twice,
    };
}
