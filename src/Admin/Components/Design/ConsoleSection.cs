using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;

namespace Platform.Admin.Components.Design;

/// <summary>One place in the console's navigation.</summary>
/// <param name="Group">The heading it stands under; empty for none.</param>
/// <param name="Title">What the link says.</param>
/// <param name="Path">Below the tenant for a tenant's section (empty for its overview), else from the root.</param>
/// <param name="Icon">A name that <see cref="Design.Icon"/> knows.</param>
public sealed record ConsoleSection(string Group, string Title, string Path, string Icon)
{
    private const string TenantRoot = "/tenants/{slug}";

    private static readonly FrozenSet<string> Routes = typeof(ConsoleSection).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>())
        .Select(route => route.Template)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a tenant's pages lead to, in the order people read it. A section whose page this console does not have is left out.</summary>
    public static IReadOnlyList<ConsoleSection> OfTenant { get; } = Existing(TenantRoot,
    [
        new("", "Overview", "", "overview"),
        new("Access", "Keys", "/keys", "key"),
        new("Access", "Members", "/members", "members"),
        new("Access", "Roles", "/roles", "roles"),
        new("Access", "Sessions", "/sessions", "sessions"),
        new("Access", "Identity providers", "/identity-providers", "shield"),
        new("Access", "OAuth clients", "/oauth-clients", "service"),
        new("Access", "Client certificates", "/client-certificates", "certificate"),
        new("Access", "Signing keys", "/signing-keys", "signing"),
        new("Access", "Secrets", "/secrets", "secret"),
        new("Traffic", "Limits", "/limits", "limits"),
        new("Traffic", "Resources", "/resources", "resources"),
        new("Traffic", "Catalogue", "/catalogue", "tools"),
        new("Traffic", "Webhooks", "/webhooks", "webhooks"),
        new("Watch", "Alerts", "/alerts", "bell"),
        new("Watch", "Incidents", "/incidents", "alert"),
        new("Watch", "Audit", "/audit", "audit"),
        new("Tenant", "Settings", "/settings", "settings"),
    ]);

    /// <summary>What the platform's own people have beside tenants.</summary>
    public static IReadOnlyList<ConsoleSection> OfPlatform { get; } = Existing("",
    [
        new("Platform", "Tenants", "/tenants", "tenants"),
        new("Platform", "Operators", "/operators", "members"),
        new("Platform", "Roles", "/roles", "roles"),
        new("Platform", "Management keys", "/management-keys", "key"),
        new("Platform", "Sessions", "/sessions", "sessions"),
        new("Platform", "Sign-in policy", "/sign-in-policy", "shield"),
        new("Platform", "Alerts", "/alerts", "bell"),
        new("Platform", "Incidents", "/incidents", "alert"),
        new("Platform", "Plans", "/plans", "limits"),
        new("Platform", "Webhooks", "/webhooks", "webhooks"),
        new("Platform", "Secrets", "/secrets", "secret"),
        new("Platform", "Operations", "/operations", "overview"),
        new("Platform", "Platform audit", "/audit", "audit"),
    ]);

    private static ConsoleSection[] Existing(string root, ConsoleSection[] sections) => Array.FindAll(sections, section => Routes.Contains(root + section.Path));
}
