using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.Security;

/// <summary>The request line's target where it is a whole URL (RFC 9112, section 3.2.2). The server compares its host with the Host header.</summary>
internal static class RequestTarget
{
    /// <summary>RFC 9110, section 4.2.4: a user in a target is deprecated and hides the host from people; nobody honest sends one.</summary>
    public static bool NamesUser(HttpContext http)
    {
        var target = (http.Features.Get<IHttpRequestFeature>()?.RawTarget).AsSpan();
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        if (target.StartsWith('/') || authority < 0)
        {
            return false;
        }

        var rest = target[(authority + 3)..];
        var end = rest.IndexOfAny('/', '?');
        return (end < 0 ? rest : rest[..end]).Contains('@');
    }
}
