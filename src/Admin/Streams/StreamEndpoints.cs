using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;
using Platform.Admin.Security;
using Platform.Admin.Session;

namespace Platform.Admin.Streams;

/// <summary>Files and the live tail, from REST through the console's own origin. All are GET and change nothing.</summary>
internal static class StreamEndpoints
{
    private static readonly string[] Searched = ["from", "to", "class", "action", "outcome", "principal", "correlation", "order", "format"];
    private static readonly string[] Followed = ["class", "action", "outcome", "principal"];

    public static IEndpointConventionBuilder[] MapStreams(this IEndpointRouteBuilder endpoints) =>
    [
        Map(endpoints, "/tenants/{slug}/audit/export", (string slug, HttpRequest request) => Export(slug, request)),
        Map(endpoints, "/audit/export", (HttpRequest request) => Export("_sys", request)),
        Map(endpoints, "/tenants/{slug}/audit/live/events", (string slug, HttpRequest request) => Tail(slug, request)),
        Map(endpoints, "/audit/live/events", (HttpRequest request) => Tail("_sys", request)),
    ];

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints, string route, Delegate handler) =>
        endpoints.MapGet(route, handler).WithMetadata(new ConsoleEndpoint()).RequireAuthorization(ConsoleCookie.Policy);

    private static IResult Export(string slug, HttpRequest request) =>
        Of(slug, trail => new HandedOn(management => management.OpenAsync(HttpMethod.Get, $"v1/tenants/{trail}/audit-events:export{Query(request, Searched)}&count=10000")));

    private static IResult Tail(string slug, HttpRequest request) =>
        Of(slug, trail => new HandedOn(management => management.OpenAsync(HttpMethod.Get, $"v1/tenants/{trail}/audit-events:stream{Query(request, Followed)}", prepare: headers =>
        {
            if (request.Headers["Last-Event-ID"] is [{ } last] && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                headers.Add("Last-Event-ID", sequence.ToString(CultureInfo.InvariantCulture));
            }
        }), live: true));

    /// <summary>The slug becomes part of a path: what cannot be one names nothing, and is not sent.</summary>
    private static IResult Of(string slug, Func<string, IResult> answer) =>
        TenantSlug.IsValid(slug) || string.Equals(slug, "_sys", StringComparison.Ordinal) ? answer(slug) : new Missing();

    private static string Query(HttpRequest request, string[] names) =>
        "?" + string.Join('&', names.Where(name => !string.IsNullOrEmpty(request.Query[name])).Select(name => $"{name}={Uri.EscapeDataString(request.Query[name].ToString())}"));

    private sealed class Missing : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            ConsoleGate.ShowAsync(httpContext, StatusCodes.Status404NotFound, "There is no such page", "The address may be mistyped, or what it named is gone.");
    }
}
