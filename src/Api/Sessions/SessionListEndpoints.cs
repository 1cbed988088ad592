using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Sessions;

/// <summary>Shows and ends sessions: everybody's own, and a tenant's with <c>sessions:read</c> and <c>sessions:write</c>.</summary>
internal static class SessionListEndpoints
{
    public static void MapSessionLists(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/sessions", ListOwn).Needs("sessions/list-own", "sessions", "own").ForEverybody()
            .AnswersPage<SessionEntry>("Lists the own sessions.").OrderedBy("id").MayRefuse(ProblemCode.NotFound);
        v1.MapDelete("/sessions/{session}", EndOwn).Needs("sessions/end-own", "sessions", "own").ForEverybody()
            .AnswersNothing("Ends one of the own sessions.");
        v1.MapPost("/sessions:endAll", EndAllOwn).Needs("sessions/end-all-own", "sessions", "own").ForEverybody()
            .Answers<SessionsEnded>("Ends all own sessions, this one too.").MayRefuse(ProblemCode.NotFound);
        v1.MapGet("/tenants/{tenant}/sessions", List).Needs("sessions/list", "sessions", "read")
            .AnswersPage<SessionEntry>("Lists console sessions.").OrderedBy("id");
        v1.MapDelete("/tenants/{tenant}/sessions/{session}", End).Needs("sessions/end", "sessions", "write").WhileReadOnly()
            .AnswersNothing("Ends a console session.");
        v1.MapPost("/tenants/{tenant}/principals/{principal}:endSessions", EndAll).Needs("sessions/end-all", "sessions", "write").WhileReadOnly()
            .Answers<SessionsEnded>("Ends all console sessions of a principal.");
    }

    private static Task<IResult> ListOwn(int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains) =>
        exchange.Session is { } session
            ? PageAsync(session.Tenant, session.Principal, pageSize, pageToken, exchange, grains)
            : Task.FromResult(Answer.Refused(SessionEndpoints.NoSession()));

    private static Task<IResult> EndOwn(string session, ManagementExchange exchange, TenantGrains grains) =>
        exchange.Session is { } own
            ? EndAsync(own.Tenant, session, own.Principal, exchange, grains)
            : Task.FromResult(Answer.Refused(SessionEndpoints.NoSession()));

    private static async Task<IResult> EndAllOwn(ManagementExchange exchange, TenantGrains grains)
    {
        if (exchange.Session is not { } session)
        {
            return Answer.Refused(SessionEndpoints.NoSession());
        }

        exchange.Entry.Class = AuditClass.Authentication;
        return Results.Ok(new SessionsEnded(await grains.For(session.Tenant).Get<ILoginGrain>(session.Principal).EndSessionsAsync(exchange.Caller)));
    }

    private static async Task<IResult> List(string tenant, string? principal, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (principal is not null && !PrincipalId.IsValid(principal))
        {
            return Answer.Refused(Problem.Invalid([new FieldError("principal", "This is not the id of a principal.")]));
        }

        return (await PrincipalPath.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown)
            ? await PageAsync(owner, principal, pageSize, pageToken, exchange, grains)
            : Answer.Refused(unknown);
    }

    private static async Task<IResult> End(string tenant, string session, ManagementExchange exchange, TenantGrains grains) =>
        (await PrincipalPath.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown)
            ? await EndAsync(owner, session, principal: null, exchange, grains)
            : Answer.Refused(unknown);

    private static async Task<IResult> EndAll(string tenant, string principal, ManagementExchange exchange, TenantGrains grains) =>
        (await PrincipalPath.FindAsync(tenant, principal, exchange, grains)).Try(out var found, out var unknown)
            ? Results.Ok(new SessionsEnded(await grains.For(found.Tenant).Get<ILoginGrain>(found.Principal.Id).EndSessionsAsync(exchange.Caller)))
            : Answer.Refused(unknown);

    private static async Task<IResult> PageAsync(TenantId tenant, string? principal, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, text => SessionToken.IsId(text)).Try(out var page, out var refused))
        {
            return Answer.Refused(refused);
        }

        var entries = await grains.For(tenant).The<ISessionListGrain>().PageAsync(principal, page.After, page.Size + 1);
        var shown = Array.ConvertAll(entries, entry => entry with { Current = exchange.Session is { } own && own.Tenant == tenant && string.Equals(own.Id, entry.Id, StringComparison.Ordinal) });
        return Answer.List(shown, page.Size, entry => entry.Id);
    }

    /// <summary>Ends a session, of this principal when one is named; another's does not exist.</summary>
    private static async Task<IResult> EndAsync(TenantId tenant, string session, string? principal, ManagementExchange exchange, TenantGrains grains)
    {
        if (!SessionToken.IsId(session))
        {
            return Answer.Refused(Problem.NotFound("session"));
        }

        exchange.Entry.Target = session;
        var grain = grains.For(tenant).Get<IConsoleSessionGrain>(session);
        if (!(await grain.DescribeAsync()).Try(out var entry, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        if (principal is not null && !string.Equals(entry.Principal, principal, StringComparison.Ordinal))
        {
            return Answer.Refused(Problem.NotFound("session"));
        }

        exchange.Entry.Target = $"{entry.Principal}/{session}";
        await grain.CloseAsync();
        return Results.NoContent();
    }
}
