using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.IdentityProviders;

/// <summary>Whose access tokens a tenant believes beside its own.</summary>
internal static class IdentityProviderEndpoints
{
    public static void MapIdentityProviders(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/identity-providers", List).Needs("identity-providers/list", "identity-providers", "read")
            .AnswersList<IdentityProvider>("Lists the identity providers whose access tokens are believed.");
        v1.MapPost("/tenants/{tenant}/identity-providers", Add).Needs("identity-providers/add", "identity-providers", "write").Validate<AddIdentityProvider>()
            .Creates<IdentityProvider>("Adds an identity provider, and the roles that its claims give.").MayRefuse(ProblemCode.UpstreamFailed);
        v1.MapGet("/tenants/{tenant}/identity-providers/{provider}", Get).Needs("identity-providers/get", "identity-providers", "read")
            .Answers<IdentityProvider>("Shows an identity provider.");
        v1.MapDelete("/tenants/{tenant}/identity-providers/{provider}", Remove).Needs("identity-providers/remove", "identity-providers", "write")
            .AnswersNothing("Removes an identity provider: its tokens open nothing any more.");
    }

    private static async Task<IResult> List(string tenant, ManagementExchange exchange, TenantGrains grains, TenantUris uris) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.All(Array.ConvertAll(await grains.For(found.Id).The<IIdentityProviderBookGrain>().ListAsync(), provider => Shown(provider, found, uris)))
            : Answer.Refused(unknown);

    private static async Task<IResult> Add(string tenant, AddIdentityProvider command, ManagementExchange exchange, TenantGrains grains, TenantUris uris)
    {
        var roles = command.Rules.SelectMany(rule => rule.Roles).Distinct(StringComparer.Ordinal).ToArray();
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused)
            || !(await grains.For(found.Id).The<IRoleBookGrain>().RulesAsync(roles)).Try(out var granted, out refused))
        {
            return Answer.Refused(refused);
        }

        // Whoever lets strangers in lets them have no more than their own (AZ-3).
        if (!exchange.Permissions.Covers(granted))
        {
            return Answer.Refused(Problem.PermissionDenied("every permission that the rules' roles grant"));
        }

        var added = await grains.For(found.Id).The<IIdentityProviderBookGrain>().AddAsync(command, exchange.Caller);
        if (!added.Try(out var provider, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Entry.Target = $"{tenant}/{provider.Id}";
        return Results.Created($"/v1/tenants/{tenant}/identity-providers/{provider.Id}", Shown(provider, found, uris));
    }

    private static async Task<IResult> Get(string tenant, string provider, ManagementExchange exchange, TenantGrains grains, TenantUris uris)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var known = await grains.For(found.Id).The<IIdentityProviderBookGrain>().ListAsync();
        return Array.Find(known, one => string.Equals(one.Id, provider, StringComparison.Ordinal)) is { } one ? Results.Ok(Shown(one, found, uris)) : Answer.Refused(Problem.NotFound("identity provider"));
    }

    private static async Task<IResult> Remove(string tenant, string provider, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{provider}";
        return await grains.For(found.Id).The<IIdentityProviderBookGrain>().RemoveAsync(provider, exchange.Caller) is { } refused ? Answer.Refused(refused) : Results.NoContent();
    }

    /// <summary>With what an administrator registers at the provider.</summary>
    private static IdentityProvider Shown(IdentityProvider provider, TenantView tenant, TenantUris uris) =>
        provider.SignIn is { } client ? provider with { SignIn = client with { RedirectUri = uris.RedirectFor(tenant, provider.Issuer) } } : provider;
}
