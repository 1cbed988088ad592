using System.Collections.Concurrent;
using Platform.Abstractions.Identity;

namespace Platform.Api.Authentication;

/// <summary>Compiles each distinct set of permissions once; callers with the same ones share the same object, and what is cached per object.</summary>
internal sealed class PermissionSets
{
    private const int MaxEntries = 10_000;
    private readonly ConcurrentDictionary<string, PermissionSet> _sets = new(StringComparer.Ordinal);

    public AccessPolicy PolicyOf(AccessRule[] rules) => new(rules, For);

    private PermissionSet For(IReadOnlyList<AccessRule> rules)
    {
        if (_sets.Count > MaxEntries)
        {
            _sets.Clear();
        }

        // Roles do not matter here: no permission has a line break, and a deny that cannot be read takes everything, whatever it is.
        var key = string.Join('\n', rules.SelectMany(rule => rule.Allow.Select(grant => "+" + grant).Concat(rule.Deny.Select(deny => "-" + deny)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return _sets.GetOrAdd(key, static (_, rules) => PermissionSet.Compile(rules), rules);
    }
}
