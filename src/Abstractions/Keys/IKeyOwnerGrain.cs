using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Keys;

/// <summary>
/// Which tenant a management key belongs to: the key does not say it, and a route need not name one. Key: <c>_sys/{keyId}</c>. It proves nothing: the
/// tenant's own grain verifies the secret.
/// </summary>
[Alias("key-owner"), OpenToTenantGrains]
public interface IKeyOwnerGrain : IGrainWithStringKey
{
    /// <summary>Claims the id before the key is stored; refuses one that is claimed.</summary>
    [Alias("claim")]
    Task<Problem?> ClaimAsync(TenantId tenant);

    /// <summary>Gives the id up, when it is this tenant's: the tenant is purged.</summary>
    [Alias("release")]
    Task ReleaseAsync(TenantId tenant);
}

/// <summary>All tenants' management keys. Key: <c>_sys/index</c>. What API nodes hold, so that a made-up id costs no grain and no row.</summary>
[Alias("key-owner-index")]
public interface IKeyOwnerIndexGrain : IGrainWithStringKey
{
    [Alias("all")]
    Task<KeyOwner[]> AllAsync();

    /// <summary>A key has got its owner, for as long as that is there.</summary>
    [Alias("claimed")]
    Task ClaimedAsync(KeyOwner owner);

    /// <summary>A key's owner is gone.</summary>
    [Alias("released")]
    Task ReleasedAsync(string keyId);
}

/// <summary>One management key of a tenant.</summary>
[GenerateSerializer, Alias("key-owner-row"), Immutable]
public sealed record KeyOwner([property: Id(0)] string KeyId, [property: Id(1)] TenantId Tenant);
