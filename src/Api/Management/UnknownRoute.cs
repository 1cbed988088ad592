using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>What somebody who may ask hears of an address or a method that there is not.</summary>
internal static class UnknownRoute
{
    /// <summary>The endpoint that routing puts in the place of those that know the address by other methods; it has no type of its own.</summary>
    private const string WrongMethod = "405 HTTP Method Not Supported";

    public static async ValueTask<Problem> TellAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not { DisplayName: WrongMethod, RequestDelegate: { } allow })
        {
            return Problem.NotFound("route");
        }

        // It names the methods in Allow (RFC 9110, section 15.5.6), and writes no body.
        await allow(http);
        return new Problem(ProblemCode.MethodNotAllowed, $"This address knows {http.Response.Headers.Allow}.");
    }
}
