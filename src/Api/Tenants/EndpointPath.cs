using Platform.Abstractions.Tenants;
using Platform.Api.Security;

namespace Platform.Api.Tenants;

/// <summary>What a path of the data listener asks for.</summary>
internal enum Surface
{
    /// <summary>Nothing that is there.</summary>
    None = 0,
    Endpoint = 1,

    /// <summary>RFC 9728 metadata of an endpoint.</summary>
    Metadata = 2,
    Health = 3,

    /// <summary>The public keys of the tenant's tokens (RFC 7517, section 5).</summary>
    KeySet = 4,

    /// <summary>A tenant's authorization server.</summary>
    OAuth = 5,

    /// <summary>Whom people tell of a weakness (RFC 9116).</summary>
    SecurityText = 6,
}

/// <summary>A path, read. Exact: no other case, no trailing slash.</summary>
/// <param name="Surface">What is asked for.</param>
/// <param name="Kind">Of the endpoint, or of the endpoint whose metadata are asked for.</param>
/// <param name="Slug">The tenant that the path names; null where only the host can name one.</param>
/// <param name="Page">What of the authorization server.</param>
internal readonly record struct EndpointPath(Surface Surface, EndpointKind Kind, string? Slug, OAuthPage Page = OAuthPage.None)
{
    private const string ByPath = "/t/";
    private const string Mcp = "/mcp";
    private const string WebSocket = "/ws";
    private const string Ticket = "/ws-ticket";
    private const string KeySet = "/oauth/jwks";

    public static EndpointPath Read(string path)
    {
        if (path == "/health/live")
        {
            return new EndpointPath(Surface.Health, EndpointKind.None, null);
        }

        if (path == SecurityText.Path)
        {
            return new EndpointPath(Surface.SecurityText, EndpointKind.None, null);
        }

        if (!path.StartsWith(McpEndpoint.WellKnown, StringComparison.Ordinal))
        {
            var endpoint = path.EndsWith(KeySet, StringComparison.Ordinal) ? ReadKeySet(path.AsSpan()[..^KeySet.Length]) : Read(path, Surface.Endpoint);
            return endpoint.Surface == Surface.None && OAuthPaths.Read(path) is { Page: not OAuthPage.None } oauth
                ? new EndpointPath(Surface.OAuth, EndpointKind.None, oauth.Slug, oauth.Page)
                : endpoint;
        }

        // RFC 9728, section 3.1: the resource's path follows. A host with one resource answers without it too.
        return path.Length == McpEndpoint.WellKnown.Length
            ? new EndpointPath(Surface.Metadata, EndpointKind.Mcp, null)
            : Read(path.AsSpan(McpEndpoint.WellKnown.Length), Surface.Metadata);
    }

    private static EndpointPath ReadKeySet(ReadOnlySpan<char> before)
    {
        if (before.Length == 0)
        {
            return new EndpointPath(Surface.KeySet, EndpointKind.None, null);
        }

        return before.StartsWith(ByPath, StringComparison.Ordinal) && TenantSlug.IsValid(before[ByPath.Length..])
            ? new EndpointPath(Surface.KeySet, EndpointKind.None, before[ByPath.Length..].ToString())
            : default;
    }

    private static EndpointPath Read(ReadOnlySpan<char> path, Surface surface)
    {
        var (kind, end) = path.EndsWith(Mcp, StringComparison.Ordinal) ? (EndpointKind.Mcp, Mcp)
            : path.EndsWith(WebSocket, StringComparison.Ordinal) ? (EndpointKind.WebSocket, WebSocket)
            : path.EndsWith(Ticket, StringComparison.Ordinal) ? (EndpointKind.WebSocketTicket, Ticket)
            : (EndpointKind.None, "");
        if (kind == EndpointKind.None || (kind == EndpointKind.WebSocketTicket && surface == Surface.Metadata))
        {
            return default;
        }

        var before = path[..^end.Length];
        if (before.Length == 0)
        {
            return new EndpointPath(surface, kind, null);
        }

        return before.StartsWith(ByPath, StringComparison.Ordinal) && TenantSlug.IsValid(before[ByPath.Length..])
            ? new EndpointPath(surface, kind, before[ByPath.Length..].ToString())
            : default;
    }
}
