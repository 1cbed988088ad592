using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Api.Authentication.Tokens;
using Platform.Api.OAuth;

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>What fails at the moment.</summary>
internal sealed class OAuthFaults
{
    public volatile bool FailRevoke;
    public volatile bool FailGates;
    public volatile bool LosePushes;
    public volatile bool FailSigning;
}

internal sealed class FaultyRecords(ITokenRecords inner, OAuthFaults faults) : ITokenRecords
{
    public ValueTask<bool> RedeemAsync(string token, CancellationToken cancel) => inner.RedeemAsync(token, cancel);

    public ValueTask<(int Grants, int Tokens)> RevokeAllAsync(CancellationToken cancel) => inner.RevokeAllAsync(cancel);

    public ValueTask<TokenOrigin?> FindAsync(string token, CancellationToken cancel) => inner.FindAsync(token, cancel);

    public ValueTask RevokeAsync(string token, CancellationToken cancel) => inner.RevokeAsync(token, cancel);

    public ValueTask RevokeFamilyAsync(string family, CancellationToken cancel) =>
        faults.FailRevoke ? throw new InvalidOperationException("The disk is full.") : inner.RevokeFamilyAsync(family, cancel);
}

internal sealed class FaultyRevocations(ITokenRevocation inner, OAuthFaults faults) : ITokenRevocation
{
    public ValueTask<Standing> JudgeAsync(TenantId tenant, AccessTokenClaims claims, string principal) => inner.JudgeAsync(tenant, claims, principal);

    public ValueTask<bool> IsFamilyRevokedAsync(TenantId tenant, string family) => inner.IsFamilyRevokedAsync(tenant, family);

    public Task<Problem?> RevokeAsync(RevokedKind kind, string id, Caller caller) =>
        faults.FailGates ? Task.FromResult<Problem?>(Problem.QuotaExceeded("Too many revocations are in force.")) : inner.RevokeAsync(kind, id, caller);

    public void Drop(TenantId tenant)
    {
        if (!faults.LosePushes)
        {
            inner.Drop(tenant);
        }
    }
}
