using Platform.Abstractions.Problems;

namespace Platform.Api.Tenants;

/// <summary>By which transport an endpoint is reached.</summary>
internal enum EndpointKind
{
    /// <summary>Unknown: serves nothing.</summary>
    None = 0,

    /// <summary>Streamable HTTP.</summary>
    Mcp = 1,

    WebSocket = 2,

    /// <summary>Tickets for browsers' WebSockets.</summary>
    WebSocketTicket = 3,
}

/// <summary>
/// A tenant's endpoint as a request named it: by its path on the platform's hosts, or by a host that is the tenant's own. Its URLs are built from the configuration and
/// the directory, never from the text of a Host header.
/// </summary>
/// <param name="Kind">The transport.</param>
/// <param name="Slug">Whose it is said to be; whether there is such a tenant is not asked here.</param>
/// <param name="Site">Scheme, host and port, without a trailing slash.</param>
/// <param name="IsOwnHost">True on a host that serves this tenant only.</param>
internal sealed record McpEndpoint(EndpointKind Kind, string Slug, string Site, bool IsOwnHost)
{
    /// <summary>Where RFC 9728 metadata begin; the endpoint's own path follows.</summary>
    public const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>The canonical URI of the protected resource, whichever transport reaches it: what a token's audience names (RFC 8707).</summary>
    public string Resource => Site + Path;

    /// <summary>The URL of the resource's metadata.</summary>
    public string Metadata => Site + WellKnown + Path;

    /// <summary>Why nothing is served, decided before a transport saw the request; the transport answers and audits it.</summary>
    public Problem? Refusal { get; init; }

    private string Path => IsOwnHost ? "/mcp" : $"/t/{Slug}/mcp";
}
