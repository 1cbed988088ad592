using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Admin.Session;

namespace Platform.Admin.Security;

/// <summary>The console's own 404 page, for browsers only: programs that ask the other surfaces of this listener get those surfaces' answers.</summary>
internal static class ConsoleNotFound
{
    private static readonly string[] Foreign = ["v1", "health", "metrics", "t", "openapi", "docs", "oauth", "ops", ".well-known", "_framework"];

    public static IEndpointConventionBuilder MapConsoleNotFound(this IEndpointRouteBuilder endpoints)
    {
        var route = endpoints.MapGet("/{**path}", ConsoleGate.ShowNothingAsync)
            .WithMetadata(new ConsoleEndpoint(), new PageRequestsOnly())
            .RequireAuthorization(ConsoleCookie.Policy);
        route.Add(static builder => ((RouteEndpointBuilder)builder).Order = int.MaxValue);
        return route;
    }

    internal static bool IsPageRequest(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !Foreign.Any(prefix => request.Path.StartsWithSegments("/" + prefix, StringComparison.OrdinalIgnoreCase));
}
