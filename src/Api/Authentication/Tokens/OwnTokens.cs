using System.Buffers;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;

namespace Platform.Api.Authentication.Tokens;

/// <summary>Access tokens that a tenant's own ring signed: for a principal of the tenant, narrowed by the token's scope.</summary>
internal sealed class OwnTokens(TenantGrains grains, TenantUris uris, TenantKeys keys)
{
    private static readonly SearchValues<char> PrincipalCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>The principal of a good token; null for every reason there may be.</summary>
    /// <param name="tenant">At whose endpoint it was presented, and who is named as its issuer.</param>
    /// <param name="token">Well formed.</param>
    /// <param name="claims">Whose time it is.</param>
    /// <param name="use">What the audience must be.</param>
    public async ValueTask<TokenBearer?> JudgeAsync(TenantView tenant, Jwt token, AccessTokenClaims claims, TokenUse use)
    {
        // RFC 9068, section 4: an ID token is of another type, and is for its client.
        if (!string.Equals(token.Type, AccessTokenRules.Type, StringComparison.Ordinal) || !uris.IsAudience(tenant, claims.Audience, use))
        {
            return null;
        }

        if (claims is not { TokenId: { } tokenId, ClientId: not null, Scope: { } scope } || !IsPrincipalId(claims.Subject))
        {
            return null;
        }

        // The key's own algorithm, not the header's, is what it verifies with; the header must say the same.
        if (await keys.FindAsync(tenant.Id, token.Kid) is not { } key
            || !string.Equals(key.Algorithm, token.Algorithm, StringComparison.Ordinal)
            || !key.Verify(token.SigningInput, token.Signature))
        {
            return null;
        }

        var own = grains.For(tenant.Id);
        if (!(await own.Get<IPrincipalGrain>(claims.Subject).AccessAsync()).Try(out var access, out _))
        {
            return null;
        }

        return new TokenBearer(access.Principal, $"token:{tokenId}", ScopeNarrowing.Narrow(access.Rules, scope), access.Kind == PrincipalKind.User ? TrustLevel.Medium : TrustLevel.Low);
    }

    private static bool IsPrincipalId(string subject) => subject.Length <= 128 && !subject.AsSpan().ContainsAnyExcept(PrincipalCharacters);
}
