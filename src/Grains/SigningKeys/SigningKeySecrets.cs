using Platform.Abstractions.Secrets;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Secrets;

namespace Platform.Grains.SigningKeys;

internal sealed class SigningKeySecrets(TenantGrains grains) : ISecretOwner
{
    public Task<OwnedSecret[]> OfAsync(TenantId tenant) => grains.For(tenant).The<IKeyRingGrain>().SecretsAsync();
}
