using Platform.Abstractions.Audit;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Secrets;

namespace Platform.Grains.Audit;

/// <summary>The salt of a trail, and for the platform the keys that seal all trails.</summary>
internal sealed class TrailSecrets(TenantGrains grains) : ISecretOwner
{
    public async Task<OwnedSecret[]> OfAsync(TenantId tenant)
    {
        var salt = new OwnedSecret(TrailSalt.NameOf(tenant), SecretUse.AuditSalt, UsedBy: null, SecretNeed.OnceMade);
        return tenant == TenantId.Platform ? [salt, .. await grains.Platform.Get<IAuditKeyRingGrain>("audit-keys").SecretsAsync()] : [salt];
    }
}
