using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Platform.Abstractions.SigningKeys;

namespace Platform.Api.Authentication.Tokens;

/// <summary>A public key that verifies signatures of one algorithm, its own. Whatever a token's header says, the key decides how it is used: an RSA key is never an HMAC secret.</summary>
internal sealed class VerifyingKey
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;

    private readonly Lock _one = new();
    private readonly AsymmetricAlgorithm _key;

    private VerifyingKey(string kid, string algorithm, AsymmetricAlgorithm key) => (Kid, Algorithm, _key) = (kid, algorithm, key);

    public string Kid { get; }

    public string Algorithm { get; }

    /// <summary>When the key is not to be believed any more, whoever still has it; null for as long as it is published.</summary>
    public DateTimeOffset? RetiresAt { get; init; }

    /// <summary>False for a key that is too weak, too large to be used by strangers, or of another kind than the algorithm.</summary>
    public static bool TryImport(string kid, string algorithm, PublicJwk jwk, DateTimeOffset? retiresAt, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = null;
        try
        {
            AsymmetricAlgorithm? imported = algorithm switch
            {
                SigningAlgorithm.Rs256 or SigningAlgorithm.Ps256 when jwk is { KeyType: "RSA", Modulus: { Length: <= MaxRsaBits / 6 + 4 } n, Exponent: { Length: <= 8 } e } =>
                    RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(n), Exponent = Base64Url.DecodeFromChars(e) }),
                SigningAlgorithm.Es256 when jwk is { KeyType: "EC", Curve: "P-256", X: { Length: 43 } x, Y: { Length: 43 } y } =>
                    ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) } }),
                _ => null,
            };
            if (imported is null || (imported is RSA && imported.KeySize is < MinRsaBits or > MaxRsaBits))
            {
                imported?.Dispose();
                return false;
            }

            key = new VerifyingKey(kid, algorithm, imported) { RetiresAt = retiresAt };
            return true;
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return false;
        }
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // The platform's objects promise nothing to two threads at once.
        lock (_one)
        {
            return Algorithm switch
            {
                SigningAlgorithm.Rs256 => ((RSA)_key).VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                SigningAlgorithm.Ps256 => ((RSA)_key).VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                SigningAlgorithm.Es256 => signature.Length == 64 && ((ECDsa)_key).VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => false,
            };
        }
    }
}
