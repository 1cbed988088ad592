using OpenIddict.Abstractions;
using Platform.Abstractions.Identity;

namespace Platform.Api.OAuth;

/// <summary>
/// Scopes are permissions, in the same grammar: a token may do what both its scopes and its principal allow. Beside them OpenID Connect's <c>openid</c> and <c>offline_access</c>.
/// </summary>
internal static class OAuthScopes
{
    /// <summary>Most scopes of one request.</summary>
    public const int MaxCount = 32;

    /// <summary>What basic use needs: asked for when a client names nothing, and told to clients that have no credential.</summary>
    public static readonly string[] Basic = ["tools:read", "tools:call", "resources:read", "prompts:read"];

    /// <summary>What the authorization server's metadata lists.</summary>
    public static readonly string[] Listed = [.. Basic, OpenIddictConstants.Scopes.OpenId, OpenIddictConstants.Scopes.OfflineAccess];

    /// <summary>A permission that names an area and an action. <c>*</c> and whole areas are for roles, which people write who know them.</summary>
    public static bool IsKnown(string scope) =>
        scope is OpenIddictConstants.Scopes.OpenId or OpenIddictConstants.Scopes.OfflineAccess
        || (Permission.TryParse(scope, out var permission) && permission is { Area: not "*", Action: not "*" } && !scope.AsSpan().ContainsAnyExceptInRange('!', '~') && !scope.AsSpan().ContainsAny('"', '\\'));

    /// <summary>What a person reads on the consent page.</summary>
    public static string Describe(string scope) => scope switch
    {
        "tools:read" => "See which tools there are",
        "tools:call" => "Call tools",
        "resources:read" => "Read resources",
        "prompts:read" => "Use prompts",
        OpenIddictConstants.Scopes.OpenId => "Know who you are",
        OpenIddictConstants.Scopes.OfflineAccess => "Keep this access while you are away",
        _ => "The permission",
    };
}
