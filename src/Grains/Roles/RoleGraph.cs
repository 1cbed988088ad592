using Platform.Abstractions.Identity;
using Platform.Abstractions.Roles;

namespace Platform.Grains.Roles;

/// <summary>
/// All roles of a tenant with their inheritance resolved. A graph that has a circle, a missing role, too long a way or too many permissions is never made.
/// </summary>
internal sealed class RoleGraph
{
    private readonly Dictionary<string, Compiled> _roles = new(StringComparer.Ordinal);

    private RoleGraph()
    {
        foreach (var (name, allow) in BuiltInRoles.All)
        {
            _roles[name] = new Compiled(new AccessRule { Role = name, Allow = allow }, Depth: 1);
        }
    }

    /// <summary>Compiles all of them, or says what is wrong; then the graph holds the built-in roles only.</summary>
    public static string? TryMake(IReadOnlyList<RoleDefinition> definitions, out RoleGraph graph)
    {
        graph = new RoleGraph();
        var made = new RoleGraph();
        var byName = definitions.ToDictionary(role => role.Name, StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            if (made.Compile(definition, byName, []) is { } fault)
            {
                return fault;
            }
        }

        graph = made;
        return null;
    }

    /// <summary>Null when there is no such role.</summary>
    public AccessRule? Find(string role) => _roles.GetValueOrDefault(role)?.Rule;

    public static string Circle(string role) => $"The role '{role}' would inherit itself.";

    private string? Compile(RoleDefinition definition, Dictionary<string, RoleDefinition> byName, HashSet<string> above)
    {
        if (_roles.ContainsKey(definition.Name))
        {
            return null;
        }

        // Whoever is above inherits this one: to find it again below itself is a circle. The way down is bounded before it is walked.
        if (!above.Add(definition.Name))
        {
            return Circle(definition.Name);
        }

        if (above.Count > RoleRules.MaxDepth)
        {
            return TooDeep(definition.Name);
        }

        var (allow, deny, depth) = (new HashSet<string>(definition.Allow, StringComparer.Ordinal), new HashSet<string>(definition.Deny, StringComparer.Ordinal), 1);
        foreach (var parent in definition.Inherits)
        {
            if (!_roles.ContainsKey(parent))
            {
                if (!byName.TryGetValue(parent, out var missing))
                {
                    return $"There is no role '{parent}'.";
                }

                if (Compile(missing, byName, above) is { } fault)
                {
                    return fault;
                }
            }

            var inherited = _roles[parent];
            allow.UnionWith(inherited.Rule.Allow);
            deny.UnionWith(inherited.Rule.Deny);
            depth = Math.Max(depth, inherited.Depth + 1);
        }

        above.Remove(definition.Name);
        if (depth > RoleRules.MaxDepth)
        {
            return TooDeep(definition.Name);
        }

        if (allow.Count + deny.Count > RoleRules.MaxCompiled)
        {
            return $"The role '{definition.Name}' would have more than {RoleRules.MaxCompiled} permissions with all that it inherits.";
        }

        _roles[definition.Name] = new Compiled(new AccessRule { Role = definition.Name, Allow = [.. allow], Deny = [.. deny] }, depth);
        return null;
    }

    private static string TooDeep(string role) => $"The role '{role}' would inherit over more than {RoleRules.MaxDepth} roles.";

    private sealed record Compiled(AccessRule Rule, int Depth);
}
