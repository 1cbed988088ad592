using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Authentication;

/// <summary>Whoever has just been given a key on this node can use it here at once: the pushed change would bring it a moment later, and until then a miss is believed for a second.</summary>
internal sealed class NewKeys(KnownKeys known, KeyOwners owners)
{
    /// <param name="tenant">Whose key it is.</param>
    /// <param name="issued">Passed through.</param>
    public Result<KeyIssued> Told(TenantId tenant, Result<KeyIssued> issued)
    {
        if (issued.Problem is null)
        {
            known.Drop(tenant);
            owners.Drop();
        }

        return issued;
    }
}
