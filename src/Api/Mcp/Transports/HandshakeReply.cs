using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Transports;

/// <summary>What a handshake or a ticket is answered with when there is none: the status and the body that <c>/mcp</c> gives too.</summary>
internal static class HandshakeReply
{
    public static async Task WriteAsync(HttpContext http, McpEndpoint endpoint, Problem problem, string correlation, string allow)
    {
        using var reply = McpReply.Refusal(default, problem, McpEra.Modern, correlation);
        var response = http.Response;
        SecurityHeaders.Api(response.Headers);
        response.StatusCode = problem is UpgradeRequired ? StatusCodes.Status426UpgradeRequired : reply.Status;
        switch (problem)
        {
            case UpgradeRequired:
                response.Headers.Upgrade = "websocket";
                response.Headers.Connection = "Upgrade";
                response.Headers.SecWebSocketVersion = "13";
                break;
            case { Code: ProblemCode.Unauthenticated }:
                response.Headers.WWWAuthenticate = ProtectedResourceMetadata.Challenge(endpoint);
                break;
            case { Code: ProblemCode.MethodNotAllowed }:
                response.Headers.Allow = allow;
                break;
            case { RetryAfter: not null } passing:
                RateFields.Refuse(response.Headers, passing);
                break;
        }

        response.ContentType = "application/json";
        response.ContentLength = reply.Body!.Length;
        await response.BodyWriter.WriteAsync(reply.Body.Written, http.RequestAborted);
    }
}
