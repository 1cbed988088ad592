using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Validation;

namespace Platform.Api.Sessions.Oidc;

/// <summary>Whom a provider named, after everything about its ID token was found good.</summary>
/// <param name="Subject">Its <c>sub</c>.</param>
/// <param name="Name">For people, 1 to 100 characters; proves nothing.</param>
/// <param name="Roles">What the tenant's rules make of its claims; may be none.</param>
internal sealed record IdTokenBearer(string Subject, string Name, string[] Roles);

/// <summary>
/// Judges ID tokens (OpenID Connect Core 1.0, section 3.1.3.7). The order is: form and type, claims, time, issuer, audience, nonce, algorithm, key, signature. An access token is of another type and another audience.
/// </summary>
internal sealed class IdTokenJudge(ProviderKeys keys, TimeProvider clock)
{
    private const string Type = "JWT";
    private const int MaxName = 100;

    /// <summary>Null for every reason there may be.</summary>
    public async ValueTask<IdTokenBearer?> JudgeAsync(TenantId tenant, IdentityProvider provider, string presented, string nonce)
    {
        if (provider.SignIn is not { } client
            || JwtForm.ReadIdToken(presented) is not { } token
            || token.Type is not ("" or Type)
            || AccessTokenClaims.Read(token.Claims) is not { } claims
            || !claims.IsCurrent(clock.GetUtcNow())
            || !string.Equals(claims.Issuer, provider.Issuer, StringComparison.Ordinal)
            || !string.Equals(claims.Audience, client.ClientId, StringComparison.Ordinal)
            || !IsForUs(token.Claims, client.ClientId)
            || !HasNonce(token.Claims, nonce)
            || Array.IndexOf(provider.Algorithms, token.Algorithm) < 0)
        {
            return null;
        }

        if (await keys.FindAsync(tenant, provider, token.Kid, token.Algorithm) is not { } key || !key.Verify(token.SigningInput, token.Signature))
        {
            return null;
        }

        var name = Readable(JsonMember.Text(token.Claims, "name"u8));
        return new IdTokenBearer(claims.Subject, name.Length > 0 ? name : Readable(claims.Subject) is { Length: > 0 } subject ? subject : "?", ClaimRoles.Of(provider, token.Claims));
    }

    /// <summary>An authorized party, where one is named, is this client and nobody else.</summary>
    private static bool IsForUs(ReadOnlySpan<byte> claims, string client) =>
        !JsonMember.TryFind(claims, "azp"u8, out _) || string.Equals(JsonMember.Text(claims, "azp"u8), client, StringComparison.Ordinal);

    private static bool HasNonce(ReadOnlySpan<byte> claims, string nonce) =>
        JsonMember.Text(claims, "nonce"u8) is { } said && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce));

    // Shown to people: without what would steer their terminal or turn the line around.
    private static string Readable(string? text)
    {
        if (text is null)
        {
            return "";
        }

        var plain = new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)]).Trim();
        return plain.Length <= MaxName ? plain : plain[..MaxName].TrimEnd();
    }
}
