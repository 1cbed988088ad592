using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;

namespace Platform.Abstractions.Audit;

/// <summary>
/// Signs what the trails of all tenants state. Key: <c>_sys/audit-keys</c>; the same grain as <see cref="IAuditKeyRingGrain"/>. Its keys sign nothing else, and no
/// token key signs for it.
/// </summary>
[Alias("audit-signer"), OpenToTenantGrains]
public interface IAuditSignerGrain : IGrainWithStringKey
{
    /// <summary>The statement, signed by the newest key; the first call makes the first key. Signs segments, checkpoints, bundles and erasures, and no key.</summary>
    [Alias("sign")]
    Task<Result<string>> SignAsync(string type, byte[] payload);

    /// <summary>The ring's keys as statements, oldest first; none before the first signature.</summary>
    [Alias("keys")]
    Task<string[]> KeysAsync();
}

/// <summary>The ring of audit keys. Key: <c>_sys/audit-keys</c>. The private part of a key is destroyed as soon as another follows it.</summary>
[Alias("audit-key-ring")]
public interface IAuditKeyRingGrain : IGrainWithStringKey
{
    /// <summary>Makes the next key; the one before signs it and then never anything again. Answers all keys, oldest first.</summary>
    [Alias("rotate")]
    Task<Result<string[]>> RotateAsync(Caller caller);

    /// <summary>Signs the record of a tenant's end (<see cref="DeletionRecord"/>). Here and not among what tenants' grains may have signed.</summary>
    [Alias("sign-deletion")]
    Task<Result<string>> SignDeletionAsync(byte[] record);

    /// <summary>Signs a <see cref="PlatformCheckpoint"/>: what concerns all trails no tenant's grain can have signed.</summary>
    [Alias("sign-checkpoint")]
    Task<Result<string>> SignCheckpointAsync(byte[] payload);

    /// <summary>Signs a <see cref="PrunedTrail"/>.</summary>
    [Alias("sign-pruned")]
    Task<Result<string>> SignPrunedAsync(byte[] payload);

    /// <summary>Names of the private parts that are not destroyed.</summary>
    [Alias("secrets")]
    Task<OwnedSecret[]> SecretsAsync();
}
