using System.Collections.Concurrent;
using Platform.Abstractions.Identity;

namespace Platform.Api.Authentication;

/// <summary>Compiles each distinct set of grants once; callers with the same grants share the same object, and what is cached per object.</summary>
internal sealed class PermissionSets
{
    private const int MaxEntries = 10_000;
    private readonly ConcurrentDictionary<string, PermissionSet> _sets = new(StringComparer.Ordinal);

    public PermissionSet For(string[] grants)
    {
        if (_sets.Count > MaxEntries)
        {
            _sets.Clear();
        }

        return _sets.GetOrAdd(string.Join('\n', grants.Order(StringComparer.Ordinal)), static key => PermissionSet.Compile(key.Split('\n')));
    }
}
