using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Management;

/// <summary>
/// A tenant's user manages that tenant and nothing else (AZ-4). The tenant in the path is compared with the session's, before any permission is looked at; a route that names no tenant
/// is closed unless it is listed here.
/// </summary>
internal static class SessionScope
{
    /// <summary>Routes without a tenant that only show what everybody may know.</summary>
    private static readonly FrozenSet<string> Open = FrozenSet.Create(StringComparer.Ordinal, "roles/list");

    /// <summary>Routes with a tenant that are the platform's to use: whether it is served, and names that all tenants share.</summary>
    private static readonly FrozenSet<string> PlatformOnly = FrozenSet.Create(StringComparer.Ordinal, "tenants/suspend", "tenants/resume", "hosts/add", "hosts/remove");

    /// <summary>Null when the session may go on to the check of its permissions. What is not its tenant's does not exist for it.</summary>
    public static Problem? Check(ConsoleSessionView session, ManagementOperation operation, HttpContext http)
    {
        if (session.Tenant == TenantId.Platform || operation is { Area: "sessions", Action: "own" } || Open.Contains(operation.Name))
        {
            return null;
        }

        if (http.GetRouteValue("tenant") is not string slug)
        {
            return Problem.NotFound("route");
        }

        if (session.TenantSlug is null || !string.Equals(slug, session.TenantSlug, StringComparison.Ordinal))
        {
            return Problem.TenantNotFound();
        }

        return PlatformOnly.Contains(operation.Name) ? Problem.PermissionDenied($"{operation.Area}:{operation.Action} of the platform") : null;
    }
}
