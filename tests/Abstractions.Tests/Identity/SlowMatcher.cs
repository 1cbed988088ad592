using System.Text.RegularExpressions;

namespace Platform.Abstractions.Tests.Identity;

/// <summary>The same rules as <c>Permission</c>, said another way: lists of segments and one regular expression, no shared code.</summary>
internal static partial class SlowMatcher
{
    public static bool IsGrant(string grant) => grant == "*" || (grant.Length <= 512 && Grammar().Match(grant) is { Success: true } match && IsPattern(match));

    public static bool Allows(string grant, string area, string action, string? target)
    {
        if (!IsGrant(grant))
        {
            return false;
        }

        var match = Grammar().Match(grant);
        return grant == "*"
            || (match.Groups["area"].Value == area
                && (match.Groups["action"].Value == "*" || match.Groups["action"].Value == action)
                && Covers(match.Groups["pattern"] is { Success: true } pattern ? pattern.Value : "*", target));
    }

    /// <summary>A deny takes what a grant would give, and every object whose name could be written in another way.</summary>
    public static bool Forbids(string deny, string area, string action, string? target) =>
        !IsGrant(deny)
        || Allows(deny, area, action, target)
        || (target is not null && !target.Split('/').All(IsSegment) && Allows(Grammar().Replace(deny, "${area}:${action}"), area, action, null));

    public static bool Allows(string[] grants, string[] denials, string area, string action, string? target) =>
        !denials.Any(deny => Forbids(deny, area, action, target)) && grants.Any(grant => Allows(grant, area, action, target));

    private static bool Covers(string pattern, string? target)
    {
        if (pattern == "*")
        {
            return true;
        }

        if (target is null)
        {
            return false;
        }

        var wanted = pattern.Split('/');
        var given = target.Split('/');
        return wanted[^1] == "*"
            ? given.Length >= wanted.Length && given.Take(wanted.Length - 1).SequenceEqual(wanted.SkipLast(1)) && given.All(IsSegment)
            : given.SequenceEqual(wanted);
    }

    private static bool IsPattern(Match match)
    {
        var segments = match.Groups["pattern"] is { Success: true } pattern ? pattern.Value.Split('/') : ["*"];
        var fixedOnes = segments[^1] == "*" ? segments.SkipLast(1) : segments;
        return fixedOnes.All(segment => IsSegment(segment) && !segment.Contains('*', StringComparison.Ordinal));
    }

    private static bool IsSegment(string segment) =>
        segment is not ("" or "." or "..") && !segment.Any(c => c is < ' ' or '\\');

    [GeneratedRegex(@"\A(?<area>[A-Za-z0-9_-]{1,64}):(?<action>\*|[A-Za-z0-9_-]{1,64})(:(?<pattern>[\s\S]*))?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
