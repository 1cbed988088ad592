using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Api.RateLimits;

namespace Platform.Api.Authentication.Tokens;

/// <summary>
/// Who presented an access token (AU-1). The order is: form, claims, issuer, audience, time, key, signature, revocation, principal. Nothing is asked of anybody about a token before its signature is good,
/// but for the issuer's public keys. Every refusal reads the same. Verdicts live for seconds, under a digest of the token.
/// </summary>
internal sealed class TokenAuthenticator(
    TenantUris uris,
    OwnTokens own,
    ExternalTokens external,
    ITokenRevocation revocation,
    PermissionSets permissions,
    RateGate rates,
    RatePolicies limits,
    IOptions<ApiOptions> options,
    TimeProvider clock)
{
    private const int MaxEntries = 200_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, CredentialDigest Digest, TokenUse Use), AuthenticatedCaller> _callers = new();
    private readonly TimeSpan _life = options.Value.VerdictLife;
    private long _epoch;

    /// <summary>The principal of a token that was issued to be used here, or <c>unauthenticated</c> for every reason there may be. Other providers' tokens are for MCP only.</summary>
    public ValueTask<Result<AuthenticatedCaller>> AuthenticateAsync(TenantView tenant, string presented, TokenUse use)
    {
        // Before the digest: its cost is the token's length.
        if (presented.Length > AccessTokenRules.MaxLength)
        {
            return ValueTask.FromResult<Result<AuthenticatedCaller>>(Problem.Unauthenticated());
        }

        var digest = CredentialDigest.Of(presented);
        if (_callers.TryGetValue((tenant.Id, digest, use), out var caller) && clock.GetElapsedTime(caller.Fetched) < _life)
        {
            return ValueTask.FromResult<Result<AuthenticatedCaller>>(caller.ExpiresAt <= clock.GetUtcNow() ? Problem.Unauthenticated() : caller);
        }

        return VerifyAsync(tenant, digest, presented, use);
    }

    /// <summary>Forgets every verdict of a tenant.</summary>
    public void DropTenant(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        foreach (var entry in _callers)
        {
            if (entry.Key.Tenant == tenant)
            {
                _callers.TryRemove(entry.Key, out _);
            }
        }
    }

    private async ValueTask<Result<AuthenticatedCaller>> VerifyAsync(TenantView tenant, CredentialDigest digest, string presented, TokenUse use)
    {
        var fetched = clock.GetTimestamp();
        var epoch = Interlocked.Read(ref _epoch);
        if (JwtForm.Read(presented) is not { } token
            || AccessTokenClaims.Read(token.Claims) is not { } claims
            || await JudgeAsync(tenant, token, claims, use) is not { } bearer
            || await revocation.JudgeAsync(tenant.Id, claims, bearer.Principal) is not { Revoked: false } standing)
        {
            _callers.TryRemove((tenant.Id, digest, use), out _);
            return Problem.Unauthenticated();
        }

        var caller = new AuthenticatedCaller
        {
            Caller = new Caller(tenant.Id, bearer.Principal, bearer.Credential),
            Policy = permissions.PolicyOf(bearer.Rules),
            Trust = bearer.Trust,
            Rates = new CallerRates(rates, limits, tenant.Id, bearer.Principal, $"tokens/{bearer.Principal}", tenant.RateLimit, CredentialLimit.Default),
            ExpiresAt = claims.ExpiresAt + AccessTokenRules.Skew,
            Fetched = Math.Min(fetched, standing.Asked),
        };

        // A verdict that was under way when a change was pushed may be older than the change: serve it once, do not keep it.
        if (epoch == Interlocked.Read(ref _epoch))
        {
            if (_callers.Count >= MaxEntries)
            {
                _callers.Clear();
            }

            _callers[(tenant.Id, digest, use)] = caller;
        }

        return caller;
    }

    private async ValueTask<TokenBearer?> JudgeAsync(TenantView tenant, Jwt token, AccessTokenClaims claims, TokenUse use)
    {
        if (!claims.IsCurrent(clock.GetUtcNow()))
        {
            return null;
        }

        // The tenant's own issuer is nobody else's, whatever else it trusts.
        return string.Equals(claims.Issuer, uris.Issuer(tenant), StringComparison.Ordinal)
            ? await own.JudgeAsync(tenant, token, claims, use)
            : use == TokenUse.Mcp ? await external.JudgeAsync(tenant, token, claims) : null;
    }
}

/// <summary>Whom a good token speaks for.</summary>
/// <param name="Principal">Its id in the tenant.</param>
/// <param name="Credential">The token's public id, for the audit trail.</param>
/// <param name="Rules">What it may do.</param>
/// <param name="Trust">How sure it is who that is.</param>
internal sealed record TokenBearer(string Principal, string Credential, AccessRule[] Rules, TrustLevel Trust);
