using System.Buffers;

namespace Platform.Abstractions.IdentityProviders;

/// <summary>Bounds and forms of identity providers.</summary>
public static class IdentityProviderRules
{
    /// <summary>Providers of a tenant.</summary>
    public const int MaxPerTenant = 10;

    public const int MaxRules = 50;

    /// <summary>What begins an id.</summary>
    public const string IdPrefix = "idp_";

    public const int IdLength = 12;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    public static bool IsId(string text) =>
        text.Length == IdPrefix.Length + IdLength && text.StartsWith(IdPrefix, StringComparison.Ordinal) && !text.AsSpan(IdPrefix.Length).ContainsAnyExcept(IdCharacters);

    /// <summary>
    /// Whether a URL has the form of an issuer: https in canonical form, without user, query or fragment. A developer's provider on the same machine may be named with http; whether it is asked is the
    /// fetcher's decision.
    /// </summary>
    public static bool IsIssuer(string? text) =>
        text is { Length: > 0 and <= 512 } && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0 && !text.EndsWith('?') && !text.EndsWith('#')
        && string.Equals(url.AbsoluteUri.TrimEnd('/'), text.TrimEnd('/'), StringComparison.Ordinal);
}
