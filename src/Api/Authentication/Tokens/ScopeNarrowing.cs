using Platform.Abstractions.Identity;

namespace Platform.Api.Authentication.Tokens;

/// <summary>
/// What a token may do: what its principal may and its scope names, both. A scope is a permission, word for word, such as <c>tools:call</c>; words that are none
/// (<c>openid</c>, <c>offline_access</c>) give nothing. A token never gives more than its principal has.
/// </summary>
internal static class ScopeNarrowing
{
    private const int MaxScopes = 50;

    /// <summary>The grants that are left.</summary>
    public static string[] Narrow(string[] grants, string scope)
    {
        var left = new HashSet<string>(StringComparer.Ordinal);
        var scopes = scope.Split(' ', MaxScopes + 1, StringSplitOptions.RemoveEmptyEntries);
        foreach (var text in scopes.AsSpan(0, Math.Min(scopes.Length, MaxScopes)))
        {
            if (!Permission.TryParse(text, out var asked))
            {
                continue;
            }

            foreach (var grant in grants)
            {
                if (Permission.TryParse(grant, out var held) && Both(held, asked) is { } both)
                {
                    left.Add(both);
                }
            }
        }

        return [.. left];
    }

    /// <summary>The permission that covers what both cover; null when there is nothing.</summary>
    private static string? Both(Permission a, Permission b)
    {
        if (a.Area == "*" || b.Area == "*")
        {
            return a.Area == "*" ? b.Text : a.Text;
        }

        if (a.Area != b.Area || (a.Action != b.Action && a.Action != "*" && b.Action != "*"))
        {
            return null;
        }

        var action = a.Action == "*" ? b.Action : a.Action;
        return (a.Pattern, b.Pattern) switch
        {
            (null, null) => $"{a.Area}:{action}",
            (null, { } pattern) => $"{a.Area}:{action}:{pattern}",
            ({ } pattern, null) => $"{a.Area}:{action}:{pattern}",
            ({ } one, { } other) when one == other || IsWithin(one, other) => $"{a.Area}:{action}:{one}",
            ({ } one, { } other) when IsWithin(other, one) => $"{a.Area}:{action}:{other}",
            _ => null,
        };
    }

    // "public/a/*" and "public/a/b" are within "public/*"; the slash belongs to the prefix, so "publicX/a" is not.
    private static bool IsWithin(string inner, string outer) =>
        outer.EndsWith("/*", StringComparison.Ordinal) && inner.Length > outer.Length - 1 && inner.StartsWith(outer[..^1], StringComparison.Ordinal);
}
