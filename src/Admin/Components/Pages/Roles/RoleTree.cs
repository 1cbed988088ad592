using Platform.Abstractions.Roles;

namespace Platform.Admin.Components.Pages.Roles;

/// <summary>What a role has of others.</summary>
internal static class RoleTree
{
    /// <summary>Permissions and denials of all these roles, with what they inherit in turn. A circle, which REST refuses, ends here too.</summary>
    public static (string[] Allow, string[] Deny) Inherited(IEnumerable<string> names, IReadOnlyList<RoleView> roles)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        Queue<string> left = new(names);
        List<RoleView> found = [];
        while (left.TryDequeue(out var name))
        {
            if (seen.Add(name) && roles.FirstOrDefault(role => string.Equals(role.Name, name, StringComparison.Ordinal)) is { } role)
            {
                found.Add(role);
                Array.ForEach(role.Inherits, left.Enqueue);
            }
        }

        return ([.. found.SelectMany(role => role.Allow).Distinct(StringComparer.Ordinal)], [.. found.SelectMany(role => role.Deny).Distinct(StringComparer.Ordinal)]);
    }
}
