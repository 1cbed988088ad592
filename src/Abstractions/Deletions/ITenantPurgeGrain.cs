using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Deletions;

/// <summary>
/// The end of one tenant, from its deletion to the signed record of what was removed. Key: <c>_sys/{tenant}</c>. A reminder wakes it, so that neither the end of the grace nor a purge that was cut
/// short is forgotten.
/// </summary>
[Alias("tenant-purge")]
public interface ITenantPurgeGrain : IGrainWithStringKey
{
    /// <summary>Deletes the tenant: nobody is served from now on, and it is purged when the grace is over.</summary>
    /// <param name="expected">The version of the tenant that is to be deleted; null for whichever there is.</param>
    /// <param name="caller">An operator.</param>
    [Alias("delete")]
    Task<Result<OperationView>> DeleteAsync(long? expected, Caller caller);

    /// <summary>Takes the deletion back; refused once the purge has begun.</summary>
    [Alias("restore")]
    Task<Result<TenantView>> RestoreAsync(Caller caller);

    /// <summary>Begins the purge before the grace is over; a second time it answers how far it is.</summary>
    [Alias("purge")]
    Task<Result<OperationView>> PurgeAsync(PurgeTenant command, Caller caller);

    [Alias("get"), AlwaysInterleave]
    Task<Result<OperationView>> GetAsync();

    /// <summary>The signed record, once the tenant is purged.</summary>
    [Alias("record"), AlwaysInterleave]
    Task<Result<string>> RecordAsync();
}

/// <summary>
/// What of a tenant is not in rows: it is reached from within the tenant. Key: <c>{tenant}</c>. For the tenant's purge alone.
/// </summary>
[Alias("tenant-estate"), Tenancy.OpenToPlatformGrains]
public interface ITenantEstateGrain : IGrainWithStringKey
{
    /// <summary>How many private keys and other secrets the vault has of the tenant.</summary>
    [Alias("count-secrets")]
    Task<int> CountSecretsAsync();

    /// <summary>Destroys them all; <c>unavailable</c> while the vault does not. Again, it does nothing.</summary>
    [Alias("destroy-secrets")]
    Task<Problem?> DestroySecretsAsync(Caller caller);

    /// <summary>The signed end of the audit trail as it is now.</summary>
    [Alias("checkpoint")]
    Task<Result<string>> CheckpointAsync();
}
