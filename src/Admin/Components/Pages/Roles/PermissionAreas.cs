namespace Platform.Admin.Components.Pages.Roles;

/// <summary>The areas and actions that a tenant's roles can speak of, in the order people read them. What is missing here still works: REST decides what a permission is.</summary>
internal static class PermissionAreas
{
    public static IReadOnlyList<PermissionArea> All { get; } =
    [
        new("Use", "tools", "Tools", ["read", "call"]),
        new("Use", "resources", "Resources", ["read", "write"]),
        new("Use", "prompts", "Prompts", ["read"]),
        new("Use", "mcp", "Playground", ["send"]),
        new("Manage access", "principals", "Members and services", ["read", "write"]),
        new("Manage access", "roles", "Roles", ["read", "write"]),
        new("Manage access", "keys", "API keys", ["read", "write"]),
        new("Manage access", "sessions", "Sessions", ["read", "write"]),
        new("Manage access", "login-policy", "Sign-in policy", ["read", "write"]),
        new("Manage access", "key-policy", "Key policy", ["read", "write"]),
        new("Manage access", "identity-providers", "Identity providers", ["read", "write"]),
        new("Manage access", "oauth-clients", "OAuth clients", ["read", "write"]),
        new("Manage access", "signing-keys", "Signing keys", ["read", "write"]),
        new("Manage access", "secrets", "Secrets, names only", ["read"]),
        new("Manage the service", "tenants", "The tenant itself", ["read", "write"]),
        new("Manage the service", "configuration", "Configuration as one document", ["read", "write"]),
        new("Manage the service", "rate-limits", "Rate limits", ["read", "write"]),
        new("Manage the service", "https-hosts", "HTTPS hosts", ["read", "write"]),
        new("Manage the service", "webhooks", "Webhooks", ["read", "write"]),
        new("Watch", "alerts", "Alerts", ["read", "write"]),
        new("Watch", "incidents", "Incidents", ["read", "write"]),
        new("Watch", "audit", "Audit trail", ["read"]),
    ];
}

/// <param name="Group">The heading it stands under.</param>
/// <param name="Name">As permissions have it.</param>
/// <param name="Title">For people.</param>
/// <param name="Actions">As permissions have them.</param>
internal sealed record PermissionArea(string Group, string Name, string Title, string[] Actions);
