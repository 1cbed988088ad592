using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Tenants;
using Platform.Grains.Secrets;

namespace Platform.Grains.Logins;

/// <summary>
/// Seals authenticators' secrets at rest: AES-256-GCM under a key derived for the tenant from a secret of the vault, bound to the user. A stolen database makes no codes,
/// and a secret that is moved to another user opens nothing.
/// </summary>
public sealed class FactorSealer
{
    /// <summary>Name in the vault.</summary>
    public const string SecretName = "login-factors";

    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _secret;

    public FactorSealer(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < 32)
        {
            throw new ArgumentException("A sealing secret has at least 32 bytes.", nameof(secret));
        }

        _secret = secret.ToArray();
    }

    /// <summary>Reads the secret, or makes it on the first start.</summary>
    public static async Task<FactorSealer> LoadAsync(ISecretStore secrets, CancellationToken cancel) =>
        new(await secrets.GetOrMakeAsync(SecretName, cancel));

    public byte[] Seal(TenantId tenant, string principal, ReadOnlySpan<byte> secret)
    {
        var box = new byte[1 + NonceBytes + secret.Length + TagBytes];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(KeyOf(tenant), TagBytes);
        cipher.Encrypt(nonce, secret, box.AsSpan(1 + NonceBytes, secret.Length), box.AsSpan(^TagBytes..), Owner(tenant, principal));
        return box;
    }

    /// <exception cref="CryptographicException">It was changed, or sealed for somebody else or by another key.</exception>
    public byte[] Open(TenantId tenant, string principal, ReadOnlySpan<byte> box)
    {
        if (box.Length < 1 + NonceBytes + TagBytes || box[0] != Version)
        {
            throw new CryptographicException("The sealed secret has an unknown form.");
        }

        var secret = new byte[box.Length - 1 - NonceBytes - TagBytes];
        using var cipher = new AesGcm(KeyOf(tenant), TagBytes);
        cipher.Decrypt(box.Slice(1, NonceBytes), box[(1 + NonceBytes)..^TagBytes], box[^TagBytes..], secret, Owner(tenant, principal));
        return secret;
    }

    private byte[] KeyOf(TenantId tenant) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, 32, info: Encoding.ASCII.GetBytes($"login-factor/{tenant}"));

    private static byte[] Owner(TenantId tenant, string principal) => Encoding.UTF8.GetBytes($"{tenant}/{principal}");
}
