using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Secrets;

namespace Platform.Grains.Webhooks;

internal sealed class WebhookSecretNames(TenantGrains grains) : ISecretOwner
{
    public Task<OwnedSecret[]> OfAsync(TenantId tenant) => grains.For(tenant).The<IWebhookIndexGrain>().SecretsAsync();
}
