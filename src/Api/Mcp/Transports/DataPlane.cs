using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tokens;
using Platform.Api.OAuth.Server;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.SigningKeys;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// Everything the data listener serves, by host and path. It ends every request: nothing of the management listener can be reached from here. Who may ask is the transports'
/// business; this says whose endpoint was named, and answers what browsers ask beforehand (TR-7).
/// </summary>
internal sealed partial class DataPlane(
    StreamableHttp mcp,
    WebSocketEndpoint sockets,
    AuthorizationServer oauth,
    HostDirectory hosts,
    TenantCache tenants,
    KeySetDocument keySet,
    SecurityText contact,
    ProxyHeaders proxies,
    RefusalLimiter refusals,
    IOptions<ApiOptions> options,
    ILogger<DataPlane> logger)
{
    public Task HandleAsync(HttpContext http)
    {
        var path = EndpointPath.Read(http.Request.Path.Value ?? "");
        if (path.Surface == Surface.None)
        {
            return NotFound(http);
        }

        if (RequestTarget.NamesUser(http))
        {
            return ServeAsync(http, path, default, Problem.InvalidRequest("The request target must not name a user."));
        }

        if (!proxies.Read(http).Try(out var host, out var unclear))
        {
            return ServeAsync(http, path, default, unclear);
        }

        var owner = hosts.OwnerOfAsync(host);
        return owner.IsCompletedSuccessfully ? ServeAsync(http, path, owner.Result, null) : ServeLaterAsync(http, path, owner);
    }

    private async Task ServeLaterAsync(HttpContext http, EndpointPath path, ValueTask<HostOwner> asking)
    {
        HostOwner owner = default;
        Problem? refusal = null;
        try
        {
            owner = await asking;
        }
        catch (Exception failure)
        {
            Log.HostsUnknown(logger, failure);
            refusal = new Problem(ProblemCode.Unavailable, "The host names could not be looked up.");
        }

        await ServeAsync(http, path, owner, refusal);
    }

    private Task ServeAsync(HttpContext http, EndpointPath path, HostOwner owner, Problem? refusal)
    {
        refusal ??= owner.Kind == HostOwnerKind.Foreign ? new Problem(ProblemCode.HostDenied, "This host name is not served here.") : null;
        if (path.Surface == Surface.Health)
        {
            return owner.Kind == HostOwnerKind.Platform && HttpMethods.IsGet(http.Request.Method) ? AliveAsync(http) : NotFound(http);
        }

        // Tenants' own hosts are served by this platform too: whoever finds a weakness there tells its operators.
        if (path.Surface == Surface.SecurityText)
        {
            return refusal is null && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) ? contact.WriteAsync(http) : NotFound(http);
        }

        // One issuer per tenant, at the platform's own hosts.
        if (path.Surface == Surface.OAuth)
        {
            return refusal is null && owner.Kind == HostOwnerKind.Platform ? oauth.HandleAsync(http, path.Slug!, path.Page) : NotFound(http);
        }

        // The platform's hosts serve tenants by path and nothing else; a tenant's host serves that tenant and nobody else's path.
        var slug = owner.Kind == HostOwnerKind.Tenant ? owner.Slug : path.Slug;
        if ((owner.Kind == HostOwnerKind.Platform && path.Slug is null) || (owner.Kind == HostOwnerKind.Tenant && path.Slug is not null))
        {
            return NotFound(http);
        }

        var endpoint = new McpEndpoint(path.Kind, slug ?? "", owner.Site ?? options.Value.DataUrl, owner.Kind == HostOwnerKind.Tenant) { Refusal = refusal };
        return path.Surface == Surface.Endpoint ? EndpointAsync(http, endpoint) : MetadataAsync(http, endpoint, path.Surface);
    }

    private Task EndpointAsync(HttpContext http, McpEndpoint endpoint)
    {
        // A handshake is no CORS request; the transport judges its Origin before the upgrade.
        if (endpoint.Kind == EndpointKind.WebSocket)
        {
            return sockets.HandleAsync(http, endpoint);
        }

        http.Response.Headers.Vary = "Origin";
        return endpoint.Refusal is null && http.Request.Headers.Origin.Count > 0 ? BrowserAsync(http, endpoint) : TransportAsync(http, endpoint);
    }

    private Task TransportAsync(HttpContext http, McpEndpoint endpoint) => endpoint.Kind switch
    {
        EndpointKind.Mcp => mcp.HandleAsync(http, endpoint),
        EndpointKind.WebSocketTicket => sockets.IssueTicketAsync(http, endpoint),
        _ => NotFound(http),
    };

    /// <summary>A request with an Origin. What is refused is answered, bounded and audited by the transport, without a header for the page to read.</summary>
    private async Task BrowserAsync(HttpContext http, McpEndpoint endpoint)
    {
        if (await MatchAsync(http, endpoint) is not { } origin)
        {
            await TransportAsync(http, endpoint);
            return;
        }

        if (!CorsPolicy.IsPreflight(http.Request))
        {
            CorsPolicy.Allow(http.Response.Headers, origin);
            await TransportAsync(http, endpoint);
            return;
        }

        // A preflight carries no credential by design, so it is bounded as everything anonymous is.
        if (!refusals.TryTake(http.Connection.RemoteIpAddress))
        {
            await TransportAsync(http, endpoint with { Refusal = Problem.RateLimited(TimeSpan.FromSeconds(1)) });
        }
        else if (!CorsPolicy.TryAnswer(http, origin, CorsPolicy.EndpointMethods))
        {
            await TransportAsync(http, endpoint with { Refusal = new Problem(ProblemCode.OriginDenied, "This HTTP method is not served to browsers.") });
        }
    }

    /// <summary>Public by design, so it is refused to nobody on our hosts; only pages of an allowed origin are let read it.</summary>
    private async Task MetadataAsync(HttpContext http, McpEndpoint endpoint, Surface surface)
    {
        var preflight = CorsPolicy.IsPreflight(http.Request);
        if (endpoint.Refusal is not null || !(preflight || HttpMethods.IsGet(http.Request.Method)))
        {
            await NotFound(http);
            return;
        }

        http.Response.Headers.Vary = "Origin";
        var origin = http.Request.Headers.Origin.Count == 0 ? null : await MatchAsync(http, endpoint);
        if (preflight)
        {
            if (origin is null || !refusals.TryTake(http.Connection.RemoteIpAddress) || !CorsPolicy.TryAnswer(http, origin, CorsPolicy.MetadataMethods))
            {
                await NotFound(http);
            }

            return;
        }

        if (origin is not null)
        {
            CorsPolicy.Allow(http.Response.Headers, origin);
        }

        await (surface == Surface.KeySet
            ? keySet.WriteAsync(http, endpoint.Slug)
            : ProtectedResourceMetadata.WriteAsync(http, endpoint, AccessTokenRules.Issuer(options.Value.DataUrl, endpoint.Slug)));
    }

    /// <summary>The request's origin, when the tenant allows it.</summary>
    private async ValueTask<string?> MatchAsync(HttpContext http, McpEndpoint endpoint)
    {
        try
        {
            return (await tenants.FindAsync(endpoint.Slug)).Try(out var tenant, out _) ? CorsPolicy.Match(http.Request.Headers.Origin, tenant.AllowedOrigins) : null;
        }
        catch (Exception failure)
        {
            // The transport meets the same failure and answers for it; here it only means that no page may read the answer.
            Log.OriginsUnknown(logger, failure);
            return null;
        }
    }

    private static Task AliveAsync(HttpContext http)
    {
        SecurityHeaders.Api(http.Response.Headers);
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync("ok", http.RequestAborted);
    }

    private static Task NotFound(HttpContext http)
    {
        SecurityHeaders.Api(http.Response.Headers);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "HostLookupFailed", Level = LogLevel.Error, Message = "The table of host names could not be read.")]
        public static partial void HostsUnknown(ILogger logger, Exception failure);

        [LoggerMessage(EventId = 2, EventName = "OriginLookupFailed", Level = LogLevel.Error, Message = "The origins that a tenant allows could not be read.")]
        public static partial void OriginsUnknown(ILogger logger, Exception failure);
    }
}
