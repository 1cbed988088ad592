namespace Platform.Abstractions.Tokens;

/// <summary>What every access token of the platform keeps to (AU-1, AU-2; RFC 9068). Whoever issues one and whoever reads one take the numbers from here.</summary>
public static class AccessTokenRules
{
    /// <summary>The <c>typ</c> of the header: an ID token is of another, and is not an access token.</summary>
    public const string Type = "at+jwt";

    /// <summary>The claim that names the chain of refresh tokens a token came from; revoking the chain revokes it.</summary>
    public const string FamilyClaim = "family";

    /// <summary>Characters of the whole token; a longer one is refused unread.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>How long a token lives when the tenant says nothing.</summary>
    public static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);

    /// <summary>No token lives longer, whoever issued it.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromHours(24);

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>A tenant's issuer: from the configuration, never from a Host header.</summary>
    /// <param name="publicUrl">Base of the public URLs of the data listener, without a trailing slash.</param>
    /// <param name="slug">The tenant's.</param>
    public static string Issuer(string publicUrl, string slug) => $"{publicUrl}/t/{slug}";
}
