using Platform.Abstractions.Secrets;

namespace Platform.Grains.Secrets;

/// <summary>A vault: secrets with versions. Only the silo role reads one; values live in memory and are never logged.</summary>
/// <remarks>
/// What is not there is null or false. Everything else that stands in the way is a <see cref="SecretStoreException"/> that says which: a vault that
/// cannot be reached is not one without the secret. Names are <see cref="SecretName"/>s, values have at most <see cref="MaxValueBytes"/> bytes;
/// others are an <see cref="ArgumentException"/>.
/// </remarks>
public interface ISecretStore
{
    /// <summary>As much as Key Vault takes (25 000 characters) with room for Base64.</summary>
    const int MaxValueBytes = 16 << 10;

    /// <summary>Versions made within this time of each other may be listed in another order than they were made; always in the same one.</summary>
    TimeSpan Granularity { get; }

    /// <summary>The newest version's bytes, or null when there is no such secret. A newest version that is disabled or expired is refused, never an older one given.</summary>
    ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel);

    /// <summary>One version's bytes, or null when there is none of this id.</summary>
    ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel);

    /// <summary>Adds a version and returns its id, after it is durable. Do not use the name of a deleted secret again: Key Vault refuses it for months.</summary>
    /// <param name="name">Of a new or an existing secret.</param>
    /// <param name="value">Bytes; text is UTF-8.</param>
    /// <param name="expires">From then on the version is refused; null is never.</param>
    /// <param name="cancel">Gives up waiting; the version may have been added all the same.</param>
    ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel);

    /// <summary>The kept versions, oldest first; none when there is no such secret.</summary>
    ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel);

    /// <summary>
    /// The same for people who look: may be half a minute old for what another process changed, and slows nobody who needs a value.
    /// </summary>
    ValueTask<IReadOnlyList<SecretVersion>> ShownVersionsAsync(string name, CancellationToken cancel) => VersionsAsync(name, cancel);

    /// <summary>Refuses the version from now on. False when there is none of this id.</summary>
    ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel);

    /// <summary>Takes away all versions (no vault deletes a single one). False when there is no such secret.</summary>
    ValueTask<bool> DeleteAsync(string name, CancellationToken cancel);
}
