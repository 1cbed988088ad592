using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Security;
using Platform.Api.Telemetry;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Transports;

/// <summary>426: RFC 6455, 4.2.2, and RFC 9110, 15.5.22.</summary>
internal sealed record UpgradeRequired() : Problem(ProblemCode.InvalidRequest, "This endpoint is a WebSocket of version 13 with the subprotocol mcp.");

/// <summary>Whoever may open a connection, or have a ticket for one.</summary>
/// <param name="Admission">Tenant and caller, with one permit taken.</param>
/// <param name="Credential">As it was presented, to be judged again as long as the connection is open.</param>
/// <param name="Origin">Of a browser's page; null for other clients.</param>
internal sealed record AdmittedHandshake(McpGate.Admission Admission, Credential Credential, string? Origin);

/// <summary>
/// Everything that is decided before a connection is a WebSocket (TR-10), in the order of docs/architecture.md: Host, Origin, a credential in the URL, method
/// and handshake, tenant, authentication, audience, flat rate.
/// </summary>
internal sealed class HandshakeChecks(McpGate gate, SocketTickets tickets)
{
    public const string Protocol = "mcp";
    public const string TicketPrefix = "mcp-ticket.";

    private static readonly string[] CredentialNames = ["access_token", "token", "key", "api_key", "apikey", "bearer", "authorization", "ticket"];
    private static readonly string[] CredentialMarks = ["mcpk_", "mcpm_", "mcps_", "boot_"];

    /// <summary>For the handshake itself.</summary>
    public ValueTask<Result<AdmittedHandshake>> AdmitSocketAsync(HttpContext http, McpEndpoint endpoint, AuditEntry entry, Activity? activity) =>
        AdmitAsync(http, endpoint, entry, activity, isSocket: true);

    /// <summary>For a ticket: a POST by who could open the connection itself, on behalf of a page.</summary>
    public async ValueTask<Result<AdmittedHandshake>> AdmitTicketAsync(HttpContext http, McpEndpoint endpoint, AuditEntry entry, Activity? activity)
    {
        var admitted = await AdmitAsync(http, endpoint, entry, activity, isSocket: false);
        return admitted.Problem is null && http.Request.Headers.Origin.Count == 0
            ? Problem.InvalidRequest("Send the Origin of the page that will use the ticket.")
            : admitted;
    }

    private async ValueTask<Result<AdmittedHandshake>> AdmitAsync(HttpContext http, McpEndpoint endpoint, AuditEntry entry, Activity? activity, bool isSocket)
    {
        var request = http.Request;
        if (endpoint.Refusal is { } misaddressed)
        {
            return Refused("host", misaddressed);
        }

        // The tenant's own list decides about origins, so it is looked up first; what is refused first is still the origin.
        var found = (await gate.FindTenantAsync(endpoint.Slug)).Try(out var tenant, out var unknown);
        if (found)
        {
            entry.Tenant = tenant!.Id;
        }

        // A handshake is no CORS request: without this check every page could open a connection (TR-5).
        if (!OriginGuard.IsAllowed(request.Headers.Origin, found ? tenant!.AllowedOrigins : []))
        {
            return Refused("origin", new Problem(ProblemCode.OriginDenied, "This origin is not allowed."));
        }

        // MCP, Authorization: tokens MUST NOT be in the query string. One that is there is known to proxies and logs: it is refused even beside a good one.
        if (HasCredential(request.Query))
        {
            return Refused("authenticate", Problem.Unauthenticated());
        }

        if ((isSocket ? Handshake(http) : HttpMethods.IsPost(request.Method) ? null : new Problem(ProblemCode.MethodNotAllowed, "Send a POST.")) is { } unsuitable)
        {
            return Refused("method", unsuitable);
        }

        if (!found)
        {
            return Refused("tenant", unknown!);
        }

        if (!(await CredentialAsync(http, tenant!, isSocket)).Try(out var credential, out var unclear))
        {
            return Refused("authenticate", unclear);
        }

        return (await gate.AdmitAsync(tenant!, credential, entry, activity)).Try(out var admission, out var refused)
            ? new AdmittedHandshake(admission, credential, RequestHeaders.Single(request.Headers.Origin))
            : refused;
    }

    private static Problem? Handshake(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            return HttpMethods.IsGet(http.Request.Method) ? new UpgradeRequired() : new Problem(ProblemCode.MethodNotAllowed, "Send the GET of a WebSocket handshake.");
        }

        return http.WebSockets.WebSocketRequestedProtocols.Contains(Protocol, StringComparer.Ordinal)
            ? null
            : Problem.InvalidRequest("Ask for the subprotocol mcp (Sec-WebSocket-Protocol).");
    }

    /// <summary>From the header, or by a ticket: never from both, so that nobody has to guess which one counts. Without either, the connection's certificate.</summary>
    private async ValueTask<Result<Credential>> CredentialAsync(HttpContext http, TenantView tenant, bool isSocket)
    {
        var authorization = http.Request.Headers.Authorization;
        string? ticket = null;
        foreach (var protocol in isSocket ? http.WebSockets.WebSocketRequestedProtocols : [])
        {
            if (!protocol.StartsWith(TicketPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (ticket is not null || authorization.Count > 0)
            {
                return Problem.InvalidRequest("Send one credential: the header Authorization, or one ticket.");
            }

            ticket = protocol[TicketPrefix.Length..];
        }

        if (ticket is null)
        {
            // What a ticket stands for must be able to travel to another connection; a certificate is this one's alone.
            return isSocket || authorization.Count > 0 ? Credential.Of(http) : Problem.Unauthenticated();
        }

        // Only browsers need tickets, and a browser says where its page is from.
        if (RequestHeaders.Single(http.Request.Headers.Origin) is not { } origin)
        {
            return new Problem(ProblemCode.OriginDenied, "A ticket needs the Origin it was made for.");
        }

        return await tickets.RedeemAsync(tenant.Id, origin, ticket) is { } redeemed ? new Credential(redeemed) : Problem.Unauthenticated();
    }

    private static bool HasCredential(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (Array.Exists(CredentialNames, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                || Array.Exists(CredentialMarks, mark => name.Contains(mark, StringComparison.OrdinalIgnoreCase) || values.ToString().Contains(mark, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    private static Problem Refused(string stage, Problem problem)
    {
        GateTelemetry.Refused(stage);
        return problem;
    }
}
