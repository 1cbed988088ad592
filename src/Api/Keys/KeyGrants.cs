using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Keys;

/// <summary>Nobody gives by a key what they do not have (AZ-3). Null when they may.</summary>
internal static class KeyGrants
{
    /// <summary>For a new principal: its roles outlive the key and its scopes, so all of what they grant must be held.</summary>
    public static async ValueTask<Problem?> MayGiveAsync(string[] roles, TenantId owner, ManagementExchange exchange, TenantGrains grains) =>
        (await grains.For(owner).The<IRoleBookGrain>().ResolveAsync(roles)).Try(out var granted, out var unknown)
            ? exchange.Permissions.HoldsAll(granted) ? null : Denied()
            : unknown;

    /// <summary>For a principal that exists: the key may do what both the principal and the scopes cover, and no more.</summary>
    public static async ValueTask<Problem?> MayActForAsync(string principal, string[]? scopes, TenantId owner, ManagementExchange exchange, TenantGrains grains)
    {
        var own = grains.For(owner);
        if (!(await own.Get<IPrincipalGrain>(principal).GetAsync()).Try(out var view, out _))
        {
            return Problem.Invalid([new FieldError("principal", "There is no such service, or it is blocked.")]);
        }

        return (await own.The<IRoleBookGrain>().ResolveAsync(view.Roles)).Try(out var granted, out var unknown)
            ? exchange.Permissions.HoldsAll(KeyScopes.Narrow(granted, scopes)) ? null : Denied()
            : unknown;
    }

    private static Problem Denied() => Problem.PermissionDenied("every permission that the key would have");
}
