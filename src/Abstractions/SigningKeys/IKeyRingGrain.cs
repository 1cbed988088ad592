using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;

namespace Platform.Abstractions.SigningKeys;

/// <summary>A tenant's signing keys (AU-4). Key: <c>{tenant}</c>. It signs for whoever calls it; whoever asks for a signature puts it on record with the key's id.</summary>
[Alias("key-ring")]
public interface IKeyRingGrain : IGrainWithStringKey
{
    /// <summary>
    /// Signs with the active key. The first signature of a tenant waits for its first key; after that keys are made before they are needed.
    /// <c>unavailable</c> when the vault is out of reach and the key is not in memory, or the active key is past its limit.
    /// </summary>
    [Alias("sign")]
    Task<Result<SignedJws>> SignAsync(SignJws command, Caller caller);

    /// <summary>The keys that a verifier should know: pending, active and passive ones. Makes none.</summary>
    [Alias("public")]
    Task<SigningKeyView[]> PublicAsync();

    /// <summary>All keys on record, newest first; disabled ones for 90 days.</summary>
    [Alias("list")]
    Task<SigningKeyView[]> ListAsync();

    /// <summary>Prepares the next key of an algorithm and answers it.</summary>
    [Alias("rotate")]
    Task<Result<SigningKeyView>> RotateAsync(RotateSigningKeys command, Caller caller);

    /// <summary>
    /// Disables every key at once and makes new ones. The old ones are disabled, on disk and told to every node, before anything else is tried: also when
    /// no new key can be made, which is <c>unavailable</c>.
    /// </summary>
    [Alias("emergency-rotate")]
    Task<Result<SigningKeyView[]>> EmergencyRotateAsync(Caller caller);

    /// <summary>Disables every key, destroys its private part and makes no new one: for a tenant that is purged. <c>unavailable</c> while the vault does not delete them; again, it does what is left.</summary>
    [Alias("destroy")]
    Task<Problem?> DestroyAsync(Caller caller);

    /// <summary>Names of the private parts, with those that are to be destroyed.</summary>
    [Alias("secrets")]
    Task<OwnedSecret[]> SecretsAsync();
}
