using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Signs tokens for a tenant and knows its public keys. This node has no key: it asks (docs/adr/0012).</summary>
internal interface ITokenSigner
{
    Task<Result<SignedJws>> SignAsync(TenantId tenant, SignJws command, Caller caller);

    /// <summary>Every key that a verifier should know.</summary>
    Task<SigningKeyView[]> PublicAsync(TenantId tenant);
}

/// <summary>The tenant's key ring.</summary>
internal sealed class RingSigner(TenantGrains grains) : ITokenSigner
{
    public Task<Result<SignedJws>> SignAsync(TenantId tenant, SignJws command, Caller caller) => grains.For(tenant).The<IKeyRingGrain>().SignAsync(command, caller);

    public Task<SigningKeyView[]> PublicAsync(TenantId tenant) => grains.For(tenant).The<IKeyRingGrain>().PublicAsync();
}
