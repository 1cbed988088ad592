using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Telemetry;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// Streamable HTTP at <c>/t/{tenant}/mcp</c>: frames one message per POST and calls the gate. What belongs to HTTP is checked here, before the gate and in
/// the order of docs/architecture.md: Host, Origin, HTTP method, media type, declared size, tenant; then the gate, which asks for the body when it wants it.
/// </summary>
internal sealed partial class StreamableHttp(
    McpGate gate,
    AuditTrail audit,
    RefusalLimiter refusals,
    IOptions<ApiOptions> options,
    TimeProvider clock,
    ILogger<StreamableHttp> logger)
{
    /// <summary>Most bytes of a body (TR-8).</summary>
    public const int MaxBody = InputLimits.BodyBytes;

    public async Task HandleAsync(HttpContext http, string slug)
    {
        var entry = new AuditEntry(clock, "http", http.Connection.RemoteIpAddress?.ToString());
        using var activity = GateTelemetry.Start();
        var mode = AuditMode.Durable;
        McpReply reply;
        try
        {
            (reply, mode) = await DecideAsync(http, slug, entry, activity);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // MCP 2026-07-28: closing the stream cancels the request. There is nobody left to answer; the trail still says so.
            entry.Cancel();
            await audit.WriteAsync(entry, AuditMode.Durable);
            return;
        }
        catch (BadHttpRequestException broken)
        {
            reply = Refuse(entry, broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Problem.InvalidRequest("The request could not be read."));
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure, entry.Correlation);
            reply = Refuse(entry, Problem.Internal());
        }

        if (entry.Caller is null && !entry.Succeeded)
        {
            var verdict = refusals.Take(http.Connection.RemoteIpAddress, out var counted);
            if (verdict != RefusalVerdict.Record)
            {
                reply.Dispose();
                reply = Refuse(entry, Problem.RateLimited(TimeSpan.FromSeconds(1)));
                entry.Counted = counted;
            }

            if (verdict == RefusalVerdict.Count)
            {
                await WriteAsync(http, slug, reply);
                return;
            }
        }

        try
        {
            // Refusals are always awaited; only what was served may travel in a batch, and only where the tenant chose so.
            await audit.WriteAsync(entry, entry.Succeeded ? mode : AuditMode.Durable);
        }
        catch (AuditUnavailableException failure)
        {
            // AL-5: what cannot be audited is not answered.
            Log.NotAudited(logger, failure, entry.Correlation);
            var unrecorded = reply;
            reply = Refuse(entry, new Problem(ProblemCode.Unavailable, "The request could not be recorded, so it is not answered."), unrecorded.ReadId());
            unrecorded.Dispose();
        }

        GateTelemetry.Finished(entry.Started, entry.Action, entry.Outcome, (int)(http.Request.ContentLength ?? 0));
        await WriteAsync(http, slug, reply);
    }

    private async ValueTask<(McpReply Reply, AuditMode Mode)> DecideAsync(HttpContext http, string slug, AuditEntry entry, System.Diagnostics.Activity? activity)
    {
        var request = http.Request;
        if (!HostGuard.IsAllowed(request.Headers.Host, options.Value))
        {
            return (Refused("host", new Problem(ProblemCode.HostDenied, "This host name is not served here.")), AuditMode.Durable);
        }

        // The tenant's own list decides about origins, so it is looked up first; what is refused first is still the origin.
        var found = (await gate.FindTenantAsync(slug)).Try(out var tenant, out var unknown);
        if (found)
        {
            entry.Tenant = tenant!.Id;
        }

        if (!OriginGuard.IsAllowed(request.Headers.Origin, found ? tenant!.AllowedOrigins : []))
        {
            return (Refused("origin", new Problem(ProblemCode.OriginDenied, "This origin is not allowed.")), AuditMode.Durable);
        }

        var delete = HttpMethods.IsDelete(request.Method);
        if (!delete && !HttpMethods.IsPost(request.Method))
        {
            return (Refused("method", new Problem(ProblemCode.MethodNotAllowed, "Send a POST with one JSON-RPC message. This endpoint has no event stream for GET, and the HTTP+SSE transport of 2024-11-05 is not served.")), AuditMode.Durable);
        }

        if (!delete && MediaType(request) is { } unsuitable)
        {
            return (Refused("media-type", unsuitable), AuditMode.Durable);
        }

        if (request.ContentLength > MaxBody)
        {
            return (Refused("size", TooLarge()), AuditMode.Durable);
        }

        if (!found)
        {
            return (Refused("tenant", unknown!), AuditMode.Durable);
        }

        if (!(await gate.AdmitAsync(tenant!, BearerCredential.Read(request.Headers.Authorization), entry, activity)).Try(out var admission, out var refused))
        {
            return (Refuse(entry, refused), AuditMode.Durable);
        }

        var headers = new McpHeaders(
            Single(request.Headers["MCP-Protocol-Version"]),
            Single(request.Headers["Mcp-Method"]),
            Single(request.Headers["Mcp-Name"]),
            Single(request.Headers["Mcp-Session-Id"]));
        if (delete)
        {
            return (await gate.EndSessionAsync(admission, headers, entry), tenant!.AuditMode);
        }

        return (await ReadAndDispatchAsync(http, admission, headers, entry, activity), tenant!.AuditMode);

        McpReply Refused(string stage, Problem problem)
        {
            GateTelemetry.Refused(stage);
            return Refuse(entry, problem);
        }
    }

    private async ValueTask<McpReply> ReadAndDispatchAsync(HttpContext http, McpGate.Admission admission, McpHeaders headers, AuditEntry entry, System.Diagnostics.Activity? activity)
    {
        // A tenant's lower limit is told to its own callers only.
        var maxBody = admission.Tenant.InputLimits?.MaxBodyBytes ?? MaxBody;
        if (http.Request.ContentLength > maxBody)
        {
            GateTelemetry.Refused("size");
            return Refuse(entry, TooLarge(maxBody));
        }

        var reader = http.Request.BodyReader;
        byte[]? rented = null;
        try
        {
            ReadResult read;
            while (true)
            {
                read = await reader.ReadAsync(http.RequestAborted);
                if (read.Buffer.Length > maxBody)
                {
                    // Given back, so that the server can drain the rest and the answer arrives.
                    reader.AdvanceTo(read.Buffer.End);
                    GateTelemetry.Refused("size");
                    return Refuse(entry, TooLarge(maxBody));
                }

                if (read.IsCompleted)
                {
                    break;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }

            ReadOnlyMemory<byte> body;
            if (read.Buffer.IsSingleSegment)
            {
                body = read.Buffer.First;
            }
            else
            {
                var length = (int)read.Buffer.Length;
                rented = ArrayPool<byte>.Shared.Rent(length);
                read.Buffer.CopyTo(rented);
                body = rented.AsMemory(0, length);
            }

            // The body is not given back to the pipe before the reply is made: the reply echoes the id from it.
            var reply = await gate.DispatchAsync(admission, body, headers, entry, activity, http.RequestAborted);
            reader.AdvanceTo(read.Buffer.End);
            return reply;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private async ValueTask WriteAsync(HttpContext http, string slug, McpReply reply)
    {
        using (reply)
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
                    response.Headers.WWWAuthenticate = ProtectedResourceMetadata.Challenge(options.Value, slug);
                    break;
                case MissingScope missing:
                    response.Headers.WWWAuthenticate = ProtectedResourceMetadata.InsufficientScope(options.Value, slug, missing.Scope);
                    break;
                case { Code: ProblemCode.MethodNotAllowed }:
                    response.Headers.Allow = "POST, DELETE";
                    break;
                case { RetryAfter: { } retryAfter }:
                    response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                    break;
            }

            if (reply.Body is not { } body)
            {
                return;
            }

            response.ContentType = "application/json";
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body.Written, http.RequestAborted);
        }
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

    private static string? Single(StringValues header) => header.Count switch
    {
        0 => null,
        1 => header[0],
        _ => McpHeaders.Twice,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpRequestFailed", Level = LogLevel.Error, Message = "An MCP request failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);

        [LoggerMessage(EventId = 2, EventName = "McpRequestNotAudited", Level = LogLevel.Error, Message = "An MCP request could not be audited and was refused; correlation {Correlation}.")]
        public static partial void NotAudited(ILogger logger, Exception failure, string correlation);
    }
}
