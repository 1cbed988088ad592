using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.OAuth.Clients;

/// <summary>
/// The client that a path names. The id of one that described itself is a URL, whose slashes come escaped; the server leaves <c>%2F</c> in a path as it is and unescapes <c>%25</c>, so that of the
/// route's value alone nobody can tell what was meant. Minimal APIs bind it as a parameter.
/// </summary>
internal sealed record ClientInPath(string Id)
{
    public static ValueTask<ClientInPath?> BindAsync(HttpContext http)
    {
        var routed = http.Request.RouteValues["client"] as string ?? "";
        return ValueTask.FromResult<ClientInPath?>(new ClientInPath(routed.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? AsSent(http, routed) : routed));
    }

    /// <summary>It is the last segment of its routes. What the server takes away, a slash at the end and segments of dots, is no id.</summary>
    private static string AsSent(HttpContext http, string routed)
    {
        var last = Uri.UnescapeDataString(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimEnd('/').Split('/')[^1]);
        return last is "" or "." or ".." ? routed : last;
    }
}
