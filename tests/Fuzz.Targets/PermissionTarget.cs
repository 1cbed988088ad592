using System.Text;
using Platform.Abstractions.Identity;

namespace Platform.Fuzz.Targets;

/// <summary>Lines: a grant, an area, an action, an object. No wildcard reaches an object that is not canonical.</summary>
internal sealed class PermissionTarget
{
    public static void Run(byte[] input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n', 4);
        var (grant, area, action, target) = (lines[0], lines.ElementAtOrDefault(1) ?? "", lines.ElementAtOrDefault(2) ?? "", lines.ElementAtOrDefault(3));
        var isGrant = Permission.TryParse(grant, out var permission);
        var set = PermissionSet.Compile([grant]);
        BrokenRuleException.Unless(isGrant == set.Grants.Any(), "The set and the grammar disagree.");
        if (permission is null)
        {
            BrokenRuleException.Unless(!set.Allows(area, action, target) && !set.AllowsSome(area, action), "What is no permission grants something.");
            return;
        }

        BrokenRuleException.Unless(permission.ToString() == grant && set.Covers([grant]), "A permission changed.");
        var allows = set.Allows(area, action, target);
        BrokenRuleException.Unless(!allows || set.AllowsSome(area, action), "An object may be acted on, and no object may.");
        BrokenRuleException.Unless(allows == permission.Covers(area, action, target), "The set and its only grant disagree.");
        if (allows && permission.Pattern is { } pattern)
        {
            BrokenRuleException.Unless(target is not null && !target.Split('/').Any(segment => segment is "" or "." or ".."), "An object that is not canonical was granted by a pattern.");
            BrokenRuleException.Unless(pattern.EndsWith("/*", StringComparison.Ordinal) ? target.StartsWith(pattern[..^1], StringComparison.Ordinal) : target == pattern, "A pattern reaches beyond itself.");
        }
    }
}
