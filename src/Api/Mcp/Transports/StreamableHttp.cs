using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Telemetry;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// Streamable HTTP at <c>/t/{tenant}/mcp</c> and at <c>/mcp</c> of a tenant's own host: frames a message per POST and calls the gate; GET and DELETE belong
/// to legacy sessions. What belongs to HTTP is checked here, before the gate and in the order of docs/architecture.md: Host, Origin, HTTP method, media type, declared size, tenant; then the gate, which asks for the body when it wants it.
/// </summary>
internal sealed partial class StreamableHttp(
    HttpServices services,
    McpGate gate,
    ListeningStream listening,
    AuditTrail audit,
    OutcomeRecord outcomes,
    TimeProvider clock,
    ILogger<StreamableHttp> logger)
{
    /// <summary>Most bytes of a body (TR-8).</summary>
    public const int MaxBody = InputLimits.BodyBytes;

    public async Task HandleAsync(HttpContext http, McpEndpoint endpoint)
    {
        var entry = new AuditEntry(clock, "http", http.Connection.RemoteIpAddress?.ToString());
        using var activity = GateTelemetry.Start();
        HttpExchange? exchange = null;
        try
        {
            var mode = AuditMode.Durable;
            McpReply? reply;
            try
            {
                (reply, mode) = await DecideAsync(http, endpoint, entry, activity, made => exchange = made);
            }
            catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
            {
                // MCP 2026-07-28: closing the stream cancels the request. There is nobody left to answer; the trail still says so.
                if (!entry.IsWritten)
                {
                    entry.Cancel();
                    await audit.WriteAsync(entry, AuditMode.Durable);
                }

                return;
            }
            catch (BadHttpRequestException broken)
            {
                reply = Refuse(entry, broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Problem.InvalidRequest("The request could not be read."));
            }
            catch (AuditUnavailableException failure)
            {
                Log.NotAudited(logger, failure, entry.Correlation);
                reply = Refuse(entry, OutcomeRecord.Unrecorded());
            }
            catch (Exception failure)
            {
                Log.Failed(logger, failure, entry.Correlation);
                reply = Refuse(entry, Problem.Of(failure));
            }

            if (reply is not null && await AuditAsync(http, reply, entry, mode) is { } answer)
            {
                GateTelemetry.Finished(entry.Started, entry.Action, entry.Outcome, (int)(http.Request.ContentLength ?? 0));
                activity?.Stop();
                await AnswerAsync(http, endpoint, exchange, answer);
            }
        }
        finally
        {
            if (exchange is not null)
            {
                await exchange.CloseAsync();
                exchange.Dispose();
            }
        }
    }

    /// <summary>Puts the outcome on record and answers what may be said then: the reply, or another one in its place.</summary>
    private async ValueTask<McpReply> AuditAsync(HttpContext http, McpReply reply, AuditEntry entry, AuditMode mode)
    {
        if (await outcomes.WriteAsync(entry, mode, http.Connection.RemoteIpAddress) is not { } instead)
        {
            return reply;
        }

        using (reply)
        {
            return Refuse(entry, instead, reply.ReadId());
        }
    }

    private static async ValueTask AnswerAsync(HttpContext http, McpEndpoint endpoint, HttpExchange? exchange, McpReply reply)
    {
        using (reply)
        {
            if (exchange is null || !await exchange.TryAnswerAsync(reply))
            {
                await WriteAsync(http, endpoint, exchange, reply);
            }
        }
    }

    /// <summary>A reply, or null when the answer was sent already.</summary>
    private async ValueTask<(McpReply? Reply, AuditMode Mode)> DecideAsync(HttpContext http, McpEndpoint endpoint, AuditEntry entry, System.Diagnostics.Activity? activity, Action<HttpExchange> began)
    {
        var request = http.Request;
        if (endpoint.Refusal is { } misaddressed)
        {
            return (Refused("host", misaddressed), AuditMode.Durable);
        }

        // The tenant's own list decides about origins, so it is looked up first; what is refused first is still the origin.
        var found = (await gate.FindTenantAsync(endpoint.Slug)).Try(out var tenant, out var unknown);
        if (found)
        {
            entry.Tenant = tenant!.Id;
        }

        if (!OriginGuard.IsAllowed(request.Headers.Origin, found ? tenant!.AllowedOrigins : []))
        {
            return (Refused("origin", new Problem(ProblemCode.OriginDenied, "This origin is not allowed.")), AuditMode.Durable);
        }

        var post = HttpMethods.IsPost(request.Method);
        if (!post && !IsOfSession(request))
        {
            return (Refused("method", new Problem(ProblemCode.MethodNotAllowed, "Send a POST with one JSON-RPC message. GET and DELETE need the Mcp-Session-Id that initialize answered; the HTTP+SSE transport of 2024-11-05 is not served.")), AuditMode.Durable);
        }

        if ((post ? MediaType(request) : NotEvents(request)) is { } unsuitable)
        {
            return (Refused("media-type", unsuitable), AuditMode.Durable);
        }

        if (request.ContentLength > MaxBody)
        {
            entry.RequestBytes = request.ContentLength.Value;
            return (Refused("size", TooLarge()), AuditMode.Durable);
        }

        if (!found)
        {
            return (Refused("tenant", unknown!), AuditMode.Durable);
        }

        var credential = Credential.Of(http);
        if (!(await gate.AdmitAsync(tenant!, credential, entry, activity)).Try(out var admission, out var refused))
        {
            return (Refuse(entry, refused), AuditMode.Durable);
        }

        // Here already, because an answer may begin as a stream before it is known what it will be.
        admission.Rates.Tell(http.Response.Headers);
        var headers = new McpHeaders(
            RequestHeaders.Single(request.Headers["MCP-Protocol-Version"]),
            RequestHeaders.Single(request.Headers["Mcp-Method"]),
            RequestHeaders.Single(request.Headers["Mcp-Name"]),
            RequestHeaders.Single(request.Headers["Mcp-Session-Id"]));
        if (HttpMethods.IsDelete(request.Method))
        {
            return (await EndSessionAsync(admission, headers, entry), tenant!.AuditMode);
        }

        if (!post)
        {
            return (await listening.RunAsync(http, admission, headers, credential, entry), tenant!.AuditMode);
        }

        var exchange = new HttpExchange(services, http, headers, credential, admission, entry, activity);
        began(exchange);
        return (await ReadAndDispatchAsync(http, exchange), tenant!.AuditMode);

        McpReply Refused(string stage, Problem problem)
        {
            GateTelemetry.Refused(stage);
            return Refuse(entry, problem);
        }
    }

    /// <summary>Ends a legacy session (HTTP DELETE).</summary>
    private async ValueTask<McpReply> EndSessionAsync(McpGate.Admission admission, McpHeaders headers, AuditEntry entry)
    {
        entry.Action = "session/delete";
        entry.Class = AuditClass.Authentication;
        if (await services.Sessions.CloseAsync(admission.Caller.Caller, headers) is { } missing)
        {
            entry.Fail(missing.Code);
            return McpReply.Refusal(default, missing, McpEra.Legacy, entry.Correlation);
        }

        entry.Succeed();
        return McpReply.NoContent();
    }

    private async ValueTask<McpReply> ReadAndDispatchAsync(HttpContext http, HttpExchange exchange)
    {
        // A tenant's lower limit is told to its own callers only.
        var maxBody = exchange.Admission.Tenant.InputLimits?.MaxBodyBytes ?? MaxBody;
        if (http.Request.ContentLength > maxBody)
        {
            GateTelemetry.Refused("size");
            exchange.Entry.RequestBytes = http.Request.ContentLength.Value;
            return Refuse(exchange.Entry, TooLarge(maxBody));
        }

        var reader = http.Request.BodyReader;
        var allowed = services.Options.BodyPatience;
        ITimer? patience = null;
        byte[] body;
        try
        {
            ReadResult read;
            while (true)
            {
                var reading = reader.ReadAsync(http.RequestAborted);
                if (!reading.IsCompleted)
                {
                    patience ??= services.Clock.CreateTimer(static pipe => ((PipeReader)pipe!).CancelPendingRead(), reader, allowed, Timeout.InfiniteTimeSpan);
                }

                read = await reading;
                if (read.IsCanceled || read.Buffer.Length > maxBody)
                {
                    // One that was too slow says nothing of its size.
                    exchange.Entry.RequestBytes = read.IsCanceled ? 0 : read.Buffer.Length;

                    // Given back, so that the server can drain the rest and the answer arrives.
                    reader.AdvanceTo(read.Buffer.End);
                    GateTelemetry.Refused("size");
                    return Refuse(exchange.Entry, read.IsCanceled ? Problem.InvalidRequest($"The body took longer than {allowed.TotalSeconds:0} s.") : TooLarge(maxBody));
                }

                if (read.IsCompleted)
                {
                    break;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }

            // A copy of its own: what runs may outlive the request (a task, a backend that does not heed its token), and must not find another tenant's body there.
            body = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
        }
        finally
        {
            // The next request of the connection reads from the same pipe.
            patience?.Dispose();
        }

        if (patience is not null && Stopwatch.GetElapsedTime(exchange.Entry.Started) > ApiOptions.Moment && await exchange.JudgeAgainAsync() is { } changed)
        {
            GateTelemetry.Refused("authenticate");
            return Refuse(exchange.Entry, changed);
        }

        return await gate.DispatchAsync(exchange, body);
    }

    private static async ValueTask WriteAsync(HttpContext http, McpEndpoint endpoint, HttpExchange? exchange, McpReply reply)
    {
        var response = http.Response;
        response.StatusCode = reply.Status;
        SecurityHeaders.Api(response.Headers);
        if (reply.SessionId is not null)
        {
            response.Headers["Mcp-Session-Id"] = reply.SessionId;
        }

        switch (reply.Problem)
        {
            case { Code: ProblemCode.Unauthenticated }:
                response.Headers.WWWAuthenticate = ProtectedResourceMetadata.Challenge(endpoint);
                break;
            case MissingScope missing:
                response.Headers.WWWAuthenticate = ProtectedResourceMetadata.InsufficientScope(endpoint, missing.Scope);
                break;
            case { Code: ProblemCode.MethodNotAllowed }:
                response.Headers.Allow = "POST, GET, DELETE";
                break;
            case { RetryAfter: not null } passing:
                RateFields.Refuse(response.Headers, passing);
                break;
        }

        if (reply.Body is not { } body)
        {
            return;
        }

        response.ContentType = "application/json";
        if (reply.IsStreamed)
        {
            await exchange!.SendPiecesAsync(reply, default, default);
            return;
        }

        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body.Written, http.RequestAborted);
    }

    private static McpReply Refuse(AuditEntry entry, Problem problem, ReadOnlyMemory<byte> id = default)
    {
        entry.Fail(problem.Code);
        return McpReply.Refusal(id, problem, McpEra.Modern, entry.Correlation);
    }

    private static Problem TooLarge(int maxBody = MaxBody) => new(ProblemCode.TooLarge, $"The body is larger than {maxBody} bytes.");

    private static Problem? MediaType(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        if (!(end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return new Problem(ProblemCode.UnsupportedMediaType, "Send Content-Type: application/json.");
        }

        if (request.Headers.ContentEncoding.Count > 0)
        {
            return new Problem(ProblemCode.UnsupportedMediaType, "Send the body without a content encoding.");
        }

        // MCP, Sending Messages: the client lists both types. A wildcard lists them too.
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("*/*", StringComparison.Ordinal)
            || (accept.Contains("application/json", StringComparison.OrdinalIgnoreCase) && accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            ? null
            : new Problem(ProblemCode.NotAcceptable, "Send Accept: application/json, text/event-stream.");
    }

    /// <summary>A legacy session's GET or DELETE. A modern client has neither (MCP 2026-07-28: the endpoint supports POST).</summary>
    private static bool IsOfSession(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) && request.Headers.ContainsKey("Mcp-Session-Id") || HttpMethods.IsDelete(request.Method))
        && !string.Equals(request.Headers["MCP-Protocol-Version"], McpVersions.Modern, StringComparison.Ordinal);

    // 2025-11-25, Listening for Messages from the Server: the client lists text/event-stream.
    private static Problem? NotEvents(HttpRequest request) =>
        HttpMethods.IsDelete(request.Method) || request.Headers.Accept.ToString() is var accept && (accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) || accept.Contains("*/*", StringComparison.Ordinal))
            ? null
            : new Problem(ProblemCode.NotAcceptable, "Send Accept: text/event-stream.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpRequestFailed", Level = LogLevel.Error, Message = "An MCP request failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);

        [LoggerMessage(EventId = 2, EventName = "McpRequestNotAudited", Level = LogLevel.Error, Message = "An MCP request could not be audited and was refused; correlation {Correlation}.")]
        public static partial void NotAudited(ILogger logger, Exception failure, string correlation);
    }
}
