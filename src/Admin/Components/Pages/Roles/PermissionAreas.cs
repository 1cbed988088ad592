namespace Platform.Admin.Components.Pages.Roles;

/// <summary>The areas and actions that roles can speak of, in the order people read them. A test holds them to those there are.</summary>
internal static class PermissionAreas
{
    private static readonly string[] Both = ["read", "write"];

    private static readonly PermissionArea[] OfTenant =
    [
        new("Use", "tools", "Tools", ["read", "call"]),
        new("Use", "resources", "Resources", Both),
        new("Use", "prompts", "Prompts", ["read"]),
        new("Use", "mcp", "Playground", ["send"]),
        new("Manage access", "principals", "Members and services", Both),
        new("Manage access", "roles", "Roles", Both),
        new("Manage access", "keys", "API keys", Both),
        new("Manage access", "sessions", "Sessions", ["own", "read", "write"]),
        new("Manage access", "login-policy", "Sign-in policy", Both),
        new("Manage access", "key-policy", "Key policy", Both),
        new("Manage access", "identity-providers", "Identity providers", Both),
        new("Manage access", "oauth-clients", "OAuth clients", Both),
        new("Manage access", "signing-keys", "Signing keys", Both),
        new("Manage access", "secrets", "Secrets (names)", ["read"]),
        new("Manage the service", "tenants", "The tenant itself", Both),
        new("Manage the service", "configuration", "Configuration", Both),
        new("Manage the service", "rate-limits", "Rate limits", Both),
        new("Manage the service", "hosts", "Endpoint hosts", ["read"]),
        new("Manage the service", "https-hosts", "HTTPS hosts", Both),
        new("Manage the service", "webhooks", "Webhooks", Both),
        new("Watch", "alerts", "Alerts", Both),
        new("Watch", "incidents", "Incidents", Both),
        new("Watch", "operations", "Long work", ["read"]),
        new("Watch", "audit", "Audit trail", ["read"]),
        new("Watch", "audit-values", "Audit look-up", ["read"]),
        new("Keep and erase", "audit-retention", "Audit retention", ["write"]),
        new("Keep and erase", "audit-holds", "Legal holds", ["write", "release"]),
        new("Keep and erase", "personal-data", "Personal data", ["export", "erase"]),
    ];

    private static readonly PermissionArea[] OfPlatform =
    [
        new("The platform itself", "platform-principals", "Operators", Both),
        new("The platform itself", "platform-roles", "Operators’ roles", Both),
        new("The platform itself", "management-keys", "Management keys", Both),
        new("The platform itself", "platform-sessions", "Operators’ sessions", Both),
        new("The platform itself", "platform-login-policy", "Operators’ sign-in policy", Both),
        new("The platform itself", "platform-personal-data", "Operators’ data", ["export", "erase"]),
        new("The platform itself", "platform-secrets", "Platform secrets", ["read"]),
        new("The platform itself", "platform-webhooks", "Platform webhooks", Both),
        new("The platform itself", "platform-alerts", "Platform alerts", Both),
        new("The platform itself", "platform-incidents", "Platform incidents", Both),
        new("The platform itself", "platform-health", "Platform health", ["read"]),
        new("The platform itself", "rate-limit-plans", "Plans", Both),
        new("The platform itself", "audit-keys", "Audit signing keys", ["write"]),
        new("The platform itself", "audit-watch", "Audit watch", Both),
        new("The platform itself", "deletion-records", "Deletion records", ["read"]),
    ];

    private static readonly PermissionArea[] All = [.. OfPlatform, .. OfTenant.Select(OfOperators)];

    /// <param name="isPlatform">Of operators' roles: theirs speak of the platform's own things, too, and of what they alone do to tenants.</param>
    public static IReadOnlyList<PermissionArea> Of(bool isPlatform) => isPlatform ? All : OfTenant;

    /// <summary>In a role of the platform, the area means that of every tenant.</summary>
    private static PermissionArea OfOperators(PermissionArea area) => area.Name switch
    {
        "tenants" => area with { Group = InTenants(area), Title = "Tenants", Actions = ["read", "write", "delete", "purge"] },
        "hosts" => area with { Group = InTenants(area), Actions = Both },
        _ => area with { Group = InTenants(area) },
    };

    private static string InTenants(PermissionArea area) => "In tenants · " + area.Group;
}

/// <param name="Group">The heading it stands under.</param>
/// <param name="Name">As permissions have it.</param>
/// <param name="Title">For people.</param>
/// <param name="Actions">As permissions have them.</param>
internal sealed record PermissionArea(string Group, string Name, string Title, string[] Actions);
