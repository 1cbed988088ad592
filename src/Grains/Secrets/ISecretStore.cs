namespace Platform.Grains.Secrets;

/// <summary>A vault. Only the silo role reads one; values live in memory and are never logged.</summary>
public interface ISecretStore
{
    /// <summary>The newest version's bytes, or null when there is no such secret.</summary>
    /// <param name="name">1 to 127 of <c>[a-z0-9-]</c>, as Key Vault allows.</param>
    /// <param name="cancel">Gives up waiting for the vault.</param>
    ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel);

    /// <summary>Adds a version. Returns after it is durable.</summary>
    ValueTask SetAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancel);
}
