using Platform.Abstractions.Audit;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Deletions;

[GrainType("tenant-estate")]
internal sealed class TenantEstateGrain(TenantGrains grains) : Grain, ITenantEstateGrain
{
    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    private IAuditUpkeepGrain Trail => Own.Get<IAuditUpkeepGrain>("0");

    public async Task<int> CountSecretsAsync() =>
        (await Own.The<IKeyRingGrain>().ListAsync()).Count(key => key.Status != SigningKeyStatus.Disabled)
        + (await Own.The<IIdentityProviderBookGrain>().ListAsync()).Count(provider => provider.SignIn is { Confidential: true })
        + (await Own.The<IWebhookIndexGrain>().ListAsync()).Length
        + (await Trail.HasSaltAsync() == true ? 1 : 0);

    public async Task<Problem?> DestroySecretsAsync(Caller caller) =>
        await Own.The<IKeyRingGrain>().DestroyAsync(caller) ?? await Own.The<IIdentityProviderBookGrain>().DestroyAsync(caller)
        ?? await Own.The<IWebhookIndexGrain>().DestroyAsync(caller) ?? await Trail.ForgetSaltAsync();

    public Task<Result<string>> CheckpointAsync() => Own.Get<IAuditStreamGrain>("0").CheckpointAsync();
}
