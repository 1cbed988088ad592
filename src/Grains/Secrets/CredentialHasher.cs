using System.Security.Cryptography;
using System.Text;

namespace Platform.Grains.Secrets;

/// <summary>
/// Keyed hashes of high-entropy credentials at rest (AU-7). The pepper comes from the vault and stays in the silo role: a stolen database holds no usable key.
/// </summary>
public sealed class CredentialHasher
{
    /// <summary>Name of the pepper in the vault.</summary>
    public const string SecretName = "api-key-pepper";

    private readonly byte[] _pepper;
    private long _computed;

    public CredentialHasher(ReadOnlySpan<byte> pepper)
    {
        if (pepper.Length < 32)
        {
            throw new ArgumentException("A pepper has at least 32 bytes.", nameof(pepper));
        }

        _pepper = pepper.ToArray();
    }

    /// <summary>Reads the pepper, or makes it on the first start.</summary>
    public static async Task<CredentialHasher> LoadAsync(ISecretStore secrets, CancellationToken cancel) =>
        new(await secrets.GetOrMakeAsync(SecretName, cancel));

    /// <summary>How many hashes were computed: what an attempt cost, which must be the same for every way in which it fails.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    /// <summary>HMAC-SHA256 of a credential; the purpose keeps hashes of different kinds apart.</summary>
    public byte[] Hash(string purpose, string credential)
    {
        Interlocked.Increment(ref _computed);
        return HMACSHA256.HashData(_pepper, Encoding.UTF8.GetBytes($"{purpose}\0{credential}"));
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string purpose, string credential, ReadOnlySpan<byte> stored) =>
        CryptographicOperations.FixedTimeEquals(Hash(purpose, credential), stored);
}
