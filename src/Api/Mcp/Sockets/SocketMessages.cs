using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.RateLimits;
using Platform.Api.Telemetry;
using Platform.Api.Validation;

namespace Platform.Api.Mcp.Sockets;

/// <summary>
/// Has each message of a connection authenticated, limited, judged by the gate and audited, as an HTTP request is. Requests run side by side;
/// everything else is served before the next message is read.
/// </summary>
internal sealed partial class SocketMessages(SocketConnection connection, SocketServices services, McpGate.Admission opened, Credential credential)
{
    /// <summary>Messages over the rate limit, one after another, that a client may send before it loses the connection.</summary>
    public const int MaxLimitedInRow = 100;

    /// <summary>Longest wait of a notification or a response for a permit.</summary>
    private static readonly TimeSpan PermitPatience = TimeSpan.FromSeconds(5);

    private int _limitedInRow;

    /// <summary>Admits a message and starts it. The buffer is the message's from now on.</summary>
    public async ValueTask TakeAsync(PooledBuffer message)
    {
        var entry = connection.NewEntry();
        var activity = GateTelemetry.Start();
        if (!(await AdmitAsync(message, entry, activity)).Try(out var admission, out var refused))
        {
            await RefuseAsync(message, entry, refused);
            activity?.Dispose();
            message.Dispose();
            return;
        }

        _limitedInRow = 0;
        var exchange = new SocketExchange(connection, admission, entry, activity);

        // A batch runs beside what comes after it, as a request does: the answer to a question that it asks is one of the messages after it.
        if (message.Written.Span.TrimStart(" \t\r\n"u8).StartsWith("["u8) && exchange.HoldForBatch() is { } full)
        {
            await RefuseAsync(message, entry, full);
            exchange.Dispose();
            activity?.Dispose();
            message.Dispose();
            return;
        }

        connection.Running.Enter(exchange);
        var serving = ServeAsync(exchange, message);
        if (!connection.Era.Settled.IsCompleted)
        {
            // Until it is known what the connection is, one message comes after the other.
            await Task.WhenAny(serving, connection.Era.Settled);
        }
        else if (!exchange.IsRunning)
        {
            // What holds no place is bounded by being waited for.
            await serving;
        }
    }

    /// <summary>Tenant, credential and rate, for each message anew: a verdict lives seconds, a connection may live for days.</summary>
    private async ValueTask<Result<McpGate.Admission>> AdmitAsync(PooledBuffer message, AuditEntry entry, Activity? activity)
    {
        for (var isLastTry = false; ; isLastTry = true)
        {
            if (!(await services.Gate.FindTenantAsync(opened.Tenant.Slug)).Try(out var tenant, out var gone))
            {
                return gone;
            }

            var admitted = await services.Gate.AdmitAsync(tenant, credential, entry, activity);

            // A tenant's lower limit is told to its own callers only.
            if (admitted.Problem is null && tenant.InputLimits?.MaxBodyBytes is { } lowered && message.Length > lowered)
            {
                return new Problem(ProblemCode.TooLarge, $"The message is larger than {lowered} bytes.");
            }

            if (isLastTry || admitted.Problem is not { Code: ProblemCode.RateLimited } limited || IsAnswered(message.Written, out _))
            {
                return admitted;
            }

            // A notification or a response cannot be told to come again: it waits, and what comes after it waits too.
            var wait = limited.RetryAfter ?? PermitPatience;
            await Task.Delay(wait < PermitPatience ? wait : PermitPatience, services.Clock, connection.Gone);
        }
    }

    private async ValueTask RefuseAsync(PooledBuffer message, AuditEntry entry, Problem refused)
    {
        entry.Fail(refused.Code);
        var isAnswered = IsAnswered(message.Written, out var id);
        var reply = await AuditAsync(McpReply.Refusal(id, refused, connection.Era.Current, entry.Correlation), entry, AuditMode.Durable);
        using (reply)
        {
            if (isAnswered && reply.Body is { } body)
            {
                await connection.SendAsync(body.Written);
            }
        }

        if (refused.Code == ProblemCode.TooLarge)
        {
            // As above the platform's own limit: what runs is not told that it was too large.
            connection.End(SocketEnd.For(refused));
        }
        else if (refused is not SpentLimit && refused.Code != ProblemCode.RateLimited)
        {
            connection.End(refused);
        }
        else if (++_limitedInRow >= MaxLimitedInRow)
        {
            connection.End(SocketEnd.Flood);
        }
    }

    private async Task ServeAsync(SocketExchange exchange, PooledBuffer message)
    {
        var entry = exchange.Entry;
        try
        {
            McpReply reply;
            try
            {
                // A copy of its own: what runs may outlive the message's buffer.
                reply = await services.Gate.DispatchAsync(exchange, message.Written.ToArray());
            }
            catch (OperationCanceledException) when (connection.Gone.IsCancellationRequested)
            {
                // Nobody is left to answer; the trail still says so.
                if (!entry.IsWritten)
                {
                    entry.Cancel();
                    await services.Audit.WriteAsync(entry, AuditMode.Durable);
                }

                return;
            }
            catch (Exception failure)
            {
                Log.Failed(services.Logger, failure, entry.Correlation);
                reply = Refusal(entry, Problem.Of(failure), default);
            }

            reply = await AuditAsync(reply, entry, exchange.Admission.Tenant.AuditMode);
            using (reply)
            {
                GateTelemetry.Finished(entry.Started, entry.Action, entry.Outcome, message.Length);
                if (exchange.IsAnswered && reply.Body is { } body)
                {
                    // The place is free before the client can know of it.
                    await connection.SendAsync(body.Written, exchange.Finish);
                }
            }

            if (exchange.OpenedSession)
            {
                connection.Tell();
            }
        }
        catch (Exception failure)
        {
            Log.Failed(services.Logger, failure, entry.Correlation);
        }
        finally
        {
            exchange.Dispose();
            exchange.Activity?.Dispose();
            message.Dispose();
            connection.Running.Leave(exchange);
        }
    }

    /// <summary>Puts the outcome on record and answers what may be said then: the reply, or another one in its place.</summary>
    private async ValueTask<McpReply> AuditAsync(McpReply reply, AuditEntry entry, AuditMode mode)
    {
        // Whoever has a connection is known: nothing is counted by address here.
        if (await services.Outcomes.WriteAsync(entry, mode, address: null) is not { } instead)
        {
            return reply;
        }

        using (reply)
        {
            return Refusal(entry, instead, reply.ReadId());
        }
    }

    private McpReply Refusal(AuditEntry entry, Problem problem, ReadOnlyMemory<byte> id)
    {
        entry.Fail(problem.Code);
        return McpReply.Refusal(id, problem, connection.Era.Current, entry.Correlation);
    }

    /// <summary>Whether a refusal of this is answered, and with which id: notifications and responses are not; what nobody can read is.</summary>
    private static bool IsAnswered(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> id)
    {
        id = default;
        return JsonGuard.Check(body.Span, JsonLimits.Default).Fault != JsonFault.None
            || !McpMessageReader.Read(body, out id).Try(out var message, out _)
            || !(message.IsNotification || message.IsResponse);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpSocketMessageFailed", Level = LogLevel.Error, Message = "A message on a WebSocket failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);
    }
}
