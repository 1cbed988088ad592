using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Keys;

/// <summary>
/// What a key may do that is narrower than its principal: exactly what both the principal's grants and the key's scopes cover. A scope that is wider than
/// the principal gives nothing more. The result is grants again, made when a key is verified, so that a request asks one set and not two.
/// </summary>
public static class KeyScopes
{
    public const int MaxScopes = 32;

    /// <summary>The grants that cover what both sides cover; text that is not a permission covers nothing.</summary>
    /// <param name="grants">Of the principal, now.</param>
    /// <param name="scopes">Of the key; null narrows nothing.</param>
    public static string[] Narrow(IReadOnlyList<string> grants, IReadOnlyList<string>? scopes)
    {
        if (scopes is null)
        {
            return [.. grants];
        }

        var narrow = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in scopes)
        {
            if (!Permission.TryParse(text, out var scope))
            {
                continue;
            }

            foreach (var held in grants)
            {
                if (Permission.TryParse(held, out var grant) && Common(grant, scope) is { } common)
                {
                    narrow.Add(common);
                }
            }
        }

        return [.. narrow];
    }

    /// <summary>The one grant that covers what both cover; null when nothing is covered by both.</summary>
    private static string? Common(Permission one, Permission other)
    {
        if (IsAny(one.Area))
        {
            return other.Text;
        }

        if (IsAny(other.Area))
        {
            return one.Text;
        }

        if (!string.Equals(one.Area, other.Area, StringComparison.Ordinal)
            || !(IsAny(one.Action) || IsAny(other.Action) || string.Equals(one.Action, other.Action, StringComparison.Ordinal)))
        {
            return null;
        }

        var action = IsAny(one.Action) ? other.Action : one.Action;
        if (one.Pattern is null || other.Pattern is null)
        {
            return Text(one.Area, action, one.Pattern ?? other.Pattern);
        }

        return IsWithin(one.Pattern, other.Pattern) ? Text(one.Area, action, one.Pattern)
            : IsWithin(other.Pattern, one.Pattern) ? Text(one.Area, action, other.Pattern)
            : null;
    }

    /// <summary>True when everything that the narrow pattern covers is covered by the wide one. Two patterns nest or have nothing in common.</summary>
    private static bool IsWithin(string narrow, string wide) =>
        string.Equals(narrow, wide, StringComparison.Ordinal)
        || (wide.EndsWith("/*", StringComparison.Ordinal) && narrow.Length > wide.Length - 1 && narrow.AsSpan().StartsWith(wide.AsSpan(0, wide.Length - 1), StringComparison.Ordinal));

    private static string Text(string area, string action, string? pattern) => pattern is null ? $"{area}:{action}" : $"{area}:{action}:{pattern}";

    private static bool IsAny(string word) => string.Equals(word, "*", StringComparison.Ordinal);
}
