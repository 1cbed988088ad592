using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.RateLimits;
using Platform.Api.Telemetry;
using Platform.Api.Tenants;
using Platform.Api.Validation;

namespace Platform.Api.Mcp;

/// <summary>
/// The checks that every transport shares, in the one order of docs/architecture.md: tenant, authenticate, flat rate, (the transport reads the body), scan,
/// envelope, headers equal body, era, cost, permission, read-only, schema, run. The order is the security model; a change to it needs an ADR.
/// </summary>
internal sealed partial class McpGate(
    TenantCache tenants,
    McpCredentials credentials,
    McpMethods methods,
    AuditTrail audit,
    StreamSlots slots,
    IOptions<ApiOptions> options,
    TimeProvider clock,
    ILogger<McpGate> logger)
{
    /// <summary>A tenant that may be served and a caller that belongs to it, with one permit taken.</summary>
    /// <param name="Tenant">Whose endpoint it is.</param>
    /// <param name="Caller">Who asks.</param>
    /// <param name="Rates">What the permit was taken from.</param>
    internal sealed record Admission(TenantView Tenant, AuthenticatedCaller Caller, RateChain Rates);

    /// <summary>The tenant by its slug, without asking who wants to know.</summary>
    public ValueTask<Result<TenantView>> FindTenantAsync(ReadOnlySpan<char> slug) => tenants.FindAsync(slug);

    /// <summary>Authenticates and takes the flat rate. The body has not been read.</summary>
    public async ValueTask<Result<Admission>> AdmitAsync(TenantView tenant, Credential credential, AuditEntry entry, Activity? activity)
    {
        entry.Tenant = tenant.Id;
        if (!(await VerifyAsync(tenant, credential, entry.Address)).Try(out var caller, out var refused))
        {
            return Refused(refused.Code == ProblemCode.TenantSuspended ? "tenant" : "authenticate", refused);
        }

        GateTelemetry.Passed(activity, "authenticated");
        return await AdmitAsync(tenant, caller, entry, activity);
    }

    /// <summary>Admits one whom the gate of the management API has authenticated: of the tenant, or an operator.</summary>
    /// <param name="tenant">Straight from its grain.</param>
    /// <param name="manager">With what they may do here and now.</param>
    /// <param name="entry">Of the MCP request, which has a record of its own.</param>
    public async ValueTask<Result<Admission>> AdmitManagerAsync(TenantView tenant, AuthenticatedCaller manager, AuditEntry entry)
    {
        entry.Tenant = tenant.Id;
        if (manager.Caller.Tenant != tenant.Id && manager.Caller.Tenant != TenantId.Platform)
        {
            return Refused("authenticate", Problem.TenantNotFound());
        }

        return tenant.Status == TenantStatus.Active ? await AdmitAsync(tenant, manager, entry, activity: null) : Refused("tenant", Problem.TenantSuspended());
    }

    private async ValueTask<Result<Admission>> AdmitAsync(TenantView tenant, AuthenticatedCaller caller, AuditEntry entry, Activity? activity)
    {
        entry.Caller = caller.Caller;
        var rates = await caller.Rates.ForCallsAsync(entry.Address);
        if (await rates.TakeAsync() is { } limited)
        {
            entry.Limited();
            return Refused("rate", limited);
        }

        GateTelemetry.Passed(activity, "rate");
        return new Admission(tenant, caller.At(clock.GetUtcNow(), entry.Address), rates);
    }

    /// <summary>Whether the tenant is served and the credential is good for it: at admission, and again while a stream is open (TR-10).</summary>
    public ValueTask<Result<AuthenticatedCaller>> VerifyAsync(TenantView tenant, Credential credential, string? address) => tenant.Status == TenantStatus.Active
        ? credentials.AuthenticateAsync(tenant, credential, address)
        : ValueTask.FromResult<Result<AuthenticatedCaller>>(Problem.TenantSuspended());

    /// <summary>Judges a body that was read and bounded, and runs what it asks for.</summary>
    public ValueTask<McpReply> DispatchAsync(IMcpExchange exchange, ReadOnlyMemory<byte> body)
    {
        exchange.Entry.RequestBytes = body.Length;
        var limits = JsonLimits.Of(exchange.Admission.Tenant.InputLimits);
        var verdict = JsonGuard.Check(body.Span, limits, exchange.MayBatch);
        if (verdict.Fault != JsonFault.None)
        {
            return ValueTask.FromResult(Refuse(exchange.Entry, "scan", JsonRefusal.Of(verdict.Fault, limits), default, McpEra.Modern));
        }

        GateTelemetry.Passed(exchange.Activity, "scanned");
        return verdict.IsBatch ? DispatchBatchAsync(exchange, body) : DispatchOneAsync(exchange, body);
    }

    /// <summary>
    /// 2025-03-26, Sending Messages: servers MUST take batches. Each message is judged, charged and put on record as if it had come alone; the answers
    /// make one array, in the order of the requests. A batch of notifications and responses only is accepted without an answer.
    /// </summary>
    private async ValueTask<McpReply> DispatchBatchAsync(IMcpExchange exchange, ReadOnlyMemory<byte> body)
    {
        exchange.Entry.Action = "batch";
        exchange.Entry.Class = AuditClass.ResourceAccess;
        if (!(await exchange.EnterAsync()).Try(out var session, out var ended))
        {
            return Refuse(exchange.Entry, "session", ended, default, McpEra.Legacy);
        }

        if (!string.Equals(session.View.ProtocolVersion, McpVersions.Batching, StringComparison.Ordinal))
        {
            return Refuse(exchange.Entry, "envelope", Problem.InvalidRequest($"Batches belong to protocol version {McpVersions.Batching}; this session speaks another."), default, McpEra.Legacy);
        }

        var answers = new PooledBuffer();
        var first = true;
        foreach (var message in BatchReader.Split(body))
        {
            // The first was paid for at admission.
            var paid = first ? null : await exchange.Admission.Rates.TakeAsync();
            first = false;
            var element = new BatchElement(exchange);
            using var answer = paid is null
                ? await DispatchOneAsync(element, message)
                : Refuse(element.Entry.Limited(), "rate", paid, BatchReader.IdOf(message), McpEra.Legacy);
            if (!element.Entry.IsWritten)
            {
                await audit.WriteAsync(element.Entry, element.Entry.Succeeded ? exchange.Admission.Tenant.AuditMode : AuditMode.Durable);
            }

            if (answer.Body is { } answered)
            {
                answers.Write(answers.Length == 0 ? "["u8 : ","u8);
                answers.Write(answered.Written.Span);
            }
        }

        exchange.Entry.Succeed();
        if (answers.Length == 0)
        {
            answers.Dispose();
            return McpReply.Accepted();
        }

        answers.Write("]"u8);
        return McpReply.Batch(answers);
    }

    /// <summary>Judges one message that the guard accepted.</summary>
    private async ValueTask<McpReply> DispatchOneAsync(IMcpExchange exchange, ReadOnlyMemory<byte> body)
    {
        var entry = exchange.Entry;
        var era = McpEra.Modern;
        if (!McpMessageReader.Read(body, out var id).Try(out var message, out var malformed))
        {
            return Refuse(entry, "envelope", malformed, id, era);
        }

        try
        {
            // What has no id runs nothing, and the trail must not say that it did.
            entry.Action = message.IsResponse ? "response" : message.IsNotification ? "notification" : methods.NameOf(message.Method);
            if (exchange.EraOf(message, out era) is { } mismatch)
            {
                return Refuse(entry, "era", mismatch, id, era);
            }

            if (message.Fault is { } fault)
            {
                return Refuse(entry, "envelope", era == McpEra.Modern && fault.Contains("_meta", StringComparison.Ordinal)
                    ? new Problem(ProblemCode.MissingMetadata, fault)
                    : Problem.InvalidParams(fault), id, era);
            }

            GateTelemetry.Passed(exchange.Activity, "envelope");
            var found = methods.TryFind(message.Method, out var method);
            ILegacySession? session = null;
            if (era == McpEra.Legacy && !(found && method!.OpensSession) && !(await exchange.EnterAsync()).Try(out session, out var ended))
            {
                return Refuse(entry, "session", ended, id, era);
            }

            if (message.IsNotification || message.IsResponse)
            {
                return await TakeAsync(exchange, session, message, body);
            }

            if (!found || !method!.Serves(era))
            {
                return Refuse(entry, "method", new Problem(ProblemCode.MethodNotFound, "Method not found"), id, era);
            }

            if (await PermitAsync(exchange, method, message) is { } denied)
            {
                return Refuse(entry, denied.Stage, denied.Problem, id, era);
            }

            return await RunAsync(exchange, method, new McpRequest(exchange.Admission.Tenant, exchange.Admission.Caller, message, era, session, exchange));
        }
        catch (AuditUnavailableException failure)
        {
            // AL-5: what cannot be audited is not begun.
            Log.Failed(logger, failure, entry.Correlation);
            return Refuse(entry, "audit", Unrecorded(), id, era);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !exchange.Gone.IsCancellationRequested)
        {
            // Caught here, where the id is known: an answer without it leaves a client waiting.
            Log.Failed(logger, failure, entry.Correlation);
            return Refuse(entry, "failure", Problem.Of(failure), id, era);
        }
    }

    /// <summary>A notification, or a client's answer: it is taken, and may end or feed what runs elsewhere.</summary>
    private static async ValueTask<McpReply> TakeAsync(IMcpExchange exchange, ILegacySession? session, McpMessage message, ReadOnlyMemory<byte> body)
    {
        if (message.IsResponse && session is not null)
        {
            await session.AnswerAsync(message.Id, body);
        }
        else if (string.Equals(message.Method, "notifications/cancelled", StringComparison.Ordinal) && CancelledId.Of(message) is { IsEmpty: false } cancelled)
        {
            if (session is null)
            {
                exchange.CancelModern(cancelled);
            }
            else
            {
                await session.CancelAsync(cancelled);
            }
        }

        exchange.Entry.Class = AuditClass.ResourceAccess;
        exchange.Entry.Succeed();
        return McpReply.Accepted();
    }

    /// <summary>Cost, permission, a tenant that may be changed, and a trail that can be written: null when the method may run.</summary>
    private async ValueTask<(string Stage, Problem Problem)?> PermitAsync(IMcpExchange exchange, IMcpMethod method, McpMessage message)
    {
        var (entry, caller) = (exchange.Entry, exchange.Admission.Caller);
        entry.Class = method.Class;
        (entry.Target, entry.IsTargetFree) = (method.Target(message), true);
        entry.TakeArguments(message.Arguments.Span);

        // By what the body says, whatever a header said: the two were compared before.
        if (await exchange.Admission.Rates.TakeCostAsync(method.Name, method.Cost, method.CallsTool ? message.Name : null) is { } costly)
        {
            entry.Limited();
            return ("cost", costly);
        }

        if (!method.Permission(exchange.Admission.Tenant, message).Try(out var needed, out var unclear))
        {
            return ("permission", unclear);
        }

        if (needed is { } permission && !permission.IsHeldBy(caller))
        {
            entry.Target ??= permission.Scope;
            return ("permission", new MissingScope($"{permission.Area}:{permission.Action}"));
        }

        if (exchange.Admission.Tenant.ReadOnly is not null && !method.OnlyReads(exchange.Admission.Tenant, message))
        {
            return ("read-only", Problem.TenantReadOnly());
        }

        GateTelemetry.Passed(exchange.Activity, "permitted");
        entry.IsUnrecordable = audit.IsFailing(exchange.Admission.Tenant.Id);
        return entry.IsUnrecordable ? ("audit", Unrecorded()) : null;
    }

    private async ValueTask<McpReply> RunAsync(IMcpExchange exchange, IMcpMethod method, McpRequest request)
    {
        var (entry, message, era) = (exchange.Entry, request.Message, request.Era);
        entry.Ran = true;
        IDisposable? slot = null;
        if (method.Streams)
        {
            if (!slots.Take(request.Caller.Caller).Try(out slot, out var full))
            {
                return Refuse(entry, "streams", full, message.Id, era);
            }

            // A stream has no end to wait for: it is on record before its first message.
            entry.Succeed();
            await audit.WriteAsync(entry, AuditMode.Durable);
            entry.IsWritten = true;
        }

        using var held = slot;
        var end = exchange.Begin(message, era, request.Session);
        Result<McpResult> ran;
        try
        {
            ran = await RunInTimeAsync(method, request, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !exchange.Gone.IsCancellationRequested)
        {
            if (exchange.EndedBy is { } reason)
            {
                return Refuse(entry, "ended", reason, message.Id, era);
            }

            // MCP, Cancellation: a request that its client cancelled gets no response.
            entry.Cancel();
            return McpReply.Silence();
        }

        if (!ran.Try(out var result, out var failed))
        {
            return Refuse(entry, "run", failed, message.Id, era);
        }

        string? sessionId = null;
        if (method.OpensSession && !(await exchange.OpenSessionAsync(message)).Try(out sessionId, out var unopened))
        {
            return Refuse(entry, "session", unopened, message.Id, era);
        }

        if (result.Fault is { } fault)
        {
            entry.Fail(fault);
        }
        else
        {
            entry.Succeed();
        }

        GateTelemetry.Passed(exchange.Activity, "ran");
        var reply = McpReply.Result(message.Id, result, era, sessionId);
        if (reply.Body!.Length <= options.Value.MaxReply)
        {
            return reply;
        }

        reply.Dispose();
        return Refuse(entry, "output", new Problem(ProblemCode.UpstreamFailed, $"The result is larger than {options.Value.MaxReply} bytes."), message.Id, era);
    }

    private async ValueTask<Result<McpResult>> RunInTimeAsync(IMcpMethod method, McpRequest request, CancellationToken cancel)
    {
        var running = method.RunAsync(request, cancel);
        if (running.IsCompletedSuccessfully)
        {
            return running.Result;
        }

        request.Exchange.Wait();
        if (method.KeepsTime)
        {
            return await running;
        }

        try
        {
            return await running.AsTask().WaitAsync(options.Value.RequestTimeout, clock, cancel);
        }
        catch (TimeoutException failure)
        {
            Log.TimedOut(logger, failure, method.Name);
            return new Problem(ProblemCode.Timeout, "The request took too long.");
        }
    }

    private static McpReply Refuse(AuditEntry entry, string stage, Problem problem, ReadOnlyMemory<byte> id, McpEra era)
    {
        GateTelemetry.Refused(stage);
        entry.Fail(problem.Code);
        return McpReply.Refusal(id, problem, era, entry.Correlation);
    }

    private static Problem Unrecorded() => new(ProblemCode.Unavailable, "The audit trail cannot be written, so nothing is run.");

    private static Problem Refused(string stage, Problem problem)
    {
        GateTelemetry.Refused(stage);
        return problem;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpRequestTimedOut", Level = LogLevel.Warning, Message = "{Method} took too long.")]
        public static partial void TimedOut(ILogger logger, Exception failure, string method);

        [LoggerMessage(EventId = 2, EventName = "McpMessageFailed", Level = LogLevel.Error, Message = "An MCP message failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);
    }
}
