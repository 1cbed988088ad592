namespace Platform.Abstractions.Identity;

/// <summary>
/// What a credential may do that is narrower than its principal: exactly what both the principal's grants and the credential's scopes cover. A scope that is wider
/// gives nothing more. The result is grants again, made when a credential is verified, so that a request asks one set and not two (AZ-3).
/// </summary>
public static class Narrowing
{
    /// <summary>The rules with their allows narrowed. What is denied stays denied, whatever the scopes say.</summary>
    /// <param name="rules">Of the principal, now.</param>
    /// <param name="scopes">Of the credential; null narrows nothing. Text that is not a permission covers nothing.</param>
    public static AccessRule[] Narrow(IReadOnlyList<AccessRule> rules, IReadOnlyList<string>? scopes) =>
        [.. scopes is null ? rules : rules.Select(rule => rule with { Allow = Narrow(rule.Allow, scopes) }).Where(rule => rule is not { Allow: [], Deny: [] })];

    /// <summary>The grants that cover what both sides cover; text that is not a permission covers nothing.</summary>
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
                if (Permission.TryParse(held, out var grant) && grant.Intersect(scope) is { } common)
                {
                    narrow.Add(common.Text);
                }
            }
        }

        return [.. narrow];
    }
}
