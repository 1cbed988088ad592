using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Sessions;

/// <summary>Reads <c>/tenants/{tenant}/principals/{id}</c> for whoever acts on a principal's logins and sessions. The platform's own go by <c>_sys</c>.</summary>
internal static class PrincipalPath
{
    public static async ValueTask<Result<TenantId>> TenantAsync(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        // TenantReach has kept tenants' users away from it: no slug has this character.
        if (string.Equals(tenant, TenantId.Platform.ToString(), StringComparison.Ordinal))
        {
            return TenantId.Platform;
        }

        return (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown) ? found.Id : unknown;
    }

    public static async ValueTask<Result<(TenantId Tenant, PrincipalView Principal)>> FindAsync(string tenant, string principal, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantAsync(tenant, exchange, grains)).Try(out var owner, out var unknown))
        {
            return unknown;
        }

        if (!PrincipalId.IsValid(principal))
        {
            return Problem.NotFound("principal");
        }

        exchange.Entry.Target = $"{tenant}/{principal}";
        return (await grains.For(owner).Get<IPrincipalGrain>(principal).GetAsync()).Try(out var view, out var missing) ? (owner, view) : missing;
    }
}
