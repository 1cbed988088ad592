using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Mcp.Methods;
using Platform.Api.Telemetry;
using Platform.Api.Tenants;
using Platform.Api.Validation;

namespace Platform.Api.Mcp;

/// <summary>
/// The checks that every transport shares, in the one order of docs/architecture.md: tenant, authenticate, flat rate, (the transport reads the body), scan,
/// envelope, headers equal body, era, cost, permission, schema, run. The order is the security model; a change to it needs an ADR.
/// </summary>
internal sealed partial class McpGate(
    TenantCache tenants,
    CallerCache callers,
    McpMethods methods,
    LegacySessions sessions,
    AuditTrail audit,
    IOptions<ApiOptions> options,
    TimeProvider clock,
    ILogger<McpGate> logger)
{
    /// <summary>A tenant that may be served and a caller that belongs to it, with one permit taken.</summary>
    internal sealed record Admission(TenantView Tenant, AuthenticatedCaller Caller);

    /// <summary>The tenant by its slug, without asking who wants to know.</summary>
    public ValueTask<Result<TenantView>> FindTenantAsync(ReadOnlySpan<char> slug) => tenants.FindAsync(slug);

    /// <summary>Authenticates and takes the flat rate. The body has not been read.</summary>
    public async ValueTask<Result<Admission>> AdmitAsync(TenantView tenant, string? credential, AuditEntry entry, Activity? activity)
    {
        entry.Tenant = tenant.Id;
        if (tenant.Status != TenantStatus.Active)
        {
            return Refused("tenant", Problem.TenantSuspended());
        }

        if (credential is null || !(await callers.AuthenticateAsync(tenant.Id, KeyKind.Mcp, credential)).Try(out var caller, out _))
        {
            return Refused("authenticate", Problem.Unauthenticated());
        }

        // MCP 2026-07-28, Authorization: a credential is good for the audience it was issued for, and no other.
        if (caller.Caller.Tenant != tenant.Id)
        {
            return Refused("audience", Problem.Unauthenticated());
        }

        entry.Caller = caller.Caller;
        GateTelemetry.Passed(activity, "authenticated");
        if (await caller.Bucket.TakeAsync() is { } limited)
        {
            return Refused("rate", limited);
        }

        GateTelemetry.Passed(activity, "rate");
        return new Admission(tenant, caller);
    }

    /// <summary>Judges a body that was read and bounded, and runs what it asks for.</summary>
    public async ValueTask<McpReply> DispatchAsync(Admission admission, ReadOnlyMemory<byte> body, McpHeaders headers, AuditEntry entry, Activity? activity, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> id = default;
        var era = McpEra.Modern;
        var limits = JsonLimits.Of(admission.Tenant.InputLimits);
        var verdict = JsonGuard.Check(body.Span, limits);
        if (verdict.Fault != JsonFault.None)
        {
            return Refuse("scan", JsonRefusal.Of(verdict.Fault, limits));
        }

        GateTelemetry.Passed(activity, "scanned");
        if (!McpMessageReader.Read(body, out id).Try(out var message, out var malformed))
        {
            return Refuse("envelope", malformed);
        }

        try
        {
            // What has no id runs nothing, and the trail must not say that it did.
            entry.Action = message.IsResponse ? "response" : message.IsNotification ? "notification" : methods.NameOf(message.Method);
            var found = methods.TryFind(message.Method, out var method);
            if (EraOf(message, headers, out era) is { } mismatch)
            {
                return Refuse("era", mismatch);
            }

            if (message.Fault is { } fault)
            {
                return Refuse("envelope", era == McpEra.Modern && fault.Contains("_meta", StringComparison.Ordinal)
                    ? new Problem(ProblemCode.MissingMetadata, fault)
                    : Problem.InvalidParams(fault));
            }

            GateTelemetry.Passed(activity, "envelope");
            if (era == McpEra.Legacy && !(await sessions.EnterAsync(admission.Caller.Caller, message, headers)).Try(out _, out var ended))
            {
                return Refuse("session", ended);
            }

            if (message.IsNotification || message.IsResponse)
            {
                // Nothing is pending that a client could answer or cancel; MCP asks only that it is taken.
                entry.Class = AuditClass.ResourceAccess;
                entry.Succeed();
                return McpReply.Accepted();
            }

            if (!found || !method!.Serves(era))
            {
                return Refuse("method", new Problem(ProblemCode.MethodNotFound, "Method not found"));
            }

            entry.Class = method.Class;
            entry.Target = method.Target(message);
            for (var paid = 1; paid < method.Cost; paid++)
            {
                if (await admission.Caller.Bucket.TakeAsync() is { } costly)
                {
                    return Refuse("cost", costly);
                }
            }

            if (!method.Permission(message).Try(out var needed, out var unclear))
            {
                return Refuse("permission", unclear);
            }

            if (needed is { } permission && !permission.IsHeldBy(admission.Caller))
            {
                entry.Target ??= permission.Scope;
                return Refuse("permission", new MissingScope($"{permission.Area}:{permission.Action}"));
            }

            GateTelemetry.Passed(activity, "permitted");
            if (audit.IsFailing(admission.Tenant.Id))
            {
                return Refuse("audit", new Problem(ProblemCode.Unavailable, "The audit trail cannot be written, so nothing is run."));
            }

            entry.Ran = true;
            // A legacy client that goes away has not cancelled (2025-11-25, Transports); a modern one has.
            var ran = await RunAsync(method, new McpRequest(admission.Tenant, admission.Caller, message, era), era == McpEra.Modern ? cancel : CancellationToken.None);
            if (!ran.Try(out var result, out var failed))
            {
                return Refuse("run", failed);
            }

            string? sessionId = null;
            if (method is Initialize && !(await sessions.OpenAsync(admission.Caller.Caller, message)).Try(out sessionId, out var unopened))
            {
                return Refuse("session", unopened);
            }

            if (result is Tools.ToolResult { Fault: { } toolFault })
            {
                entry.Fail(toolFault);
            }
            else
            {
                entry.Succeed();
            }

            GateTelemetry.Passed(activity, "ran");
            return McpReply.Result(id, result, era, sessionId);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // Caught here, where the id is known: an answer without it leaves a client waiting.
            Log.Failed(logger, failure, entry.Correlation);
            return Refuse("failure", Problem.Internal());
        }

        McpReply Refuse(string stage, Problem problem)
        {
            GateTelemetry.Refused(stage);
            entry.Fail(problem.Code);
            return McpReply.Refusal(id, problem, era, entry.Correlation);
        }
    }

    /// <summary>Ends a legacy session (HTTP DELETE).</summary>
    public async ValueTask<McpReply> EndSessionAsync(Admission admission, McpHeaders headers, AuditEntry entry)
    {
        entry.Action = "session/delete";
        entry.Class = AuditClass.Authentication;
        if (await sessions.CloseAsync(admission.Caller.Caller, headers) is { } missing)
        {
            entry.Fail(missing.Code);
            return McpReply.Refusal(default, missing, McpEra.Legacy, entry.Correlation);
        }

        entry.Succeed();
        return McpReply.NoContent();
    }

    /// <summary>
    /// Which era a message belongs to. Modern metadata makes it modern, and then headers must equal the body; <c>initialize</c>, a legacy version or
    /// none at all make it legacy; anything else is a version nobody serves.
    /// </summary>
    private static Problem? EraOf(McpMessage message, McpHeaders headers, out McpEra era)
    {
        era = McpEra.Modern;
        if (message.MetaVersion is { } version)
        {
            if (headers.VersionMustEqual(version) is { } disagreement)
            {
                return disagreement;
            }

            // Before the other headers: what a version that nobody here knows asks of them, nobody here can judge.
            if (!string.Equals(version, McpVersions.Modern, StringComparison.Ordinal))
            {
                return new UnsupportedVersion(version);
            }

            if (headers.MustEqual(message) is { } mismatch)
            {
                return mismatch;
            }

            return message.HasMetaCapabilities || message.IsNotification
                ? null
                : new Problem(ProblemCode.MissingMetadata, "params._meta[\"io.modelcontextprotocol/clientCapabilities\"] is missing.");
        }

        if (headers.Version is null || McpVersions.IsLegacy(headers.Version) || string.Equals(message.Method, Initialize.MethodName, StringComparison.Ordinal))
        {
            era = McpEra.Legacy;
            return headers.MustNotContradict(message);
        }

        if (!string.Equals(headers.Version, McpVersions.Modern, StringComparison.Ordinal))
        {
            return new UnsupportedVersion(headers.Version);
        }

        return message.IsNotification
            ? null
            : new Problem(ProblemCode.MissingMetadata, "params._meta[\"io.modelcontextprotocol/protocolVersion\"] is missing.");
    }

    private async ValueTask<Result<McpResult>> RunAsync(IMcpMethod method, McpRequest request, CancellationToken cancel)
    {
        try
        {
            var running = method.RunAsync(request, cancel);
            if (running.IsCompletedSuccessfully)
            {
                return running.Result;
            }

            return await running.AsTask().WaitAsync(options.Value.RequestTimeout, clock, cancel);
        }
        catch (TimeoutException failure)
        {
            Log.TimedOut(logger, failure, method.Name);
            return new Problem(ProblemCode.Timeout, "The request took too long.");
        }
    }

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

/// <summary>403 with the scope that is missing, so that a client can ask for it.</summary>
internal sealed record MissingScope(string Scope) : Problem(ProblemCode.PermissionDenied, $"This needs the permission '{Scope}'.");
