using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Validation;

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

        var roles = RolesOf(provider, token.Claims);
        var own = grains.For(tenant.Id);
        if (roles.Length == 0 || !(await own.The<IRoleBookGrain>().RulesAsync(roles)).Try(out var rules, out _) || PrincipalAccess.IsGuestShutOut(rules))
        {
            return null;
        }

        // Nobody has to be known beforehand; whoever is, and is blocked, stays out.
        var principal = PrincipalOf(claims.Issuer, claims.Subject);
        if ((await own.Get<IPrincipalGrain>(principal).GetAsync()).Try(out var known, out _) && known.Blocked)
        {
            return null;
        }

        return new TokenBearer(principal, $"token:{provider.Id}:{claims.TokenId ?? "-"}", rules, TrustLevel.Low);
    }

    /// <summary>The id of a provider's subject in this platform: the same for ever, and no two subjects share one.</summary>
    public static string PrincipalOf(string issuer, string subject) =>
        $"ext_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\0{subject}")).AsSpan(0, 20))}";

    private static string[] RolesOf(IdentityProvider provider, byte[] claims)
    {
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in provider.Rules)
        {
            if (JsonMember.TryFind(claims, Encoding.UTF8.GetBytes(rule.Claim), out var value) && Has(value, rule.Value))
            {
                roles.UnionWith(rule.Roles);
            }
        }

        return [.. roles];
    }

    private static bool Has(ReadOnlySpan<byte> json, string value)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueTextEquals(value);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(value))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
