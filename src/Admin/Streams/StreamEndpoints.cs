using System.Globalization;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Files;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Admin.Components.Pages.Resources;
using Platform.Admin.Management;
using Platform.Admin.Security;
using Platform.Admin.Session;

namespace Platform.Admin.Streams;

/// <summary>Files and the live tail, from REST through the console's own origin. GET changes nothing; what is noted somewhere is a POST with the form's token.</summary>
internal static class StreamEndpoints
{
    private const long MaxFormBytes = 64 * 1024;

    private static readonly string[] Searched = ["from", "to", "class", "action", "outcome", "principal", "correlation", "format"];
    private static readonly string[] Followed = ["class", "action", "outcome", "principal"];

    public static IEndpointConventionBuilder[] MapStreams(this IEndpointRouteBuilder endpoints) =>
    [
        Map(endpoints, "/tenants/{slug}/audit/export", (string slug, HttpRequest request) => Export(slug, request)),
        Map(endpoints, "/audit/export", (HttpRequest request) => Export("_sys", request)),
        Map(endpoints, "/tenants/{slug}/audit/live/events", (string slug, HttpRequest request) => Tail(slug, request)),
        Map(endpoints, "/audit/live/events", (HttpRequest request) => Tail("_sys", request)),
        Post(endpoints, "/tenants/{slug}/incidents/{id}/evidence", (string slug, string id) => Evidence(slug, id)),
        Post(endpoints, "/incidents/{id}/evidence", (string id) => Evidence(null, id)),
        Map(endpoints, "/tenants/{slug}/resources/memory/{key}/value", MemoryValue),
        Map(endpoints, "/tenants/{slug}/resources/files/download", FileContent),
        FileUpload.Map(endpoints),
    ];

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints, string route, Delegate handler) =>
        endpoints.MapGet(route, handler).WithMetadata(new ConsoleEndpoint()).RequireAuthorization(ConsoleCookie.Policy);

    private static RouteHandlerBuilder Post(IEndpointRouteBuilder endpoints, string route, Delegate handler) =>
        endpoints.MapPost(route, handler).WithMetadata(new ConsoleEndpoint(), new RequestSizeLimitAttribute(MaxFormBytes), new RequireAntiforgeryTokenAttribute(), new FormPage()).RequireAuthorization(ConsoleCookie.Policy);

    private static IResult Evidence(string? slug, string id) => !IncidentId.IsValid(id) ? new Missing() : Of(slug ?? "_sys", _ => new HandedOn(management =>
        management.OpenAsync(HttpMethod.Post, (slug is null ? "v1/platform" : $"v1/tenants/{slug}") + $"/incidents/{id}:exportEvidence", JsonContent.Create(new ExportEvidence()))));

    private static IResult MemoryValue(string slug, string key) => !MemoryKey.IsValid(key) ? new Missing() : Of(slug, tenant => new HandedOn(management =>
        management.OpenAsync(HttpMethod.Get, $"v1/tenants/{tenant}/resources/memory/{key}")));

    private static IResult FileContent(string slug, string? path) => !FilePath.TryParse(path, out var file) ? new Missing() : Of(slug, tenant => new HandedOn(management =>
        management.OpenAsync(HttpMethod.Get, ResourceCalls.FileAddress(tenant, file))));

    private static IResult Export(string slug, HttpRequest request) =>
        Of(slug, trail => new HandedOn(management => management.OpenAsync(HttpMethod.Get, $"v1/tenants/{trail}/audit-events:export{Query(request, Searched)}&count=10000{(request.Query["order"] == "oldest" ? "&orderBy=sequence" : "")}")));

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
        public Task ExecuteAsync(HttpContext httpContext) => ConsoleGate.ShowNothingAsync(httpContext);
    }
}
