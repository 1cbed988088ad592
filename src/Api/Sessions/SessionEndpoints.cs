using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.RateLimits;

namespace Platform.Api.Sessions;

internal static class SessionEndpoints
{
    /// <summary>Guesses per address, and per user from anywhere; exact, and closed when it cannot be asked (AU-11).</summary>
    private static readonly RateLimitRule Attempts = new(10, 10);

    private static readonly SearchValues<char> UserNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    public static void MapSessions(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/bootstrap", BootstrapState).IsAnonymous("bootstrap/state");
        v1.MapPost("/bootstrap", Bootstrap).IsAnonymous("bootstrap/use").Validate<Bootstrap>();
        v1.MapPost("/sessions", SignIn).IsAnonymous("sessions/open").Validate<SignIn>();
        v1.MapGet("/sessions/current", Current).Needs("sessions/current", "sessions", "own").ForEverybody();
        v1.MapDelete("/sessions/current", SignOut).Needs("sessions/close", "sessions", "own").ForEverybody();
    }

    private static async Task<IResult> BootstrapState(TenantGrains grains) =>
        Results.Ok(new { PasswordSet = await Admin(grains).HasPasswordAsync() });

    private static async Task<IResult> Bootstrap(Bootstrap command, ManagementExchange exchange, TenantGrains grains, RateGate rates)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        exchange.Entry.Target = PlatformAdmin.Principal;
        if (await rates.TakeExactAsync(TenantId.Platform, $"login/{exchange.Entry.Address}", Attempts) is { } limited)
        {
            return Answer.Refused(limited);
        }

        return await Admin(grains).SetFirstPasswordAsync(command.Secret, command.Password) is { } refused
            ? Answer.Refused(refused)
            : await OpenAsync(PlatformAdmin.Principal, grains);
    }

    private static async Task<IResult> SignIn(SignIn command, ManagementExchange exchange, TenantGrains grains, RateGate rates)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        var user = command.User.Length <= 64 && !command.User.AsSpan().ContainsAnyExcept(UserNames) ? command.User : "unknown";
        exchange.Entry.Target = $"usr_{user}";
        if (await rates.TakeExactAsync(TenantId.Platform, $"login/{exchange.Entry.Address}", Attempts) is { } limited
            || await rates.TakeExactAsync(TenantId.Platform, $"login-user/{user}", Attempts) is { } targeted && (limited = targeted) is not null)
        {
            return Answer.Refused(limited);
        }

        // A user that does not exist costs the same time and gets the same answer.
        var principal = $"usr_{user}";
        return await grains.Platform.Get<IPrincipalGrain>(principal).VerifyPasswordAsync(command.Password) is { } refused
            ? Answer.Refused(refused)
            : await OpenAsync(principal, grains);
    }

    private static IResult Current(ManagementExchange exchange) =>
        exchange.Session is { } session ? Results.Ok(session) : Answer.Refused(Problem.NotFound("session: this credential is a key"));

    private static async Task<IResult> SignOut(ManagementExchange exchange, TenantGrains grains)
    {
        if (exchange.Session is not { } session)
        {
            return Answer.Refused(Problem.NotFound("session: this credential is a key"));
        }

        exchange.Entry.Class = AuditClass.Authentication;
        await grains.Platform.Get<IConsoleSessionGrain>(session.Id).CloseAsync();
        return Results.NoContent();
    }

    private static async Task<IResult> OpenAsync(string principal, TenantGrains grains) =>
        Answer.Created(await grains.Platform.Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(principal), _ => "/v1/sessions/current");

    private static IPrincipalGrain Admin(TenantGrains grains) => grains.Platform.Get<IPrincipalGrain>(PlatformAdmin.Principal);
}
