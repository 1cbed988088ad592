namespace Platform.Api.Mcp;

/// <summary>How a client talks: the per-request metadata of 2026-07-28, or the <c>initialize</c> handshake of the revisions before it.</summary>
internal enum McpEra
{
    Modern = 0,
    Legacy = 1,
}
