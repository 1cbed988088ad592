using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;

namespace Platform.Api.Files;

/// <summary>
/// The file that a route names, read from the request line as it was sent: the server has decoded, and folded dot segments of, what routing sees, and a path is decoded once (IN-3).
/// </summary>
internal static class FileRoute
{
    /// <summary>Of <c>/v1/tenants/{tenant}/resources/files/</c>: the path follows the sixth.</summary>
    private const int Slashes = 6;

    /// <summary>What the permission is asked for.</summary>
    public static Result<string> Target(HttpContext http) => PathOf(http).Try(out var path, out var refused) ? path.ToString() : refused;

    public static Result<FilePath> PathOf(HttpContext http)
    {
        var target = (http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").AsSpan();
        var query = target.IndexOf('?');
        if (query >= 0)
        {
            target = target[..query];
        }

        var authority = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        target = authority < 0 ? target : target[(authority + 3)..];
        for (var slash = 0; slash < Slashes; slash++)
        {
            var at = target.IndexOf('/');
            if (at < 0)
            {
                return Refused();
            }

            target = target[(at + 1)..];
        }

        // Routing must have seen the same file, or the request line was folded into the route that it took.
        return FilePath.TryParseEncoded(target.ToString(), out var path) && string.Equals(http.Request.RouteValues["path"] as string, path.ToString(), StringComparison.Ordinal)
            ? path
            : Refused();
    }

    private static Problem Refused() => Problem.InvalidParams("This is not the path of a file: segments without dots alone, outer spaces, separators or controls, at most 32 of 255 bytes.");
}
