using System.Collections.Frozen;

namespace Platform.Abstractions.Identity;

/// <summary>
/// The areas and actions there are. A rule about another one would give nothing and, worse, deny nothing: a misspelt denial must not be taken for one.
/// </summary>
public static class KnownPermissions
{
    private static readonly string[] Read = ["read"];
    private static readonly string[] Both = ["read", "write"];

    private static readonly FrozenDictionary<string, string[]> Areas = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["alerts"] = Both,
        ["audit"] = Read,
        ["audit-holds"] = ["release", "write"],
        ["audit-keys"] = ["write"],
        ["audit-retention"] = ["write"],
        ["audit-values"] = Read,
        ["audit-watch"] = Both,
        ["configuration"] = Both,
        ["deletion-records"] = Read,
        ["hosts"] = Both,
        ["https-hosts"] = Both,
        ["identity-providers"] = Both,
        ["incidents"] = Both,
        ["key-policy"] = Both,
        ["keys"] = Both,
        ["login-policy"] = Both,
        ["management-keys"] = Both,
        ["mcp"] = ["send"],
        ["oauth-clients"] = Both,
        ["operations"] = Read,
        ["personal-data"] = ["erase", "export"],
        ["platform-alerts"] = Both,
        ["platform-health"] = Read,
        ["platform-incidents"] = Both,
        ["platform-login-policy"] = Both,
        ["platform-personal-data"] = ["erase", "export"],
        ["platform-principals"] = Both,
        ["platform-roles"] = Both,
        ["platform-secrets"] = Read,
        ["platform-sessions"] = Both,
        ["platform-webhooks"] = Both,
        ["principals"] = Both,
        ["prompts"] = Read,
        ["rate-limit-plans"] = Both,
        ["rate-limits"] = Both,
        ["resources"] = Both,
        ["roles"] = Both,
        ["secrets"] = Read,
        ["sessions"] = ["own", "read", "write"],
        ["signing-keys"] = Both,
        ["tenants"] = ["delete", "purge", "read", "write"],
        ["tools"] = ["call", "read"],
        ["webhooks"] = Both,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every area with every action, by name.</summary>
    public static IEnumerable<(string Area, string Action)> All => Areas.OrderBy(area => area.Key, StringComparer.Ordinal).SelectMany(area => area.Value, (area, action) => (area.Key, action));

    /// <summary>Whether there is such an area with such an action; wildcards of both included.</summary>
    public static bool Has(Permission permission) =>
        string.Equals(permission.Area, "*", StringComparison.Ordinal)
        || (Areas.TryGetValue(permission.Area, out var actions) && (string.Equals(permission.Action, "*", StringComparison.Ordinal) || actions.Contains(permission.Action, StringComparer.Ordinal)));

    /// <summary>What to write instead.</summary>
    public static string Advice(Permission unknown) => Areas.TryGetValue(unknown.Area, out var actions)
        ? $"There is no '{unknown.Area}:{unknown.Action}'; {unknown.Area} has {string.Join(", ", actions)}."
        : $"There is no area '{unknown.Area}'.";
}
