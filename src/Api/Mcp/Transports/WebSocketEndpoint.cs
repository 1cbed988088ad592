using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Mcp.Sockets;
using Platform.Api.Mcp.Subscriptions;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Telemetry;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Transports;

/// <summary>WebSocket at <c>/t/{tenant}/ws</c> and at <c>/ws</c> of a tenant's own host, and the tickets for it: the custom transport of docs/websocket.md.</summary>
internal sealed partial class WebSocketEndpoint
{
    private const string EndpointItem = "websocket-endpoint";
    private static readonly TimeSpan PongPatience = TimeSpan.FromSeconds(20);
    private readonly SocketServices _services;
    private readonly HandshakeChecks _checks;
    private readonly SocketTickets _tickets;
    private readonly StreamSlots _slots;
    private readonly OutcomeRecord _outcomes;
    private readonly WebSocketMiddleware _middleware;

    public WebSocketEndpoint(SocketServices services, HandshakeChecks checks, SocketTickets tickets, StreamSlots slots, OutcomeRecord outcomes, ILoggerFactory loggers)
    {
        (_services, _checks, _tickets, _slots, _outcomes) = (services, checks, tickets, slots, outcomes);

        // The server's own handshake, without the pipeline around it: what comes next is ours.
        _middleware = new WebSocketMiddleware(OpenAsync, Options.Create(new WebSocketOptions()), loggers);
    }

    public Task HandleAsync(HttpContext http, McpEndpoint endpoint)
    {
        http.Items[EndpointItem] = endpoint;
        return _middleware.Invoke(http);
    }

    /// <summary>Answers a ticket for one handshake of a browser's page.</summary>
    public async Task IssueTicketAsync(HttpContext http, McpEndpoint endpoint)
    {
        var entry = NewEntry(http, "socket/ticket");
        using var activity = GateTelemetry.Start();
        Problem? refused;
        var ticket = "";
        try
        {
            if ((await _checks.AdmitTicketAsync(http, endpoint, entry, activity)).Try(out var admitted, out refused))
            {
                ticket = await _tickets.IssueAsync(admitted.Admission.Tenant.Id, admitted.Origin!, admitted.Credential.Bearer!);
            }
        }
        catch (Exception failure)
        {
            Log.Failed(_services.Logger, failure, entry.Correlation);
            refused = Problem.Of(failure);
        }

        if (await RecordAsync(http, entry, refused) is { } problem)
        {
            await HandshakeReply.WriteAsync(http, endpoint, problem, entry.Correlation, "POST");
            return;
        }

        SecurityHeaders.Api(http.Response.Headers);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"ticket":"{{ticket}}","expiresInSeconds":{{(int)SocketTickets.Life.TotalSeconds}}}""", http.RequestAborted);
    }

    private async Task OpenAsync(HttpContext http)
    {
        var endpoint = (McpEndpoint)http.Items[EndpointItem]!;
        var entry = NewEntry(http, "socket/open");
        Problem? refused;
        AdmittedHandshake? admitted = null;
        IDisposable? slot = null;
        using (var activity = GateTelemetry.Start())
        {
            try
            {
                if ((await _checks.AdmitSocketAsync(http, endpoint, entry, activity)).Try(out admitted, out refused))
                {
                    _slots.Take(admitted.Admission.Caller.Caller).Try(out slot, out refused);
                }
            }
            catch (Exception failure)
            {
                Log.Failed(_services.Logger, failure, entry.Correlation);
                refused = Problem.Of(failure);
            }
        }

        using var held = slot;
        if (await RecordAsync(http, entry, refused) is { } problem)
        {
            await HandshakeReply.WriteAsync(http, endpoint, problem, entry.Correlation, "GET");
            return;
        }

        await ServeAsync(http, admitted!);
    }

    private async Task ServeAsync(HttpContext http, AdmittedHandshake admitted)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = HandshakeChecks.Protocol,

            // Pings tell a dead client from a quiet one; they are the protocol's, and no message of MCP's.
            KeepAliveInterval = _services.Options.StreamBeat,
            KeepAliveTimeout = PongPatience,
        });
        using var connection = new SocketConnection(_services, socket, http.Abort, admitted.Admission, admitted.Credential, http.Connection.RemoteIpAddress?.ToString());
        await connection.RunAsync();
    }

    /// <summary>Puts the outcome on record and answers what has to be refused then; null when nothing has.</summary>
    private async ValueTask<Problem?> RecordAsync(HttpContext http, AuditEntry entry, Problem? refused)
    {
        if (refused is null)
        {
            entry.Class = AuditClass.ResourceAccess;
            entry.Succeed();
        }
        else
        {
            entry.Fail(refused.Code);
        }

        return await _outcomes.WriteAsync(entry, AuditMode.Durable, http.Connection.RemoteIpAddress) ?? refused;
    }

    private AuditEntry NewEntry(HttpContext http, string action) => new(_services.Clock, "websocket", http.Connection.RemoteIpAddress?.ToString()) { Action = action };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpHandshakeFailed", Level = LogLevel.Error, Message = "A WebSocket handshake failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);
    }
}
