using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Sessions;

/// <summary>The ways in and out.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/bootstrap", BootstrapStatus).IsAnonymous("bootstrap/state")
            .Answers<BootstrapState>("Tells whether the platform's first administrator has a password.");
        v1.MapPost("/bootstrap", Bootstrap).IsAnonymous("bootstrap/use").Validate<Bootstrap>()
            .Creates<ConsoleSessionOpened>("Sets the password of the first administrator by the bootstrap secret, once.").MayRefuse(ProblemCode.Unauthenticated, ProblemCode.SecondFactorRequired);
        v1.MapPost("/sessions", SignIn).IsAnonymous("sessions/open").Validate<SignIn>()
            .Creates<ConsoleSessionOpened>("Signs in with password and second factor. The token is in this answer and in no other.").MayRefuse(ProblemCode.Unauthenticated, ProblemCode.SecondFactorRequired, ProblemCode.TenantSuspended);
        v1.MapPost("/sessions:acceptInvitation", AcceptInvitation).IsAnonymous("sessions/accept-invitation").Validate<AcceptInvitation>()
            .Creates<ConsoleSessionOpened>("Sets a password by the secret of an invitation, once, and signs in.").MayRefuse(ProblemCode.Unauthenticated, ProblemCode.SecondFactorRequired, ProblemCode.TenantSuspended);
        v1.MapGet("/sessions/current", Current).Needs("sessions/current", "sessions", "own").ForEverybody()
            .Answers<ConsoleSessionView>("Shows the own session, and what it may do now and from here.").MayRefuse(ProblemCode.NotFound);
        v1.MapDelete("/sessions/current", SignOut).Needs("sessions/close", "sessions", "own").ForEverybody()
            .AnswersNothing("Signs out.").MayRefuse(ProblemCode.NotFound);
    }

    private static async Task<IResult> BootstrapStatus(TenantGrains grains) =>
        Results.Ok(new BootstrapState((await grains.Platform.Get<ILoginGrain>(PlatformAdmin.Principal).GetAsync()).PasswordSet));

    private static async Task<IResult> Bootstrap(Bootstrap command, ManagementExchange exchange, TenantGrains grains, SignInGate gate, HttpContext http)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        if (!(await gate.TryAsync(null, PlatformAdmin.User, exchange)).Try(out var admin, out var limited))
        {
            return Answer.Refused(limited);
        }

        var used = await grains.For(admin.Tenant).Get<ILoginGrain>(admin.Principal).UseSecretAsync(new UseLoginSecret(command.Secret, command.Password, Code: null));
        return await OpenAsync(used, admin, gate, http);
    }

    private static async Task<IResult> SignIn(SignIn command, ManagementExchange exchange, TenantGrains grains, SignInGate gate, HttpContext http)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        if (!(await gate.TryAsync(command.Tenant, command.User, exchange)).Try(out var candidate, out var limited))
        {
            return Answer.Refused(limited);
        }

        var verified = await grains.For(candidate.Tenant).Get<ILoginGrain>(candidate.Principal).VerifyAsync(new LoginProof(command.Password, command.Code));
        return await OpenAsync(verified, candidate, gate, http);
    }

    private static async Task<IResult> AcceptInvitation(AcceptInvitation command, ManagementExchange exchange, TenantGrains grains, SignInGate gate, HttpContext http)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        if (!(await gate.TryAsync(command.Tenant, command.User, exchange)).Try(out var candidate, out var limited))
        {
            return Answer.Refused(limited);
        }

        var used = await grains.For(candidate.Tenant).Get<ILoginGrain>(candidate.Principal).UseSecretAsync(new UseLoginSecret(command.Secret, command.Password, command.Code));
        return await OpenAsync(used, candidate, gate, http);
    }

    private static IResult Current(ManagementExchange exchange) =>
        exchange.Session is { } session ? Results.Ok(session with { Grants = [.. exchange.Permissions.Grants], Denials = [.. exchange.Permissions.Denials] }) : Answer.Refused(NoSession());

    private static async Task<IResult> SignOut(ManagementExchange exchange, TenantGrains grains)
    {
        if (exchange.Session is not { } session)
        {
            return Answer.Refused(NoSession());
        }

        exchange.Entry.Class = AuditClass.Authentication;
        await grains.For(session.Tenant).Get<IConsoleSessionGrain>(session.Id).CloseAsync();
        return Results.NoContent();
    }

    private static async Task<IResult> OpenAsync(Result<LoginVerdict> verified, Candidate candidate, SignInGate gate, HttpContext http) =>
        verified.Try(out var verdict, out var refused)
            ? Answer.Created(await gate.OpenAsync(candidate.Tenant, candidate.Principal, verdict, http), _ => "/v1/sessions/current")
            : Answer.Refused(refused);

    internal static Problem NoSession() => Problem.NotFound("session: this credential is a key");
}
