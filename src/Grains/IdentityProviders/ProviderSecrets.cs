using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Secrets;

namespace Platform.Grains.IdentityProviders;

internal sealed class ProviderSecrets(TenantGrains grains) : ISecretOwner
{
    public Task<OwnedSecret[]> OfAsync(TenantId tenant) => grains.For(tenant).The<IIdentityProviderBookGrain>().SecretsAsync();
}
