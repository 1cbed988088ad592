using System.Text.Json;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;

namespace Platform.Grains.Principals;

/// <summary>
/// What somebody gains when their rules change: what new rules allow, and what lost rules no longer deny. Whoever makes the change must hold all of it (AZ-3).
/// </summary>
internal static class Gains
{
    /// <summary>Null when whoever holds this may make the change.</summary>
    public static Problem? Check(IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> after, PermissionSet held) =>
        AreHeld(before, after, held) ? null : Problem.PermissionDenied("every permission that this gives");

    private static bool AreHeld(IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> after, PermissionSet held)
    {
        var (old, next) = (Keyed(before), Keyed(after));

        // Only what is denied always lessens what is gained; a deny under a condition may not be there when it matters.
        string[] denied = [.. after.Where(rule => rule is { Condition: null, Until: null }).SelectMany(rule => rule.Deny)];
        return next.Where(rule => !old.ContainsKey(rule.Key)).All(rule => held.Covers(rule.Value.Allow, rule.Value.Deny.Concat(denied)))
            && old.Where(rule => !next.ContainsKey(rule.Key)).All(rule => held.Covers(rule.Value.Deny.Except(denied, StringComparer.Ordinal)));
    }

    private static Dictionary<string, AccessRule> Keyed(IReadOnlyList<AccessRule> rules)
    {
        var keyed = new Dictionary<string, AccessRule>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            keyed[JsonSerializer.Serialize(rule, GrainStateJson.Default.AccessRule)] = rule;
        }

        return keyed;
    }
}
