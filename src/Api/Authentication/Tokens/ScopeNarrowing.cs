using Platform.Abstractions.Identity;

namespace Platform.Api.Authentication.Tokens;

/// <summary>
/// What a token may do: what its principal may and its scope names, both. A scope is a permission, word for word, such as <c>tools:call</c>; words that are none
/// (<c>openid</c>, <c>offline_access</c>) give nothing. A token never gives more than its principal has.
/// </summary>
internal static class ScopeNarrowing
{
    private const int MaxScopes = 50;

    /// <summary>The rules that are left.</summary>
    public static AccessRule[] Narrow(IReadOnlyList<AccessRule> rules, string scope)
    {
        var scopes = scope.Split(' ', MaxScopes + 1, StringSplitOptions.RemoveEmptyEntries);
        return Narrowing.Narrow(rules, scopes[..Math.Min(scopes.Length, MaxScopes)]);
    }
}
