using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tokens;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Management;
using Platform.Api.OAuth;
using Platform.Api.Tenants;

namespace Platform.Api.Incidents;

/// <summary>Takes one stolen token back, or its family, and leaves everybody else's alone (IR-2).</summary>
internal static class TokenRevocationEndpoint
{
    public static void MapTokenRevocation(this IEndpointRouteBuilder v1) =>
        v1.MapPost("/tenants/{tenant}/tokens:revoke", Revoke).Needs("tokens/revoke", "incidents", "write").InIncidents().WhileReadOnly().Validate<RevokeToken>()
            .Answers<TokenRevoked>("Takes one access token back, or with it all that came of the same consent.").MayRefuse(ProblemCode.NotFound, ProblemCode.QuotaExceeded);

    private static async Task<IResult> Revoke(
        string tenant, RevokeToken command, ManagementExchange exchange, TenantGrains grains, ITokenRevocation revocations, IServiceScopeFactory scopes, IOptions<ApiOptions> options, HttpContext http)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused))
        {
            return Answer.Refused(refused);
        }

        var id = TokenName.IdOf(command.Token)!;
        exchange.Entry.Target = $"{tenant}/{id}";
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<OAuthTenant>().Enter(found, options.Value.DataUrl);
        var records = scope.ServiceProvider.GetRequiredService<ITokenRecords>();

        // What nobody has would only use up the room for revocations.
        if (await records.FindAsync(id, http.RequestAborted) is not { } origin)
        {
            return Answer.Refused(Problem.NotFound("token"));
        }

        // The gates first: what happens next to the records decides about refresh tokens alone.
        var family = command.Family ? origin.Family : null;
        var caller = exchange.Caller with { Tenant = found.Id };
        if ((await revocations.RevokeAsync(RevokedKind.Token, id, caller) ?? (family is null ? null : await revocations.RevokeAsync(RevokedKind.Family, family, caller))) is { } full)
        {
            return Answer.Refused(full);
        }

        await records.RevokeAsync(id, CancellationToken.None);
        if (family is not null)
        {
            await records.RevokeFamilyAsync(family, CancellationToken.None);
        }

        return Results.Ok(new TokenRevoked(id, family is not null));
    }
}
