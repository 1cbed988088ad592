using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// Which era a message over HTTP belongs to. Modern metadata makes it modern, and then headers must equal the body; <c>initialize</c>, a legacy version or
/// none at all make it legacy; anything else is a version nobody serves.
/// </summary>
internal static class HttpEra
{
    public static Problem? Of(McpMessage message, McpHeaders headers, out McpEra era)
    {
        era = McpEra.Modern;
        if (message.MetaVersion is { } version)
        {
            if (headers.VersionMustEqual(version) is { } disagreement)
            {
                return disagreement;
            }

            // Before the other headers: what a version that nobody here knows asks of them, nobody here can judge.
            if (!string.Equals(version, McpVersions.Modern, StringComparison.Ordinal))
            {
                return new UnsupportedVersion(version);
            }

            if (headers.MustEqual(message) is { } mismatch)
            {
                return mismatch;
            }

            return message.HasMetaCapabilities || message.IsNotification
                ? null
                : new Problem(ProblemCode.MissingMetadata, "params._meta[\"io.modelcontextprotocol/clientCapabilities\"] is missing.");
        }

        if (headers.Version is null || McpVersions.IsLegacy(headers.Version) || string.Equals(message.Method, "initialize", StringComparison.Ordinal))
        {
            era = McpEra.Legacy;
            return headers.MustNotContradict(message);
        }

        if (!string.Equals(headers.Version, McpVersions.Modern, StringComparison.Ordinal))
        {
            return new UnsupportedVersion(headers.Version);
        }

        return message.IsNotification
            ? null
            : new Problem(ProblemCode.MissingMetadata, "params._meta[\"io.modelcontextprotocol/protocolVersion\"] is missing.");
    }
}
