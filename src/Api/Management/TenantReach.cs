using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Management;

/// <summary>
/// Which tenants a caller reaches through <c>/v1</c> (AZ-4). The platform's callers reach all. A tenant's reach the one they belong to: every other answers
/// as a tenant that does not exist, and routes without a tenant are not theirs unless they say so.
/// </summary>
internal sealed class TenantReach(TenantGrains grains)
{
    /// <summary>The name that the tenant has in every route which is about one.</summary>
    public const string Parameter = "tenant";

    public async ValueTask<Problem?> CheckAsync(HttpContext http, Caller caller)
    {
        if (caller.Tenant == TenantId.Platform)
        {
            return null;
        }

        var audience = http.GetEndpoint()?.Metadata.GetMetadata<ManagementAudience>();
        if (http.Request.RouteValues[Parameter] is not string slug)
        {
            return audience == ManagementAudience.Everybody ? null : OperatorsOnly();
        }

        if (!TenantSlug.IsValid(slug)
            || !(await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out _) || id != caller.Tenant
            || !(await grains.For(id).The<ITenantGrain>().GetAsync()).Try(out var tenant, out _))
        {
            return Problem.TenantNotFound();
        }

        return tenant.Status != TenantStatus.Active ? Problem.TenantSuspended()
            : audience == ManagementAudience.Platform ? OperatorsOnly()
            : null;
    }

    /// <summary>
    /// A key makes and ends keys only when that is granted to it by name (AU-7): <c>*</c> does not do it, except for the platform's own, which make the first
    /// keys of a tenant.
    /// </summary>
    public static bool MayManageKeys(ManagementOperation operation, Caller caller, PermissionSet granted)
    {
        if (caller.Tenant == TenantId.Platform || operation is not { Area: "keys", Action: "write" })
        {
            return true;
        }

        foreach (var text in granted.Grants)
        {
            if (Permission.TryParse(text, out var grant) && string.Equals(grant.Area, operation.Area, StringComparison.Ordinal) && grant.Covers(operation.Area, operation.Action, null))
            {
                return true;
            }
        }

        return false;
    }

    private static Problem OperatorsOnly() => new(ProblemCode.PermissionDenied, "This is for the platform's operators.");
}
