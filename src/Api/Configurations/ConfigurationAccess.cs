using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Configurations;

/// <summary>Nobody does by a document what they may not do by the routes of its objects: refused as a whole, before anything is changed.</summary>
internal static class ConfigurationAccess
{
    public static Permission RolesRead { get; } = Permission.Parse("roles:read");

    public static Permission LimitsRead { get; } = Permission.Parse("rate-limits:read");

    public static Permission AlertsRead { get; } = Permission.Parse("alerts:read");

    public static Permission MembersRead { get; } = Permission.Parse("principals:read");

    /// <summary>What is in the document is compared with what is there, so it takes the permission to read that.</summary>
    public static Problem? CheckReading(TenantConfiguration document, PermissionSet granted)
    {
        foreach (var (isThere, needed) in new[]
        {
            (document.Roles is not null || document.GuestAccess is not null, RolesRead),
            (document.RateLimits is not null || document.RateLimitPlan is not null, LimitsRead),
            (document.AlertRules is not null, AlertsRead),
            (document.Members is not null, MembersRead),
        })
        {
            if (isThere && !granted.AllowsAll(needed))
            {
                return Problem.PermissionDenied(needed.Text);
            }
        }

        return null;
    }

    /// <summary>What stays as it is needs no permission to change it.</summary>
    public static Problem? CheckWriting(IEnumerable<PlannedChange> changes, ManagementExchange exchange)
    {
        foreach (var kind in changes.Where(change => change.Steps.Count > 0).Select(change => change.Kind).Distinct())
        {
            var needed = Needed(kind);
            if (!exchange.Permissions.AllowsAll(needed))
            {
                return Problem.PermissionDenied(needed.Text);
            }

            if (kind == ConfigurationKind.RateLimitPlan && exchange.Caller.Tenant != TenantId.Platform)
            {
                return new Problem(ProblemCode.PermissionDenied, "Plans are given by the platform's operators.");
            }
        }

        return null;
    }

    private static Permission Needed(ConfigurationKind kind) => Permission.Parse(kind switch
    {
        ConfigurationKind.Role or ConfigurationKind.GuestAccess => "roles:write",
        ConfigurationKind.RateLimitPlan => "rate-limit-plans:write",
        ConfigurationKind.RateLimits => "rate-limits:write",
        ConfigurationKind.AlertRule => "alerts:write",
        ConfigurationKind.Member => "principals:write",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });
}
