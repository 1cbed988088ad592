using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
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
    IdempotentRequests idempotent,
    PageTokens pages,
    RateGate gate,
    RatePolicies limits,
    IOptions<ApiOptions> options,
    ClientAddressSeal seal,
    UnknownRoute unknown,
    TimeProvider clock,
    ILogger<ManagementGate> logger)
{
    /// <summary>Most bytes of a body (TR-8).</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>What one person's sessions may ask together; a page of the console asks several times.</summary>
    private static readonly RateLimitRule Sessions = new(6_000, 1_000);

    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MaxBody;
        ClientAddress.Apply(http, seal);
        var exchange = new ManagementExchange(new AuditEntry(clock, "rest", http.Connection.RemoteIpAddress?.ToString()) { Class = AuditClass.Administration, RequestBytes = http.Request.ContentLength ?? 0 })
        {
            Patience = BodyPatience.Of(http, options.Value.BodyPatience, clock),
        };
        using var patience = exchange.Patience;
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
            else if ((http.GetEndpoint()?.Metadata.GetMetadata<RouteQuery>()?.Judge(http.Request, pages) ?? await UntakenBody.JudgeAsync(http)) is { } unfit)
            {
                refusal = unfit;
            }
            else if (!IsRead(http) && audit.IsFailing(TenantId.Platform))
            {
                exchange.Entry.IsUnrecordable = true;
                refusal = new Problem(ProblemCode.Unavailable, "The audit trail cannot be written, so nothing is changed.");
            }
            else if (await BeginOnceAsync(http, operation, exchange) is { } notAgain)
            {
                refusal = notAgain;
            }
            else if (exchange.Once?.Answered is { } before)
            {
                // Nothing runs: the trail says that it was asked again.
                SecurityHeaders.Api(http.Response.Headers);
                (exchange.Entry.Action, exchange.Entry.Tenant, exchange.Entry.Target) = (exchange.Entry.Action + ":replay", before.Trail, before.Target);
                exchange.Entry.Succeed();
                await audit.WriteAsync(exchange.Entry, AuditMode.Durable);
                await IdempotentRequest.AnswerAsync(http, before);
                return;
            }
            else
            {
                // The filter below audits what the handler decided, before the answer leaves.
                SecurityHeaders.Api(http.Response.Headers);
                exchange.Entry.Ran = !IsRead(http);
                await next(http);
                if (exchange.IsAudited)
                {
                    return;
                }

                // Binding gave up on the body without a word: no handler ran, and nothing was answered or audited.
                refusal = http.Response.StatusCode == StatusCodes.Status413PayloadTooLarge ? BodyRefusal.TooLarge() : BodyRefusal.Unreadable();
            }
        }
        catch (BadHttpRequestException unreadable)
        {
            refusal = BodyRefusal.Of(unreadable, http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            if (!exchange.IsAudited)
            {
                exchange.Entry.Cancel();
                LeaveLooksToThePlatform(http, exchange);
                await audit.WriteAsync(exchange.Entry, AuditMode.Durable);
            }

            return;
        }
        catch (AuditUnavailableException failure) when (!IsRead(http) && !exchange.MayHaveRun)
        {
            // The intent may be stored after all: its outcome says that nothing ran.
            Log.NotAudited(logger, failure, exchange.Entry.Correlation);
            refusal = new Problem(ProblemCode.Unavailable, "The audit trail cannot be written, so nothing is changed.");
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
            refusal = Problem.Of(failure);
        }

        await RefuseAsync(http, exchange, refusal);
    }

    /// <summary>Audits what a handler decided. Runs around every handler of <c>/v1</c>.</summary>
    public async ValueTask<object?> AuditAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // The body is bound; a handler that reads it itself has bounds of its own.
        var exchange = ManagementExchange.Of(context.HttpContext)!;
        exchange.Patience?.Dispose();
        var entry = exchange.Entry;
        var changed = await JudgeAsync(context.HttpContext, exchange, ApiOptions.Moment);
        if (changed is not null)
        {
            entry.Ran = false;
        }
        else if (entry.Ran && entry.Caller is not null)
        {
            // What may change something is on record before it runs (AL-5).
            await audit.IntendAsync(entry, context.HttpContext.Request.Path);
            exchange.MayHaveRun = true;
        }

        var result = changed is null ? await next(context) : new ProblemResult(changed);
        if (result is ProblemResult refused)
        {
            entry.Fail(refused.Problem.Code);
            await (exchange.Once?.RefuseAsync(refused.Problem.Code) ?? Task.CompletedTask);
        }
        else
        {
            entry.Succeed();
        }

        LeaveLooksToThePlatform(context.HttpContext, exchange);
        await audit.WriteAsync(entry, AuditMode.Durable);
        exchange.IsAudited = true;
        exchange.Once?.Keep(context.HttpContext, result);
        return result;
    }

    /// <summary>An operator who looks around is the platform's business, served or refused: a tenant's own trail tells what was done, and every page of the console asks several times.</summary>
    private static void LeaveLooksToThePlatform(HttpContext http, ManagementExchange exchange)
    {
        if (IsRead(http) && exchange.Caller.Tenant == TenantId.Platform)
        {
            exchange.Entry.Tenant = TenantId.Platform;
        }
    }

    // Open operations have no caller whose key it would be.
    private async ValueTask<Problem?> BeginOnceAsync(HttpContext http, ManagementOperation? operation, ManagementExchange exchange)
    {
        if (operation is not { Area: not null } || !IdempotentRequests.IsAsked(http.Request))
        {
            return null;
        }

        if (!(await idempotent.BeginAsync(http, exchange.Caller)).Try(out var once, out var refused))
        {
            return refused;
        }

        exchange.Once = once;
        return null;
    }

    /// <summary>
    /// Whether what was admitted once may go on (TR-10): when that was decided longer ago than <paramref name="age"/>, everything is decided anew and nothing is recorded; null while it may. Nothing is taken
    /// from a limit, and it is no use of a session: it goes idle under an open stream. What the caller holds now is noted in the exchange.
    /// </summary>
    public async ValueTask<Problem?> JudgeAsync(HttpContext http, ManagementExchange exchange, TimeSpan age)
    {
        if (clock.GetElapsedTime(exchange.Judged) <= age)
        {
            return null;
        }

        var again = new ManagementExchange(new AuditEntry(clock, "rest", http.Connection.RemoteIpAddress?.ToString())) { IsAskedAgain = true };
        var refused = await DecideAsync(http, http.GetEndpoint()?.Metadata.GetMetadata<ManagementOperation>(), again);
        (exchange.Permissions, exchange.Session, exchange.Judged) = (again.Permissions, again.Session, again.Judged);
        return refused;
    }

    private async ValueTask<Problem?> DecideAsync(HttpContext http, ManagementOperation? operation, ManagementExchange exchange)
    {
        exchange.Judged = clock.GetTimestamp();
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
            return exchange.IsAskedAgain || refusals.TryTake(http.Connection.RemoteIpAddress) ? null : Problem.RateLimited(TimeSpan.FromSeconds(1));
        }

        if (!(await AuthenticateAsync(http, exchange)).Try(out var granted, out var refused))
        {
            return refused;
        }

        if (operation is null)
        {
            return unknown.Tell(http);
        }

        if (exchange.Session is null)
        {
            granted = TenantReach.OfAKey(granted, exchange.Caller);
        }

        exchange.Permissions = granted;
        exchange.Entry.Tenant = await reach.TrailAsync(http, exchange.Caller);
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

        if (http.GetEndpoint()!.Metadata.GetMetadata<ManagementFiltered>() is not null)
        {
            return granted.AllowsSome(needed.Area, needed.Action) ? null : Problem.PermissionDenied(needed.Text);
        }

        // No object is named here, so a deny of some objects denies: which one the handler would touch is not known yet.
        return granted.AllowsAll(needed) ? await reach.CheckWritableAsync(http) : Problem.PermissionDenied(needed.Text);
    }

    /// <remarks>Until the route names a tenant, what somebody does or is refused is the business of the tenant whose credential it is: its trail has it.</remarks>
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
            return await tenantCallers.FindAsync(http, presented) is { } own ? await AdmitAsync(own, http, exchange) : Problem.Unauthenticated();
        }

        if (SessionToken.TryRead(credential, out var home, out var sessionId))
        {
            var grain = grains.For(home).Get<IConsoleSessionGrain>(sessionId);
            if (!(await (exchange.IsAskedAgain ? grain.JudgeAsync(credential) : grain.UseAsync(credential))).Try(out var session, out var ended))
            {
                return ended;
            }

            exchange.Session = session;
            (exchange.Entry.Caller, exchange.Entry.Tenant) = (new Caller(session.Tenant, session.Principal, $"session:{session.Id}"), session.Tenant);
            var rates = new CallerRates(gate, limits, session.Tenant, session.Principal, $"sessions/{session.Principal}", Sessions, CredentialLimit.Platform);
            if (await TakeAsync(rates, http, exchange) is { } limited)
            {
                return limited;
            }

            return permissions.PolicyOf(session.Rules).At(new AccessContext(clock.GetUtcNow(), address, session.Trust));
        }

        if (!(await callers.AuthenticateManagerAsync(credential, exchange.Entry.Address)).Try(out var caller, out var refused))
        {
            return refused;
        }

        return await AdmitAsync(caller, http, exchange);
    }

    private async ValueTask<Result<PermissionSet>> AdmitAsync(AuthenticatedCaller caller, HttpContext http, ManagementExchange exchange)
    {
        (exchange.Entry.Caller, exchange.Entry.Tenant) = (caller.Caller, caller.Caller.Tenant);
        return await TakeAsync(caller.Rates, http, exchange) is { } limited ? limited : caller.PermissionsAt(clock.GetUtcNow(), http.Connection.RemoteIpAddress);
    }

    private static async ValueTask<Problem?> TakeAsync(CallerRates rates, HttpContext http, ManagementExchange exchange)
    {
        if (exchange.IsAskedAgain)
        {
            return null;
        }

        var chain = await rates.ForManagementAsync(exchange.Entry.Address);
        if (await chain.TakeAsync() is { } limited)
        {
            return limited;
        }

        chain.Tell(http.Response.Headers);
        return null;
    }

    private async Task RefuseAsync(HttpContext http, ManagementExchange exchange, Problem problem)
    {
        GateTelemetry.Refused("management");
        exchange.Entry.Fail(problem.Code);
        LeaveLooksToThePlatform(http, exchange);
        await (exchange.Once?.RefuseAsync(problem.Code) ?? Task.CompletedTask);
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
                audit.Count(exchange.Entry);
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

    /// <summary>Whether a request only reads, by its method (RFC 9110, 9.2.1).</summary>
    internal static bool IsRead(HttpContext http) => HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);

    private static Task AnswerAsync(HttpContext http, Problem problem) => new ProblemResult(problem).ExecuteAsync(http);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ManagementRequestFailed", Level = LogLevel.Error, Message = "A management request failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);

        [LoggerMessage(EventId = 2, EventName = "ManagementRequestNotAudited", Level = LogLevel.Error, Message = "A management request could not be audited; correlation {Correlation}.")]
        public static partial void NotAudited(ILogger logger, Exception failure, string correlation);
    }
}
