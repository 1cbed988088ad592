using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Catalogue;

/// <summary>
/// What a caller may do who stays within somebody else's rights (docs/adr/0049): exactly what both may, so that nothing is gained by naming anybody. What the other one may is told by it, so it
/// takes the permission of whoever tests permissions.
/// </summary>
internal sealed class OthersRights(TenantGrains grains, TimeProvider clock)
{
    private static readonly Permission Look = Permission.Parse("roles:read");

    public async Task<Result<PermissionSet>> WithinAsync(TenantView tenant, string principal, ManagementExchange exchange, HttpContext http)
    {
        if (!exchange.Permissions.AllowsAll(Look))
        {
            return Problem.PermissionDenied(Look.Text);
        }

        var own = grains.For(tenant.Id);
        if (!await own.The<IPrincipalIndexGrain>().ExistsAsync(principal))
        {
            return Problem.NotFound("principal");
        }

        if (!(await own.Get<IPrincipalGrain>(principal).AccessAsync()).Try(out var access, out _) || PrincipalAccess.IsGuestShutOut(access.Rules))
        {
            return Problem.Conflict("It is blocked, a group, or a guest while guest access is off: it may do nothing.");
        }

        // Of a key, which is the least that its credential can be.
        var here = new AccessContext(clock.GetUtcNow(), http.Connection.RemoteIpAddress, TrustLevel.Low);
        var applying = new AccessPolicy(access.Rules, PermissionSet.Compile).Applying(here);
        return PermissionSet.Compile([.. Narrowing.Narrow(applying, [.. exchange.Permissions.Grants]), new AccessRule { Role = "", Allow = [], Deny = [.. exchange.Permissions.Denials] }]);
    }
}
