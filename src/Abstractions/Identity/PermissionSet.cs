namespace Platform.Abstractions.Identity;

/// <summary>The compiled grants of a caller. Immutable; made once for each distinct set of grants and shared.</summary>
public sealed class PermissionSet
{
    private readonly Permission[] _grants;
    private readonly bool _everything;

    private PermissionSet(Permission[] grants)
    {
        _grants = grants;
        _everything = grants.Any(grant => string.Equals(grant.Area, "*", StringComparison.Ordinal));
    }

    /// <summary>Grants nothing.</summary>
    public static PermissionSet None { get; } = new([]);

    /// <summary>Compiles grants; text that is not a permission grants nothing.</summary>
    public static PermissionSet Compile(IEnumerable<string> grants)
    {
        var parsed = new List<Permission>();
        foreach (var text in grants.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (Permission.TryParse(text, out var permission))
            {
                parsed.Add(permission);
            }
        }

        return parsed.Count == 0 ? None : new PermissionSet([.. parsed]);
    }

    /// <summary>The grants in canonical order.</summary>
    public IEnumerable<string> Grants => _grants.Select(grant => grant.Text);

    /// <summary>True when a grant covers the action on the object. Denies by default.</summary>
    public bool Allows(string area, string action, string? target = null)
    {
        if (_everything)
        {
            return true;
        }

        foreach (var grant in _grants)
        {
            if (grant.Covers(area, action, target))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when this set holds everything that the grants give: nobody may give more than they have (AZ-3).</summary>
    public bool HoldsAll(IEnumerable<string> grants) =>
        _everything || grants.All(grant => _grants.Any(held => string.Equals(held.Text, grant, StringComparison.Ordinal)));

    /// <summary>True when some object of the area may be acted on: what a list method needs before it filters.</summary>
    public bool AllowsSome(string area, string action)
    {
        if (_everything)
        {
            return true;
        }

        foreach (var grant in _grants)
        {
            if (grant.Concerns(area, action))
            {
                return true;
            }
        }

        return false;
    }
}
