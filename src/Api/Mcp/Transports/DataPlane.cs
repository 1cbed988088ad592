using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Tenants;
using Platform.Api.Security;

namespace Platform.Api.Mcp.Transports;

/// <summary>Everything the data listener serves. It ends every request: nothing of the management listener can be reached from here.</summary>
internal sealed class DataPlane(StreamableHttp mcp, WebSocketEndpoint webSockets, IOptions<ApiOptions> options)
{
    public Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (TryReadEndpoint(path, out var slug))
        {
            return mcp.HandleAsync(http, slug);
        }

        if (TryReadEndpoint(path, out slug, "/ws"))
        {
            return webSockets.HandleAsync(http, slug);
        }

        if (TryReadEndpoint(path, out slug, "/ws-ticket"))
        {
            return webSockets.IssueTicketAsync(http, slug);
        }

        if (HttpMethods.IsGet(http.Request.Method) && HostGuard.IsAllowed(http.Request.Headers.Host, options.Value))
        {
            if (path.StartsWith(ProtectedResourceMetadata.Prefix, StringComparison.Ordinal)
                && TryReadEndpoint(path[ProtectedResourceMetadata.Prefix.Length..], out slug))
            {
                return ProtectedResourceMetadata.WriteAsync(http, options.Value, slug);
            }

            if (path == "/health/live")
            {
                SecurityHeaders.Api(http.Response.Headers);
                http.Response.ContentType = "text/plain";
                return http.Response.WriteAsync("ok", http.RequestAborted);
            }
        }

        SecurityHeaders.Api(http.Response.Headers);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static bool TryReadEndpoint(string path, out string slug, string end = "/mcp")
    {
        slug = "";
        if (!path.StartsWith("/t/", StringComparison.Ordinal) || !path.EndsWith(end, StringComparison.Ordinal) || path.Length < 4 + end.Length)
        {
            return false;
        }

        var name = path.AsSpan(3, path.Length - 3 - end.Length);
        if (!TenantSlug.IsValid(name))
        {
            return false;
        }

        slug = name.ToString();
        return true;
    }
}
