using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Api.OAuth.Tokens;

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>The tenants' rings, and a switch that takes them away.</summary>
internal sealed class SwitchedRing(ITokenSigner inner, OAuthFaults faults) : ITokenSigner
{
    public Task<Result<SignedJws>> SignAsync(TenantId tenant, SignJws command, Caller caller) =>
        faults.FailSigning ? Task.FromResult<Result<SignedJws>>(new Problem(ProblemCode.Unavailable, "The vault is out of reach.")) : inner.SignAsync(tenant, command, caller);

    public Task<SigningKeyView[]> PublicAsync(TenantId tenant) => inner.PublicAsync(tenant);
}
