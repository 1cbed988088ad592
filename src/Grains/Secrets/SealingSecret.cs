using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Secrets;

/// <summary>The secret of which tenants' sealing keys are derived: one for each tenant and day, so nothing has to be stored or rotated (RS-5).</summary>
public sealed class SealingSecret
{
    /// <summary>Name in the vault.</summary>
    public const string SecretName = "mcp-sealing";

    private readonly byte[] _secret;

    public SealingSecret(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < 32)
        {
            throw new ArgumentException("A sealing secret has at least 32 bytes.", nameof(secret));
        }

        _secret = secret.ToArray();
    }

    /// <summary>Reads the secret, or makes it on the first start.</summary>
    public static async Task<SealingSecret> LoadAsync(ISecretStore secrets, CancellationToken cancel) =>
        new(await secrets.GetOrMakeAsync(SecretName, cancel));

    /// <summary>32 bytes (RFC 5869 over SHA-256).</summary>
    public byte[] Derive(TenantId tenant, long period) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, 32, info: Encoding.ASCII.GetBytes($"mcp-handle/{tenant}/{period}"));
}
