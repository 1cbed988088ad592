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

    /// <summary>Whose trail has what the caller does here: that of the tenant whose credential it is, and of the tenant that an operator does something to, whatever comes of it.</summary>
    public async ValueTask<TenantId> TrailAsync(HttpContext http, Caller caller) =>
        caller.Tenant == TenantId.Platform && !ManagementGate.IsRead(http) && http.Request.RouteValues[Parameter] is string slug && TenantSlug.IsValid(slug)
        && (await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out _)
            ? id
            : caller.Tenant;

    /// <summary>
    /// Refuses what would change a read-only tenant, or a deleted one, operators' changes too (IR-2): every method but GET and HEAD, unless the route says that it goes on. A dry run changes nothing. Straight from the grain.
    /// </summary>
    public async ValueTask<Problem?> CheckWritableAsync(HttpContext http)
    {
        if (ManagementGate.IsRead(http) || http.GetEndpoint()?.Metadata.GetMetadata<WhileReadOnly>() is not null
            || http.Request.RouteValues[Parameter] is not string slug || !TenantSlug.IsValid(slug)
            || !(await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out _)
            || !(await grains.For(id).The<ITenantGrain>().GetAsync()).Try(out var tenant, out _))
        {
            return null;
        }

        return tenant.Status == TenantStatus.Deleted ? Problem.TenantDeleted()
            : tenant.ReadOnly is null || DryRun.IsAskedBy(http) ? null
            : Problem.TenantReadOnly();
    }

    /// <summary>The permission that an operation needs: of the platform's own things where the route says <c>_sys</c>. Who administers tenants does not administer operators.</summary>
    public static Permission Needed(HttpContext http, ManagementOperation operation)
    {
        var isOwn = http.Request.RouteValues[Parameter] is string slug && string.Equals(slug, TenantId.Platform.ToString(), StringComparison.Ordinal) && OwnThings.Contains(operation.Area!, StringComparer.Ordinal);
        return isOwn ? Permission.Parse($"platform-{operation.Permission!.Text}") : operation.Permission!;
    }

    /// <summary>
    /// What a tenant's key or token may do here: it makes credentials like itself only when that is granted to it by name (AU-7): <c>*</c> does not do it, nor does it give that to others.
    /// The platform's own keys make the first keys of a tenant.
    /// </summary>
    public static PermissionSet OfAKey(PermissionSet granted, Caller caller)
    {
        if (caller.Tenant == TenantId.Platform)
        {
            return granted;
        }

        var unnamed = ByNameOnly.Where(needed => !granted.Grants.Any(text => Permission.TryParse(text, out var grant) && !string.Equals(grant.Area, "*", StringComparison.Ordinal) && grant.Includes(needed))).ToArray();
        return unnamed.Length == 0 ? granted : PermissionSet.Compile(granted.Grants, granted.Denials.Concat(unnamed.Select(needed => needed.Text)));
    }

    private static readonly string[] OwnThings = ["principals", "sessions", "login-policy", "personal-data"];

    private static readonly Permission[] ByNameOnly = [Permission.Parse("keys:write"), Permission.Parse("oauth-clients:write")];

    private static Problem OperatorsOnly() => new(ProblemCode.PermissionDenied, "This is for the platform's operators.");
}
