using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Authentication.Tokens;

/// <summary>
/// Access tokens of providers that a tenant trusts. Who somebody is, is issuer and subject together and nothing else: an address or a name in a token can be whatever the provider lets people write.
/// What they may do is what the tenant's rules give for exact values of claims.
/// </summary>
internal sealed class ExternalTokens(TenantGrains grains, TrustedIssuers issuers, ProviderKeys keys)
{
    /// <summary>The principal of a good token; null for every reason there may be.</summary>
    /// <param name="tenant">At whose endpoint it was presented.</param>
    /// <param name="token">Well formed.</param>
    /// <param name="claims">Whose time it is.</param>
    public async ValueTask<TokenBearer?> JudgeAsync(TenantView tenant, Jwt token, AccessTokenClaims claims)
    {
        if (await issuers.FindAsync(tenant.Id, claims.Issuer) is not { } provider
            || !string.Equals(token.Type, provider.TokenType, StringComparison.Ordinal)
            || !string.Equals(claims.Audience, provider.Audience, StringComparison.Ordinal)
            || Array.IndexOf(provider.Algorithms, token.Algorithm) < 0)
        {
            return null;
        }

        if (await keys.FindAsync(tenant.Id, provider, token.Kid, token.Algorithm) is not { } key || !key.Verify(token.SigningInput, token.Signature))
        {
            return null;
        }

        var roles = ClaimRoles.Of(provider, token.Claims);
        var own = grains.For(tenant.Id);
        if (roles.Length == 0 || !(await own.The<IRoleBookGrain>().RulesAsync(roles)).Try(out var rules, out _) || PrincipalAccess.IsGuestShutOut(rules))
        {
            return null;
        }

        // Nobody has to be known beforehand; whoever is, and is blocked or deleted, stays out.
        var principal = PrincipalOf(claims.Issuer, claims.Subject);
        if (await own.Get<IPrincipalGrain>(principal).IsShutOutAsync())
        {
            return null;
        }

        return new TokenBearer(principal, $"token:{provider.Id}:{claims.TokenId ?? "-"}", rules, TrustLevel.Low);
    }

    /// <summary>The id of a provider's subject in this platform: the same for ever, and no two subjects share one.</summary>
    public static string PrincipalOf(string issuer, string subject) =>
        $"{PrincipalId.External}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\0{subject}")).AsSpan(0, PrincipalId.ExternalDigits / 2))}";
}
