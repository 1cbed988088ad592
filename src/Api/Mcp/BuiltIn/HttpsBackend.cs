using System.Net;
using System.Text;
using System.Text.Unicode;
using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Outbound;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Pages of the https hosts that a tenant lists (IN-4), as they are now: nothing is kept, and nothing is listed.</summary>
internal sealed class HttpsBackend(TenantGrains grains, ResourceFetcher fetcher) : IMcpBackend
{
    private const string Template = "https://{+base}/{+path}";

    public IReadOnlyList<TemplateDefinition> Templates { get; } =
        [new(Template, "https", "Web page", "A page of a host that this tenant allows. Completion of base names the hosts, each with the path that its pages lie below.")];

    public bool Serves(TenantView tenant) => true;

    public string? NameOf(string uri) => TryRead(uri, out var known) ? known.Target : null;

    public async ValueTask<Result<McpResult>> ReadResourceAsync(BackendCall call, CancellationToken cancel)
    {
        var tenant = call.Request.Tenant.Id;

        // A host that is not listed, and a path that it is not listed with, are not there: whoever asks cannot tell them from pages that do not exist.
        if (!TryRead(call.Name, out var uri)
            || !(await grains.For(tenant).The<IHttpsHostBookGrain>().GetAsync(HttpsHostRules.HostOf(uri))).Try(out var entry, out _)
            || !HttpsHostRules.Covers(entry, uri)
            || !TryAddress(uri, out var url))
        {
            return Problem.ResourceNotFound();
        }

        if (!(await fetcher.GetAsync(tenant, url, entry.ContentTypes, entry.MaxBytes, cancel)).Try(out var answer, out var refused))
        {
            return refused;
        }

        return answer.Status switch
        {
            HttpStatusCode.OK => new ResourceResult(BodyOf(uri, answer)),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => Problem.ResourceNotFound(),
            _ => new Problem(ProblemCode.UpstreamFailed, "The host did not answer with a page. Redirects are not followed."),
        };
    }

    public async ValueTask<Completion> CompleteAsync(McpRequest request, CompletionQuery query, CancellationToken cancel)
    {
        if (query is not { Template: Template, Argument: "base" })
        {
            return Completion.None;
        }

        var hosts = await grains.For(request.Tenant.Id).The<IHttpsHostBookGrain>().ListAsync();
        return new Completion(
            [.. hosts.Where(entry => request.Caller.Permissions.AllowsSome(HttpsHostRules.ReadOf(entry))).Select(HttpsHostRules.BaseOf).Where(proposal => proposal.StartsWith(query.Value, StringComparison.Ordinal))],
            HasMore: false);
    }

    private static bool TryRead(string uri, out ResourceUri known) => ResourceUri.TryParse(uri, out known) && string.Equals(known.Scheme, "https", StringComparison.Ordinal);

    // What the client library would write differently was judged as something else than what would be asked for.
    private static bool TryAddress(ResourceUri uri, out Uri url) =>
        Uri.TryCreate(uri.ToString(), UriKind.Absolute, out url!) && string.Equals(url.AbsoluteUri, uri.ToString(), StringComparison.Ordinal);

    private static ResourceBody BodyOf(ResourceUri uri, OutboundAnswer answer)
    {
        var type = answer.Type!.MediaType!.ToLowerInvariant();
        return IsText(type) && answer.Type.CharSet?.Trim('"').ToUpperInvariant() is null or "UTF-8" or "US-ASCII" && Utf8.IsValid(answer.Body.Span)
            ? new ResourceBody(uri.ToString(), type, SafeText.Of(Encoding.UTF8.GetString(answer.Body.Span)))
            : new ResourceBody(uri.ToString(), type, null, answer.Body);
    }

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/xml" || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal);
}
