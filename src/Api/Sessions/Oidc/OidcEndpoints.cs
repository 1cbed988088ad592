using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Sessions.Oidc;

/// <summary>The way in through a tenant's own OpenID provider. A tenant that does not exist or is suspended is one that has none.</summary>
internal static class OidcEndpoints
{
    public static void MapOidcSignIn(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/sessions:oidcProviders", Choices).IsAnonymous("sessions/oidc-providers")
            .Answers<SignInChoices>("Lists the OpenID providers that a tenant's people may sign in with.");
        v1.MapPost("/sessions:beginOidc", Begin).IsAnonymous("sessions/begin-oidc").Validate<BeginOidc>()
            .Answers<OidcBegun>("Begins to sign in with an OpenID provider.").MayRefuse(ProblemCode.Unauthenticated, ProblemCode.NotFound, ProblemCode.UpstreamFailed);
        v1.MapPost("/sessions:completeOidc", Complete).IsAnonymous("sessions/complete-oidc").Validate<CompleteOidc>()
            .Creates<ConsoleSessionOpened>("Signs in with what the OpenID provider answered.").MayRefuse(ProblemCode.Unauthenticated, ProblemCode.PermissionDenied, ProblemCode.NotFound, ProblemCode.UpstreamFailed, ProblemCode.QuotaExceeded, ProblemCode.TenantSuspended);
    }

    private static async Task<IResult> Choices(string? tenant, ManagementExchange exchange, OidcGate gate, OidcSignIn oidc) =>
        await gate.TakeAsync(exchange) is { } limited ? Answer.Refused(limited)
        : Results.Ok(await gate.FindAsync(tenant, exchange) is { } found ? await oidc.ChoicesAsync(found.Id) : new SignInChoices([]));

    private static async Task<IResult> Begin(BeginOidc command, ManagementExchange exchange, OidcGate gate, OidcSignIn oidc, CancellationToken cancel)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        if (!(await EnterAsync(command.Tenant, exchange, gate)).Try(out var tenant, out var limited))
        {
            return Answer.Refused(limited);
        }

        if (tenant.Found is not { } found)
        {
            return Answer.Refused(Problem.NotFound("sign-in"));
        }

        return Answer.Ok(await oidc.BeginAsync(found, command.Provider, cancel));
    }

    private static async Task<IResult> Complete(CompleteOidc command, ManagementExchange exchange, OidcGate gate, SignInGate sessions, OidcSignIn oidc, HttpContext http)
    {
        exchange.Entry.Class = AuditClass.Authentication;
        if (!(await EnterAsync(command.Tenant, exchange, gate)).Try(out var tenant, out var refused))
        {
            return Answer.Refused(refused);
        }

        if (tenant.Found is not { } found)
        {
            return Answer.Refused(OidcSignIn.Refused());
        }

        if (!(await oidc.CompleteAsync(found, command, http.RequestAborted)).Try(out var admitted, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Entry.Target = $"{found.Slug}/{admitted.Principal}";
        return Answer.Created(await sessions.OpenAsync(found.Id, admitted.Principal, admitted.Verdict, http), _ => "/v1/sessions/current");
    }

    /// <summary>Whatever the tenant is called, the permits are taken first.</summary>
    private static async ValueTask<Result<Entered>> EnterAsync(string slug, ManagementExchange exchange, OidcGate gate)
    {
        if (await gate.TakeAsync(exchange) is { } limited)
        {
            return limited;
        }

        var found = await gate.FindAsync(slug, exchange);
        return found is not null && await gate.TakeAsync(found) is { } crowded ? crowded : new Entered(found);
    }

    /// <param name="Found">Null when there is no such tenant, or nobody may sign in to it.</param>
    private sealed record Entered(TenantView? Found);
}
