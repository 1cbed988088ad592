using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Platform.Api.Security;

/// <summary>
/// What browsers of an allowed origin may do with an endpoint (TR-7). Denies by default: without an exact match no header is sent. Never <c>*</c>, and never credentials, which an endpoint
/// does not take from a browser's own store.
/// </summary>
internal static class CorsPolicy
{
    public const string EndpointMethods = "POST, GET, DELETE";
    public const string MetadataMethods = "GET";

    private const string RequestMethod = "Access-Control-Request-Method";
    private const string RequestHeaders = "Access-Control-Request-Headers";
    private const string Exposed = "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy";
    private const string Headers = "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID";
    private const string ParameterPrefix = "Mcp-Param-";
    private const string MaxAge = "600";
    private const int MaxName = 128;
    private const int MaxParameters = 32;
    private const int MaxRequested = 4096;

    // RFC 9110, section 5.6.2.
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Fetch standard, CORS-preflight request: OPTIONS with an origin and the method to come.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.ContainsKey(RequestMethod);

    /// <summary>The origin when it is one, and equal to an allowed one byte for byte; null otherwise.</summary>
    public static string? Match(StringValues origin, string[] allowed) => origin is [{ } one] && Array.IndexOf(allowed, one) >= 0 ? one : null;

    /// <summary>Lets a page of this origin read the answer.</summary>
    public static void Allow(IHeaderDictionary response, string origin)
    {
        response.AccessControlAllowOrigin = origin;
        response.AccessControlExposeHeaders = Exposed;
    }

    /// <summary>Answers a preflight of an allowed origin with 204; false, and nothing is written, when the method to come is not one that is served.</summary>
    public static bool TryAnswer(HttpContext http, string origin, string methods)
    {
        if (http.Request.Headers[RequestMethod] is not [{ } method] || !methods.Split(", ").Contains(method, StringComparer.Ordinal))
        {
            return false;
        }

        var headers = http.Response.Headers;
        SecurityHeaders.Api(headers);
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowMethods = methods;
        headers.AccessControlAllowHeaders = AllowedHeaders(http.Request.Headers[RequestHeaders]);
        headers.AccessControlMaxAge = MaxAge;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    /// <summary>The headers of MCP, and those requested that carry a tool's parameter: their names are the tool's own. Others are not repeated, so a browser refuses to send them.</summary>
    private static string AllowedHeaders(StringValues requested)
    {
        if (requested is not [{ Length: <= MaxRequested } list] || !list.Contains(ParameterPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return Headers;
        }

        var allowed = new StringBuilder(Headers);
        var count = 0;
        foreach (var part in list.AsSpan().Split(','))
        {
            var name = list.AsSpan()[part].Trim();
            if (IsParameter(name) && ++count <= MaxParameters)
            {
                allowed.Append(", ").Append(name);
            }
        }

        return allowed.ToString();
    }

    private static bool IsParameter(ReadOnlySpan<char> name) =>
        name.Length > ParameterPrefix.Length && name.Length <= MaxName && name.StartsWith(ParameterPrefix, StringComparison.OrdinalIgnoreCase) && !name.ContainsAnyExcept(Token);
}
