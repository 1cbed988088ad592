using Microsoft.Extensions.Primitives;

namespace Platform.Api.Security;

/// <summary>MCP 2026-07-28, Streamable HTTP, Security: a present but foreign Origin MUST be answered 403 (TR-5).</summary>
internal static class OriginGuard
{
    /// <summary>No Origin is a client that is no browser. One that is present must equal an allowed one, byte for byte.</summary>
    public static bool IsAllowed(StringValues header, string[] allowed) => header.Count switch
    {
        0 => true,
        1 => header[0] is { } origin && Array.IndexOf(allowed, origin) >= 0,
        _ => false,
    };
}
