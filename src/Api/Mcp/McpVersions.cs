namespace Platform.Api.Mcp;

/// <summary>The revisions of the protocol that are served.</summary>
internal static class McpVersions
{
    public const string Modern = "2026-07-28";

    /// <summary>The newest of the <c>initialize</c> eras; the first whose clients know what an event without data is for.</summary>
    public const string LatestLegacy = "2025-11-25";

    /// <summary>The one revision whose clients may send batches.</summary>
    public const string Batching = "2025-03-26";

    /// <summary>What <c>server/discover</c> and the unsupported-version error both list.</summary>
    public static IReadOnlyList<string> Supported { get; } = [Modern, LatestLegacy, "2025-06-18", Batching, "2024-11-05"];

    public static bool IsLegacy(string version) => version is LatestLegacy or "2025-06-18" or Batching or "2024-11-05";

    /// <summary>2025-11-25, Lifecycle: the requested version if it is served, else the newest legacy one.</summary>
    public static string Negotiate(string requested) => IsLegacy(requested) ? requested : LatestLegacy;
}
