using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Sessions;

namespace Platform.Api.Logins;

/// <summary>How a signed-in user keeps the own password and authenticator, how an administrator lets somebody in, and what a tenant asks for.</summary>
internal static class LoginEndpoints
{
    public static void MapLogins(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/sessions/current/login", Get).Needs("logins/get", "sessions", "own").ForEverybody()
            .Answers<LoginView>("Shows how the signed-in user signs in.").MayRefuse(ProblemCode.NotFound);
        v1.MapPost("/sessions/current:changePassword", ChangePassword).Needs("logins/change-password", "sessions", "own").ForEverybody().Validate<ChangePassword>()
            .Answers<ConsoleSessionOpened>("Changes the own password; all sessions end and a new one begins.").MayRefuse(ProblemCode.NotFound, ProblemCode.SecondFactorRequired);
        v1.MapPost("/sessions/current/totp:enrol", EnrolTotp).Needs("logins/enrol-totp", "sessions", "own").ForEverybody().Validate<EnrolTotp>()
            .Answers<TotpEnrolment>("Begins to set up an authenticator. Its secret is in this answer and in no other.").MayRefuse(ProblemCode.NotFound, ProblemCode.SecondFactorRequired);
        v1.MapPost("/sessions/current/totp:confirm", ConfirmTotp).Needs("logins/confirm-totp", "sessions", "own").ForEverybody().Validate<ConfirmTotp>()
            .Answers<TotpReady>("Turns the authenticator on by its first code. Recovery codes are in this answer and in no other.").MayRefuse(ProblemCode.NotFound, ProblemCode.SecondFactorRequired);
        v1.MapPost("/sessions/current/totp:disable", DisableTotp).Needs("logins/disable-totp", "sessions", "own").ForEverybody().Validate<DisableTotp>()
            .Answers<ConsoleSessionOpened>("Turns the authenticator off.").MayRefuse(ProblemCode.NotFound, ProblemCode.SecondFactorRequired);
        v1.MapPost("/tenants/{tenant}/principals/{principal}:issueInvitation", IssueInvitation).Needs("logins/issue-invitation", "principals", "write")
            .Answers<InvitationIssued>("Issues a secret by which a user sets a password once. It is mailed where an address is named and the platform has a mail server; else it is in this answer and in no other.");
        v1.MapGet("/tenants/{tenant}/login-policy", Policy).Needs("login-policy/get", "login-policy", "read")
            .Answers<LoginPolicy>("Shows what signing in takes.").WithVersion();
        v1.MapPut("/tenants/{tenant}/login-policy", SetPolicy).Needs("login-policy/set", "login-policy", "write").Validate<LoginPolicy>()
            .Answers<LoginPolicy>("Sets what signing in takes.").WithVersion().OnVersion();
    }

    private static async Task<IResult> Get(ManagementExchange exchange, TenantGrains grains) =>
        exchange.Session is { } session
            ? Results.Ok(await grains.For(session.Tenant).Get<ILoginGrain>(session.Principal).GetAsync())
            : Answer.Refused(SessionEndpoints.NoSession());

    private static async Task<IResult> ChangePassword(ChangePassword command, ManagementExchange exchange, TenantGrains grains, SignInGate gate, HttpContext http)
    {
        if (!(await GuardAsync(exchange, gate)).Try(out var session, out var refused))
        {
            return Answer.Refused(refused);
        }

        return await AgainAsync(await grains.For(session.Tenant).Get<ILoginGrain>(session.Principal).ChangePasswordAsync(command, exchange.Caller), session, gate, http);
    }

    private static async Task<IResult> EnrolTotp(EnrolTotp command, ManagementExchange exchange, TenantGrains grains, SignInGate gate) =>
        (await GuardAsync(exchange, gate)).Try(out var session, out var refused)
            ? Answer.Ok(await grains.For(session.Tenant).Get<ILoginGrain>(session.Principal).EnrolTotpAsync(command, exchange.Caller))
            : Answer.Refused(refused);

    private static async Task<IResult> ConfirmTotp(ConfirmTotp command, ManagementExchange exchange, TenantGrains grains, SignInGate gate, HttpContext http)
    {
        if (!(await GuardAsync(exchange, gate)).Try(out var session, out var refused)
            || !(await grains.For(session.Tenant).Get<ILoginGrain>(session.Principal).ConfirmTotpAsync(command, exchange.Caller)).Try(out var confirmed, out refused)
            || !(await gate.OpenAsync(session.Tenant, session.Principal, confirmed.Verdict, http)).Try(out var opened, out refused))
        {
            return Answer.Refused(refused);
        }

        return Results.Ok(new TotpReady(confirmed.RecoveryCodes, opened.Session, opened.Token));
    }

    private static async Task<IResult> DisableTotp(DisableTotp command, ManagementExchange exchange, TenantGrains grains, SignInGate gate, HttpContext http)
    {
        if (!(await GuardAsync(exchange, gate)).Try(out var session, out var refused))
        {
            return Answer.Refused(refused);
        }

        return await AgainAsync(await grains.For(session.Tenant).Get<ILoginGrain>(session.Principal).DisableTotpAsync(command, exchange.Caller), session, gate, http);
    }

    private static async Task<IResult> IssueInvitation(string tenant, string principal, IssueInvitation? command, ManagementExchange exchange, TenantGrains grains, InvitationDesk desk)
    {
        if (!(await PrincipalPath.FindAsync(tenant, principal, exchange, grains)).Try(out var found, out var refused))
        {
            return Answer.Refused(refused);
        }

        if (!(await grains.For(found.Tenant).Get<IPrincipalGrain>(principal).AccessAsync()).Try(out var held, out _))
        {
            return Answer.Refused(Problem.Conflict("The user is blocked, or is nobody who signs in."));
        }

        // A stolen session or token must not get around the old password and the code.
        if (exchange.Caller.Tenant == found.Tenant && string.Equals(exchange.Caller.Principal, principal, StringComparison.Ordinal))
        {
            return Answer.Refused(Problem.Conflict("Change your own password with the present one, or ask another administrator."));
        }

        // AZ-3: who sets a password can be that user afterwards.
        if (!exchange.Permissions.Covers(held.Rules))
        {
            return Answer.Refused(Problem.PermissionDenied("every permission that this user has"));
        }

        // Before an address is counted: for whoever cannot be invited nothing is mailed.
        if (held.Kind != PrincipalKind.User || PrincipalId.IsExternal(principal))
        {
            return Answer.Refused(Problem.Conflict("Only a user who is not blocked signs in with a password."));
        }

        if (await desk.AdmitAsync(found.Tenant, command?.Email) is { } unfit)
        {
            return Answer.Refused(unfit);
        }

        var issued = await grains.For(found.Tenant).Get<ILoginGrain>(principal).IssueSecretAsync(new IssueLoginSecret
        {
            Kind = LoginSecretKind.Invitation,
            ResetSecondFactor = command?.ResetSecondFactor ?? false,
            EndAccess = command?.EndAccess ?? false,
        }, exchange.Caller);
        return issued.Try(out var secret, out refused)
            ? Results.Ok(await desk.HandOverAsync(found.Tenant == TenantId.Platform ? null : tenant, principal["usr_".Length..], command?.Email, secret, exchange))
            : Answer.Refused(refused);
    }

    private static readonly Setting<LoginPolicy> Rule = new(policy => policy.SecondFactor.ToString());

    private static async Task<IResult> Policy(string tenant, ManagementExchange exchange, HttpContext http, TenantGrains grains) =>
        (await PrincipalPath.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown)
            ? Rule.Told(http, await grains.For(owner).The<ILoginPolicyGrain>().EffectiveAsync())
            : Answer.Refused(unknown);

    private static async Task<IResult> SetPolicy(string tenant, LoginPolicy policy, ManagementExchange exchange, HttpContext http, TenantGrains grains)
    {
        if (!(await PrincipalPath.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var own = grains.For(owner).The<ILoginPolicyGrain>();
        return await Rule.SetAsync(http, own.EffectiveAsync, now => own.SetAsync(policy, now, exchange.Caller));
    }

    /// <summary>The own session, after the buckets of sign-in: a stolen session must not guess passwords or codes.</summary>
    private static async ValueTask<Result<ConsoleSessionView>> GuardAsync(ManagementExchange exchange, SignInGate gate)
    {
        if (exchange.Session is not { } session)
        {
            return SessionEndpoints.NoSession();
        }

        exchange.Entry.Class = AuditClass.Authentication;
        exchange.Entry.Target = session.Principal;
        return await gate.TakeAsync(session, exchange.Entry.Address) is { } limited ? limited : session;
    }

    /// <summary>All sessions ended with what was changed; the user goes on with a new one, under a new id.</summary>
    private static async Task<IResult> AgainAsync(Result<LoginVerdict> changed, ConsoleSessionView session, SignInGate gate, HttpContext http) =>
        changed.Try(out var verdict, out var refused)
            ? Answer.Ok(await gate.OpenAsync(session.Tenant, session.Principal, verdict, http))
            : Answer.Refused(refused);
}
