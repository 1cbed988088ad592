using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Grains.Roles;

namespace Platform.Grains.Principals;

/// <summary>A tenant's principals as they become by one change after another, on paper: each is refused as its own command would refuse it, and the next one sees what is left.</summary>
internal sealed class PrincipalTrial
{
    private readonly SortedDictionary<string, PrincipalView> _principals;
    private readonly Dictionary<string, AccessRule> _rules;
    private readonly string[] _denying;
    private readonly PermissionSet _held;
    private readonly DateTimeOffset _now;

    // Roles that cannot be made, and principals who cannot have what they are to be given: who depends on them is not judged, for the fault is told already.
    private readonly HashSet<string> _unmade;

    public PrincipalTrial(IEnumerable<KeyValuePair<string, PrincipalView>> principals, MemberTrial trial, PermissionSet held, DateTimeOffset now)
    {
        _principals = new SortedDictionary<string, PrincipalView>(principals.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        _rules = trial.Rules.ToDictionary(rule => rule.Role, StringComparer.Ordinal);
        _denying = [.. trial.Rules.Where(rule => rule.Deny.Length > 0).Select(rule => rule.Role)];
        _unmade = new HashSet<string>(trial.Unmade, StringComparer.Ordinal);
        (_held, _now) = (held, now);
    }

    /// <summary>Null when it can be, or hangs on something that cannot.</summary>
    public Problem? Put(MemberDraft draft, bool isUsed)
    {
        var after = (_principals.GetValueOrDefault(draft.Id) ?? new PrincipalView { Id = draft.Id, Kind = draft.Kind, DisplayName = "", Roles = [], CreatedAt = _now })
            with { Roles = draft.Given.Roles, ConditionalRoles = draft.Given.ConditionalRoles ?? [], Groups = draft.Given.Groups ?? [] };
        if (HeldRoles.Names(after, _now).Concat(after.Groups).Any(_unmade.Contains))
        {
            _unmade.Add(draft.Id);
            return null;
        }

        if ((_principals.TryGetValue(draft.Id, out var before) ? Change(before, after) : Add(after, isUsed)) is { } refused)
        {
            _unmade.Add(draft.Id);
            return refused;
        }

        _principals[after.Id] = after;
        return null;
    }

    /// <summary>Why a role could not be deleted after all this; null when nobody has it.</summary>
    public Problem? Delete(string role) =>
        RoleBook.Held(role, [.. _principals.Values.Where(principal => !_unmade.Contains(principal.Id) && HeldRoles.Names(principal, _now).Contains(role, StringComparer.Ordinal)).Select(principal => principal.Id)]);

    private Problem? Add(PrincipalView after, bool isUsed) =>
        _principals.Count >= PrincipalRules.MaxPrincipals ? PrincipalRefusals.Full()
        : isUsed ? PrincipalRefusals.Used()
        : !Rules(after).Try(out var gained, out var refused) ? refused
        : Gains.Check([], gained, _held);

    private Problem? Change(PrincipalView before, PrincipalView after)
    {
        if (Admins.CheckLast(_principals, after, _denying) is { } last)
        {
            return last;
        }

        if (after is { Kind: PrincipalKind.Group, Groups.Length: > 0 })
        {
            return PrincipalRefusals.GroupInGroup();
        }

        return Rules(after).Try(out var rules, out var refused) ? Gains.Check(Rules(before).Try(out var had, out _) ? had : [], rules, _held) : refused;
    }

    private Result<List<AccessRule>> Rules(PrincipalView of)
    {
        if (!Own(of).Try(out var own, out var refused))
        {
            return refused;
        }

        List<AccessRule> rules = [.. own];
        foreach (var group in of.Groups)
        {
            if (_principals.GetValueOrDefault(group) is not { Kind: PrincipalKind.Group } shared)
            {
                return PrincipalRefusals.NoGroup(group);
            }

            if (!Own(shared).Try(out var given, out refused))
            {
                return refused;
            }

            rules.AddRange(given.Select(rule => rule with { Group = group }));
        }

        return rules;
    }

    private Result<AccessRule[]> Own(PrincipalView of) =>
        RoleRulesFound.Of(HeldRoles.Names(of, _now), _rules.GetValueOrDefault, _rules.Keys.Order(StringComparer.Ordinal)).Try(out var found, out var refused)
            ? HeldRoles.Rules(of, found, _now).ToArray()
            : refused;
}
