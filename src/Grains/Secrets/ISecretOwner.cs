using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Secrets;

/// <summary>Whoever puts secrets into the vault knows their names. A vault is never searched: one that is shared has others' secrets too.</summary>
internal interface ISecretOwner
{
    /// <summary>Those of a tenant, with what is left to delete. Asked from within a grain of the tenant.</summary>
    Task<OwnedSecret[]> OfAsync(TenantId tenant);
}
