using System.Security.Cryptography;
using System.Text;

namespace Platform.Abstractions.IdentityProviders;

/// <summary>
/// Where a provider sends browsers back to: a redirect URI for each tenant and issuer (RFC 9700, section 4.4.2.2), so that an answer of one provider never reaches another. It goes by the issuer, not by the
/// provider's id: it can be registered before the provider is added here, and stays when the provider is added anew.
/// </summary>
public static class SignInRedirect
{
    public const string Path = "/sign-in/callback";

    /// <summary>Length of a key.</summary>
    public const int KeyLength = 32;

    /// <summary>What stands for an issuer in the path: the first 32 hexadecimal digits of its SHA-256.</summary>
    public static string KeyOf(string issuer) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issuer)).AsSpan(0, KeyLength / 2));

    /// <summary>The path at the console.</summary>
    public static string PathOf(string tenant, string issuer) => $"{Path}/{tenant}/{KeyOf(issuer)}";
}
