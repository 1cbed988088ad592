using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Authentication.Tokens;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Telemetry;
using Platform.Hosting.Listeners;

namespace Platform.Api.Management;

/// <summary>
/// The gate of <c>/v1</c>: Host, Origin, authentication, rate and permission before a byte of the body is bound; an audit event for every outcome.
/// Denies by default: a route without a <see cref="ManagementOperation"/> serves nobody.
/// </summary>
internal sealed partial class ManagementGate(
    CallerCache callers,
    PermissionSets permissions,
    ITenantCallers tenantCallers,
    TenantReach reach,
    TenantGrains grains,
    AuditTrail audit,
    RefusalLimiter refusals,
    IOptions<ApiOptions> options,
    ClientAddressSeal seal,
    TimeProvider clock,
    ILogger<ManagementGate> logger)
{
    /// <summary>Most bytes of a body (TR-8).</summary>
    private const int MaxBody = 1024 * 1024;

    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MaxBody;
        ClientAddress.Apply(http, seal);
        var exchange = new ManagementExchange(new AuditEntry(clock, "rest", http.Connection.RemoteIpAddress?.ToString()) { Class = AuditClass.Administration });
        http.Features.Set(exchange);
        Problem refusal;
        try
        {
            var operation = http.GetEndpoint()?.Metadata.GetMetadata<ManagementOperation>();
            exchange.Entry.Action = operation?.Name ?? "unknown";
            if (await DecideAsync(http, operation, exchange) is { } refused)
            {
                refusal = refused;
            }
            else if (!HttpMethods.IsGet(http.Request.Method) && audit.IsFailing(TenantId.Platform))
            {
                refusal = new Problem(ProblemCode.Unavailable, "The audit trail cannot be written, so nothing is changed.");
            }
            else
            {
                // The filter below audits what the handler decided, before the answer leaves.
                SecurityHeaders.Api(http.Response.Headers);
                exchange.Entry.Ran = !HttpMethods.IsGet(http.Request.Method);
                await next(http);
                if (exchange.IsAudited)
                {
                    return;
                }

                // Binding gave up on the body without a word: no handler ran, and nothing was answered or audited.
                refusal = http.Response.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : UnreadableBody();
            }
        }
        catch (BadHttpRequestException unreadable)
        {
            refusal = Unreadable(unreadable);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            exchange.Entry.Cancel();
            await audit.WriteAsync(exchange.Entry, AuditMode.Durable);
            return;
        }
        catch (AuditUnavailableException failure)
        {
            Log.NotAudited(logger, failure, exchange.Entry.Correlation);
            await AnswerAsync(http, new Problem(ProblemCode.Unavailable, "The request could not be recorded, so it is not answered."));
            return;
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            Log.Failed(logger, failure, exchange.Entry.Correlation);
            refusal = Problem.Internal();
        }

        await RefuseAsync(http, exchange, refusal);
    }

    /// <summary>Audits what a handler decided. Runs around every handler of <c>/v1</c>.</summary>
    public static async ValueTask<object?> AuditAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, AuditTrail audit)
    {
        var result = await next(context);
        var exchange = ManagementExchange.Of(context.HttpContext)!;
        var entry = exchange.Entry;
        if (result is ProblemResult refused)
        {
            entry.Fail(refused.Problem.Code);
        }
        else
        {
            entry.Succeed();
            if (HttpMethods.IsGet(context.HttpContext.Request.Method) && exchange.Caller.Tenant == TenantId.Platform)
            {
                // An operator who looks around is the platform's business: a tenant's own trail tells what was done, and every page of the console asks several times.
                entry.Tenant = TenantId.Platform;
            }
        }

        await audit.WriteAsync(entry, AuditMode.Durable);
        exchange.IsAudited = true;
        return result;
    }

    private async ValueTask<Problem?> DecideAsync(HttpContext http, ManagementOperation? operation, ManagementExchange exchange)
    {
        if (!HostGuard.IsAllowed(http.Request.Headers.Host, options.Value))
        {
            return new Problem(ProblemCode.HostDenied, "This host name is not served here.");
        }

        if (!OriginGuard.IsAllowed(http.Request.Headers.Origin, [options.Value.ManagementUrl]))
        {
            return new Problem(ProblemCode.OriginDenied, "This origin is not allowed.");
        }

        if (operation is { Area: null })
        {
            // Open to anybody, so bounded for everybody.
            return refusals.TryTake(http.Connection.RemoteIpAddress) ? null : Problem.RateLimited(TimeSpan.FromSeconds(1));
        }

        if (!(await AuthenticateAsync(http, exchange)).Try(out var granted, out var refused))
        {
            return refused;
        }

        if (operation is null)
        {
            return Problem.NotFound("route");
        }

        if (exchange.Session is null)
        {
            granted = TenantReach.OfAKey(granted, exchange.Caller);
        }

        exchange.Permissions = granted;
        if (await reach.CheckAsync(http, exchange.Caller) is { } outOfReach)
        {
            return outOfReach;
        }

        var needed = TenantReach.Needed(http, operation);
        if (http.GetEndpoint()!.Metadata.GetMetadata<ManagementObject>() is { } about)
        {
            return !about.Of(http).Try(out var target, out var unreadable) ? unreadable
                : granted.Allows(needed.Area, needed.Action, target) ? await reach.CheckWritableAsync(http)
                : Problem.PermissionDenied($"{needed.Text}:{target}");
        }

        // No object is named here, so a deny of some objects denies: which one the handler would touch is not known yet.
        return granted.AllowsAll(needed) ? await reach.CheckWritableAsync(http) : Problem.PermissionDenied(needed.Text);
    }

    private async ValueTask<Result<PermissionSet>> AuthenticateAsync(HttpContext http, ManagementExchange exchange)
    {
        var address = http.Connection.RemoteIpAddress;
        var presented = Credential.Of(http);
        if (presented is { Bearer: null or "", Certificate: null })
        {
            return Problem.Unauthenticated("Send a management key, a session or an access token as Authorization: Bearer.");
        }

        if (presented.Bearer is not { } credential || JwtForm.IsMeant(credential))
        {
            return await tenantCallers.FindAsync(http, presented) is { } own ? await AdmitAsync(own, address, exchange) : Problem.Unauthenticated();
        }

        if (SessionToken.TryRead(credential, out var home, out var sessionId))
        {
            if (!(await grains.For(home).Get<IConsoleSessionGrain>(sessionId).UseAsync(credential)).Try(out var session, out var ended))
            {
                return ended;
            }

            exchange.Session = session;
            exchange.Entry.Caller = new Caller(session.Tenant, session.Principal, $"session:{session.Id}");
            return permissions.PolicyOf(session.Rules).At(new AccessContext(clock.GetUtcNow(), address, session.Trust));
        }

        if (!(await callers.AuthenticateManagerAsync(credential, exchange.Entry.Address)).Try(out var caller, out var refused))
        {
            return refused;
        }

        return await AdmitAsync(caller, address, exchange);
    }

    private async ValueTask<Result<PermissionSet>> AdmitAsync(AuthenticatedCaller caller, IPAddress? address, ManagementExchange exchange)
    {
        exchange.Entry.Caller = caller.Caller;

        // Until the route names a tenant, what somebody does or is refused is the business of the tenant whose credential it is.
        exchange.Entry.Tenant = caller.Caller.Tenant;
        return await caller.Bucket.TakeAsync() is { } limited ? limited : caller.PermissionsAt(clock.GetUtcNow(), address);
    }

    private async Task RefuseAsync(HttpContext http, ManagementExchange exchange, Problem problem)
    {
        GateTelemetry.Refused("management");
        exchange.Entry.Fail(problem.Code);
        if (exchange.Entry.Caller is null)
        {
            var verdict = refusals.Take(http.Connection.RemoteIpAddress, out var counted);
            if (verdict != RefusalVerdict.Record)
            {
                problem = Problem.RateLimited(TimeSpan.FromSeconds(1));
                exchange.Entry.Fail(problem.Code);
                exchange.Entry.Counted = counted;
            }

            if (verdict == RefusalVerdict.Count)
            {
                await AnswerAsync(http, problem);
                return;
            }
        }

        try
        {
            await audit.WriteAsync(exchange.Entry, AuditMode.Durable);
        }
        catch (AuditUnavailableException failure)
        {
            Log.NotAudited(logger, failure, exchange.Entry.Correlation);
            problem = new Problem(ProblemCode.Unavailable, "The request could not be recorded, so it is not answered.");
        }

        await AnswerAsync(http, problem);
    }

    private static Task AnswerAsync(HttpContext http, Problem problem) => new ProblemResult(problem).ExecuteAsync(http);

    // The framework's own texts name parameters and types; ours name the member.
    private static Problem Unreadable(BadHttpRequestException failure) => failure switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new Problem(ProblemCode.UnsupportedMediaType, "Send Content-Type: application/json."),
        { InnerException: JsonException { Path: { Length: > 2 } path } json } => Problem.Invalid([new FieldError(path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path, Reason(json))]),
        { InnerException: JsonException json } => Problem.InvalidParams(Reason(json)),
        _ => UnreadableBody(),
    };

    private static Problem TooLarge() => new(ProblemCode.TooLarge, $"The body is larger than {MaxBody} bytes.");

    private static Problem UnreadableBody() => Problem.InvalidParams("The request is not valid: check the body and the parameters.");

    private static string Reason(JsonException failure) =>
        failure.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "There is no such member."
        : failure.Message.Contains("Duplicate", StringComparison.Ordinal) ? "The member is there twice."
        : failure.Message.Contains("missing required", StringComparison.Ordinal) ? "A required member is missing."
        : "The value is not valid JSON of the expected type.";

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ManagementRequestFailed", Level = LogLevel.Error, Message = "A management request failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);

        [LoggerMessage(EventId = 2, EventName = "ManagementRequestNotAudited", Level = LogLevel.Error, Message = "A management request could not be audited; correlation {Correlation}.")]
        public static partial void NotAudited(ILogger logger, Exception failure, string correlation);
    }
}
