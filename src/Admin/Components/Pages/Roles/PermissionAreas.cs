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
        new("Manage access", "principals", "Members, services, certificates", Both),
        new("Manage access", "roles", "Roles", Both),
        new("Manage access", "keys", "API keys", Both),
        new("Manage access", "sessions", "Sessions; own: the own account", ["own", "read", "write"]),
        new("Manage access", "login-policy", "Sign-in policy", Both),
        new("Manage access", "key-policy", "Key policy", Both),
        new("Manage access", "identity-providers", "Identity providers", Both),
        new("Manage access", "oauth-clients", "OAuth clients", Both),
        new("Manage access", "signing-keys", "Signing keys", Both),
        new("Manage access", "secrets", "Secrets, names only", ["read"]),
        new("Manage the service", "tenants", "The tenant itself", Both),
        new("Manage the service", "configuration", "Configuration as one document", Both),
        new("Manage the service", "rate-limits", "Rate limits", Both),
        new("Manage the service", "hosts", "Host names of the endpoint", ["read"]),
        new("Manage the service", "https-hosts", "HTTPS hosts", Both),
        new("Manage the service", "webhooks", "Webhooks", Both),
        new("Watch", "alerts", "Alerts", Both),
        new("Watch", "incidents", "Incidents", Both),
        new("Watch", "operations", "Long work", ["read"]),
        new("Watch", "audit", "Audit trail", ["read"]),
        new("Watch", "audit-values", "Looking values up in the audit trail", ["read"]),
        new("Keep and erase", "audit-retention", "How long the audit trail is kept", ["write"]),
        new("Keep and erase", "audit-holds", "Holds on the audit trail", ["write", "release"]),
        new("Keep and erase", "personal-data", "Personal data of members", ["export", "erase"]),
    ];

    private static readonly PermissionArea[] OfPlatform =
    [
        new("The platform itself", "platform-principals", "Operators", Both),
        new("The platform itself", "platform-roles", "Operators’ roles", Both),
        new("The platform itself", "management-keys", "Management keys", Both),
        new("The platform itself", "platform-sessions", "Operators’ sessions", Both),
        new("The platform itself", "platform-login-policy", "Operators’ sign-in policy", Both),
        new("The platform itself", "platform-personal-data", "Operators’ personal data", ["export", "erase"]),
        new("The platform itself", "platform-secrets", "The platform’s secrets, names only", ["read"]),
        new("The platform itself", "platform-webhooks", "The platform’s webhooks", Both),
        new("The platform itself", "platform-alerts", "The platform’s alerts", Both),
        new("The platform itself", "platform-incidents", "The platform’s incidents", Both),
        new("The platform itself", "platform-health", "Health of silos and storage", ["read"]),
        new("The platform itself", "rate-limit-plans", "Plans", Both),
        new("The platform itself", "audit-keys", "Signing keys of all trails", ["write"]),
        new("The platform itself", "audit-watch", "Watch over all trails", Both),
        new("The platform itself", "deletion-records", "Records of destroyed tenants", ["read"]),
    ];

    private static readonly PermissionArea[] All = [.. OfPlatform, .. OfTenant.Select(OfOperators)];

    /// <param name="isPlatform">Of operators' roles: theirs speak of the platform's own things, too, and of what they alone do to tenants.</param>
    public static IReadOnlyList<PermissionArea> Of(bool isPlatform) => isPlatform ? All : OfTenant;

    private static PermissionArea OfOperators(PermissionArea area) => area.Name switch
    {
        "tenants" => area with { Title = "Tenants", Actions = ["read", "write", "delete", "purge"] },
        "hosts" => area with { Actions = Both },
        _ => area,
    };
}

/// <param name="Group">The heading it stands under.</param>
/// <param name="Name">As permissions have it.</param>
/// <param name="Title">For people.</param>
/// <param name="Actions">As permissions have them.</param>
internal sealed record PermissionArea(string Group, string Name, string Title, string[] Actions);
