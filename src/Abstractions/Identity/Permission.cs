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

    /// <summary><c>*</c>.</summary>
    internal static Permission Everything { get; } = new("*", "*", "*", null);

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
            permission = Everything;
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

    /// <summary>Reads a permission that the program itself wrote.</summary>
    /// <exception cref="FormatException">It is none, which is a fault of the program.</exception>
    public static Permission Parse(string text) => TryParse(text, out var permission) ? permission : throw new FormatException($"'{text}' is not a permission.");

    /// <summary>True when this grant covers the action on the canonical, decoded object.</summary>
    public bool Covers(string area, string action, string? target)
    {
        if (string.Equals(Area, "*", StringComparison.Ordinal))
        {
            return true;
        }

        return Concerns(area, action) && (Pattern is null || (target is not null && Matches(Pattern, target)));
    }

    /// <summary>
    /// True when this, as a deny, takes the action on the object away. Wider than <see cref="Covers"/>: an object that was not canonicalized could be any, so a deny
    /// of some objects takes it too.
    /// </summary>
    public bool Forbids(string area, string action, string? target) =>
        Covers(area, action, target) || (Concerns(area, action) && target is not null && !IsCanonical(target));

    /// <summary>True when everything that the other covers is covered by this.</summary>
    public bool Includes(Permission other)
    {
        if (string.Equals(Area, "*", StringComparison.Ordinal))
        {
            return true;
        }

        return string.Equals(Area, other.Area, StringComparison.Ordinal)
            && (string.Equals(Action, "*", StringComparison.Ordinal) || string.Equals(Action, other.Action, StringComparison.Ordinal))
            && IncludesObjects(other.Pattern);
    }

    /// <summary>What both cover; null when nothing is.</summary>
    public Permission? Intersect(Permission other)
    {
        if (Includes(other))
        {
            return other;
        }

        if (other.Includes(this))
        {
            return this;
        }

        // Neither is the narrower one as a whole: "area:*:public/*" and "area:read" meet in "area:read:public/*".
        if (!string.Equals(Area, other.Area, StringComparison.Ordinal)
            || !(string.Equals(Action, other.Action, StringComparison.Ordinal) || string.Equals(Action, "*", StringComparison.Ordinal) || string.Equals(other.Action, "*", StringComparison.Ordinal)))
        {
            return null;
        }

        var action = string.Equals(Action, "*", StringComparison.Ordinal) ? other.Action : Action;
        var pattern = Pattern is null ? other.Pattern
            : other.Pattern is null || IncludesPattern(other.Pattern, Pattern) ? Pattern
            : IncludesPattern(Pattern, other.Pattern) ? other.Pattern
            : null;
        return pattern is null ? null : new Permission($"{Area}:{action}:{pattern}", Area, action, pattern);
    }

    /// <summary>True when this grant covers the action on some object of the area, whichever.</summary>
    internal bool Concerns(string area, string action) =>
        string.Equals(Area, area, StringComparison.Ordinal)
        && (string.Equals(Action, action, StringComparison.Ordinal) || string.Equals(Action, "*", StringComparison.Ordinal));

    /// <summary>True when every object that the pattern names is one of this permission's; null names all.</summary>
    private bool IncludesObjects(string? pattern) => Pattern is null || (pattern is not null && IncludesPattern(Pattern, pattern));

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

    private static bool IncludesPattern(string pattern, string other) =>
        other.EndsWith("/*", StringComparison.Ordinal)
            ? pattern.EndsWith("/*", StringComparison.Ordinal) && other.AsSpan(0, other.Length - 1).StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : Matches(pattern, other);

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
