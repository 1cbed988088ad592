using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Identity;

/// <summary>
/// One grant, <c>area:action[:object-pattern]</c>, or <c>*</c> for everything (AZ-2). A wildcard is a whole action, a whole pattern, or a trailing <c>/*</c>;
/// matching is by path segment and case-sensitive.
/// </summary>
public sealed record Permission
{
    public const int MaxLength = 512;

    private Permission(string text, string area, string action, string? pattern)
    {
        Text = text;
        Area = area;
        Action = action;
        Pattern = pattern;
    }

    /// <summary>The canonical text it was parsed from.</summary>
    public string Text { get; }

    public string Area { get; }

    public string Action { get; }

    /// <summary>The object pattern; null grants every object.</summary>
    public string? Pattern { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Permission? permission)
    {
        permission = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        if (string.Equals(text, "*", StringComparison.Ordinal))
        {
            permission = new Permission(text, "*", "*", null);
            return true;
        }

        var first = text.IndexOf(':', StringComparison.Ordinal);
        if (first <= 0)
        {
            return false;
        }

        var second = text.IndexOf(':', first + 1);
        var area = text[..first];
        var action = second < 0 ? text[(first + 1)..] : text[(first + 1)..second];
        var pattern = second < 0 ? null : text[(second + 1)..];
        if (!IsWord(area) || !(IsWord(action) || string.Equals(action, "*", StringComparison.Ordinal)) || (pattern is not null && !IsPattern(pattern)))
        {
            return false;
        }

        permission = new Permission(text, area, action, string.Equals(pattern, "*", StringComparison.Ordinal) ? null : pattern);
        return true;
    }

    /// <summary>True when this grant covers the action on the canonical, decoded object.</summary>
    public bool Covers(string area, string action, string? target)
    {
        if (string.Equals(Area, "*", StringComparison.Ordinal))
        {
            return true;
        }

        return Concerns(area, action) && (Pattern is null || (target is not null && Matches(Pattern, target)));
    }

    /// <summary>True when this grant covers the action on some object of the area, whichever.</summary>
    internal bool Concerns(string area, string action) =>
        string.Equals(Area, area, StringComparison.Ordinal)
        && (string.Equals(Action, action, StringComparison.Ordinal) || string.Equals(Action, "*", StringComparison.Ordinal));

    private static bool Matches(string pattern, string target)
    {
        if (!pattern.EndsWith("/*", StringComparison.Ordinal))
        {
            return string.Equals(pattern, target, StringComparison.Ordinal);
        }

        // "public/*" covers what lies below "public/", never "publicX/a", "public" or "public/".
        var prefix = pattern.AsSpan(0, pattern.Length - 1);
        return target.Length > prefix.Length && target.AsSpan().StartsWith(prefix, StringComparison.Ordinal) && IsCanonical(target);
    }

    // An object that still holds dot segments, empty segments or controls was not canonicalized: nothing matches it.
    private static bool IsCanonical(string target)
    {
        foreach (var range in target.AsSpan().Split('/'))
        {
            if (target.AsSpan(range) is "" or "." or "..")
            {
                return false;
            }
        }

        return !target.AsSpan().ContainsAnyInRange('\0', '\u001f') && !target.Contains('\\', StringComparison.Ordinal);
    }

    private static bool IsWord(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetter(c) && !char.IsAsciiDigit(c) && c != '-' && c != '_')
            {
                return false;
            }
        }

        return text.Length is > 0 and <= 64;
    }

    private static bool IsPattern(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (string.Equals(pattern, "*", StringComparison.Ordinal))
        {
            return true;
        }

        var body = pattern.EndsWith("/*", StringComparison.Ordinal) ? pattern[..^2] : pattern;
        return body.Length > 0 && (star < 0 || star == pattern.Length - 1) && (star < 0 || body.Length == pattern.Length - 2) && IsCanonical(body);
    }

    public override string ToString() => Text;
}
