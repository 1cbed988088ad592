namespace Platform.Api.Authentication.Tokens;

/// <summary>What a token is for: its audience says it, and it opens nothing else (RFC 8707).</summary>
internal enum TokenUse
{
    /// <summary>The tenant's MCP endpoint.</summary>
    Mcp = 0,

    /// <summary>The tenant's part of the management API.</summary>
    Management = 1,
}
