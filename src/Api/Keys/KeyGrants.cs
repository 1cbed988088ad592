using Platform.Abstractions.Identity;
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
        (await grains.For(owner).The<IRoleBookGrain>().RulesAsync(roles)).Try(out var granted, out var unknown)
            ? exchange.Permissions.Covers(granted) ? null : Denied()
            : unknown;

    /// <summary>For a principal that exists: the key may do what both the principal and the scopes cover, and no more.</summary>
    public static async ValueTask<Problem?> MayActForAsync(string principal, string[]? scopes, TenantId owner, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await grains.For(owner).Get<IPrincipalGrain>(principal).AccessAsync()).Try(out var access, out _))
        {
            return Problem.Invalid([new FieldError("principal", "There is no such service, or it is blocked.")]);
        }

        return exchange.Permissions.Covers(Narrowing.Narrow(access.Rules, scopes)) ? null : Denied();
    }

    private static Problem Denied() => Problem.PermissionDenied("every permission that the key would have");
}
