namespace Platform.Api.Mcp;

/// <summary>How a client talks: the per-request metadata of 2026-07-28, or the <c>initialize</c> handshake of the revisions before it.</summary>
internal enum McpEra
{
    Modern = 0,
    Legacy = 1,
}

internal static class McpVersions
{
    public const string Modern = "2026-07-28";
    public const string LatestLegacy = "2025-11-25";

    /// <summary>What <c>server/discover</c> and the unsupported-version error both list.</summary>
    public static IReadOnlyList<string> Supported { get; } = [Modern, LatestLegacy, "2025-06-18"];

    public static bool IsLegacy(string version) => version is LatestLegacy or "2025-06-18";
}
