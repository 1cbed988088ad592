using System.Collections.Frozen;

namespace Platform.Abstractions.Identity;

/// <summary>
/// The compiled permissions of a caller: denied by default, and a deny overrides every allow (AZ-3). Immutable; made once for each distinct set of grants and shared.
/// </summary>
public sealed class PermissionSet
{
    private readonly Rule[] _allow;
    private readonly Rule[] _deny;
    private readonly Denials _denials;
    private readonly Rule? _everything;
    private readonly Rule? _nothing;
    private readonly FrozenDictionary<string, AreaRules> _byArea;

    private PermissionSet(Rule[] allow, Rule[] deny)
    {
        (_allow, _deny, _denials) = (allow, deny, new Denials(deny.Select(rule => rule.Permission)));
        _everything = Array.Find(allow, rule => IsWhole(rule.Permission));
        _nothing = Array.Find(deny, rule => IsWhole(rule.Permission));
        _byArea = allow.Concat(deny).Where(rule => !IsWhole(rule.Permission)).Select(rule => rule.Permission.Area).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(area => area, area => new AreaRules(Of(allow, area), Of(deny, area)), StringComparer.Ordinal);
    }

    /// <summary>Grants nothing.</summary>
    public static PermissionSet None { get; } = new([], []);

    /// <summary>Compiles grants; text that is not a permission grants nothing.</summary>
    public static PermissionSet Compile(IEnumerable<string> allow) => Compile(allow, []);

    /// <summary>Compiles grants and what is taken away from them; a deny that cannot be read takes everything.</summary>
    public static PermissionSet Compile(IEnumerable<string> allow, IEnumerable<string> deny) =>
        Compile([new AccessRule { Role = "", Allow = [.. allow], Deny = [.. deny] }]);

    /// <summary>Compiles rules as they are: whoever calls has judged their conditions.</summary>
    public static PermissionSet Compile(IEnumerable<AccessRule> rules)
    {
        var (allow, deny) = (new List<Rule>(), new List<Rule>());
        foreach (var rule in rules)
        {
            foreach (var text in rule.Allow)
            {
                if (Permission.TryParse(text, out var permission))
                {
                    allow.Add(new Rule(permission, rule.Role, rule.Group));
                }
            }

            foreach (var text in rule.Deny)
            {
                deny.Add(new Rule(Permission.TryParse(text, out var permission) ? permission : Permission.Everything, rule.Role, rule.Group));
            }
        }

        return allow.Count == 0 && deny.Count == 0 ? None : new PermissionSet(Ordered(allow), Ordered(deny));
    }

    /// <summary>The grants in canonical order, whatever is denied of them.</summary>
    public IEnumerable<string> Grants => _allow.Select(rule => rule.Permission.Text);

    /// <summary>What is denied, in canonical order.</summary>
    public IEnumerable<string> Denials => _deny.Select(rule => rule.Permission.Text);

    /// <summary>True when a grant covers the action on the canonical, decoded object and nothing denies it. Allocates nothing.</summary>
    public bool Allows(string area, string action, string? target = null)
    {
        if (_nothing is not null)
        {
            return false;
        }

        if (!_byArea.TryGetValue(area, out var rules))
        {
            return _everything is not null;
        }

        return FindDeny(rules, area, action, target) is null && (_everything is not null || FindAllow(rules, area, action, target) is not null);
    }

    /// <summary>The answer of <see cref="Allows"/> and the rule that decided it.</summary>
    public AccessDecision Explain(string area, string action, string? target = null)
    {
        var rules = _byArea.GetValueOrDefault(area);
        if ((_nothing ?? (rules is null ? null : FindDeny(rules, area, action, target))) is { } denied)
        {
            return Decision(allowed: false, denied);
        }

        return (_everything ?? (rules is null ? null : FindAllow(rules, area, action, target))) is { } granted ? Decision(allowed: true, granted) : new AccessDecision { Allowed = false };
    }

    /// <summary>True when some object of the area may be acted on: what a list method needs before it filters.</summary>
    public bool AllowsSome(string area, string action)
    {
        if (_nothing is not null)
        {
            return false;
        }

        if (!_byArea.TryGetValue(area, out var rules))
        {
            return _everything is not null;
        }

        foreach (var rule in rules.Allow)
        {
            if (rule.Permission.Concerns(area, action) && !_denials.Take(area, action, rule.Permission.Pattern))
            {
                return true;
            }
        }

        return _everything is not null && !_denials.Take(area, action, pattern: null);
    }

    /// <summary>True when some of what the permission names may be done.</summary>
    public bool AllowsSome(Permission permission)
    {
        foreach (var rule in _allow)
        {
            if (rule.Permission.Intersect(permission) is { } common && !_denials.Take(common.Area, common.Action, common.Pattern))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when all that the permission names may be done, so that nobody needs to be asked again for each object.</summary>
    public bool AllowsAll(Permission permission)
    {
        foreach (var rule in _deny)
        {
            if (rule.Permission.Intersect(permission) is not null)
            {
                return false;
            }
        }

        foreach (var rule in _allow)
        {
            if (rule.Permission.Includes(permission))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What decides a permission as a whole: the one rule that settles it, or all rules that have a part in it, denials first; none when nothing speaks of it.</summary>
    /// <param name="permission">What is asked.</param>
    /// <param name="most">Rules at most: there may be thousands.</param>
    public IReadOnlyList<AccessDecision> Deciding(Permission permission, int most)
    {
        var denies = Array.FindAll(_deny, rule => rule.Permission.Intersect(permission) is not null);
        if (Array.Find(denies, rule => rule.Permission.Includes(permission)) is { } whole)
        {
            return [Decision(allowed: false, whole)];
        }

        var allows = Array.FindAll(_allow, rule => rule.Permission.Intersect(permission) is not null);
        var settled = denies.Length == 0 ? Array.Find(allows, rule => rule.Permission.Includes(permission)) : null;
        return settled is not null
            ? [Decision(allowed: true, settled)]
            : [.. denies.Select(rule => Decision(allowed: false, rule)).Concat(allows.Select(rule => Decision(allowed: true, rule))).Take(most)];
    }

    /// <summary>True when this set allows all that the grants would give: nobody may give more than they have (AZ-3).</summary>
    public bool Covers(IEnumerable<string> allow) => Covers(allow, []);

    /// <summary>True when this set allows all that each of the rules would give, whatever their conditions.</summary>
    public bool Covers(IEnumerable<AccessRule> rules) => rules.All(rule => Covers(rule.Allow, rule.Deny));

    /// <summary>
    /// True when this set allows all that the grants less the denials would give. Errs on the side of no: each grant must lie within one of this set's, and what this
    /// set denies of it must be denied there too.
    /// </summary>
    public bool Covers(IEnumerable<string> allow, IEnumerable<string> deny)
    {
        var given = Compile(allow, deny);
        return given._nothing is not null || given._allow.All(grant => CoversOne(grant.Permission, given._deny));
    }

    private bool CoversOne(Permission grant, Rule[] given) =>
        _allow.Any(held => held.Permission.Includes(grant))
        && _deny.All(denied => denied.Permission.Intersect(grant) is not { } taken || given.Any(rule => rule.Permission.Includes(taken)));

    private static Rule? FindDeny(AreaRules rules, string area, string action, string? target)
    {
        foreach (var rule in rules.Deny)
        {
            if (rule.Permission.Forbids(area, action, target))
            {
                return rule;
            }
        }

        return null;
    }

    private static Rule? FindAllow(AreaRules rules, string area, string action, string? target)
    {
        foreach (var rule in rules.Allow)
        {
            if (rule.Permission.Covers(area, action, target))
            {
                return rule;
            }
        }

        return null;
    }

    private static bool IsWhole(Permission permission) => string.Equals(permission.Area, "*", StringComparison.Ordinal);

    private static Rule[] Of(Rule[] rules, string area) => [.. rules.Where(rule => string.Equals(rule.Permission.Area, area, StringComparison.Ordinal))];

    private static Rule[] Ordered(List<Rule> rules) =>
        [.. rules.DistinctBy(rule => rule.Permission.Text, StringComparer.Ordinal).OrderBy(rule => rule.Permission.Text, StringComparer.Ordinal)];

    private static AccessDecision Decision(bool allowed, Rule rule) =>
        new() { Allowed = allowed, Rule = rule.Permission.Text, Role = rule.Role.Length == 0 ? null : rule.Role, Group = rule.Group };

    private sealed record Rule(Permission Permission, string Role, string? Group);

    private sealed record AreaRules(Rule[] Allow, Rule[] Deny);
}
