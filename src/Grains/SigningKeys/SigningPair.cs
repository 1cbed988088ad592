using System.Buffers.Text;
using System.Security.Cryptography;
using Platform.Abstractions.SigningKeys;

namespace Platform.Grains.SigningKeys;

/// <summary>A key pair in this process's memory. Signs for one caller at a time: the platform's objects promise no more.</summary>
internal sealed class SigningPair
{
    private const int RsaBits = 3072;

    private readonly Lock _one = new();
    private readonly AsymmetricAlgorithm _key;
    private readonly string _algorithm;

    private SigningPair(AsymmetricAlgorithm key, string algorithm) => (_key, _algorithm) = (key, algorithm);

    public static SigningPair Make(string algorithm) =>
        algorithm == SigningAlgorithm.Es256 ? new SigningPair(ECDsa.Create(ECCurve.NamedCurves.nistP256), algorithm) : new SigningPair(RSA.Create(RsaBits), algorithm);

    public static SigningPair Import(string algorithm, ReadOnlySpan<byte> pkcs8)
    {
        AsymmetricAlgorithm key = algorithm == SigningAlgorithm.Es256 ? ECDsa.Create() : RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new SigningPair(key, algorithm);
    }

    /// <summary>The private part, for a vault and nothing else. Whoever takes it wipes it.</summary>
    public byte[] ExportPkcs8() => _key.ExportPkcs8PrivateKey();

    public PublicJwk Public()
    {
        if (_key is ECDsa curve)
        {
            var point = curve.ExportParameters(includePrivateParameters: false).Q;
            return new PublicJwk { KeyType = "EC", Curve = "P-256", X = Base64Url.EncodeToString(point.X), Y = Base64Url.EncodeToString(point.Y) };
        }

        var parameters = ((RSA)_key).ExportParameters(includePrivateParameters: false);
        return new PublicJwk { KeyType = "RSA", Modulus = Base64Url.EncodeToString(parameters.Modulus), Exponent = Base64Url.EncodeToString(parameters.Exponent) };
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_one)
        {
            return _algorithm switch
            {
                SigningAlgorithm.Rs256 => ((RSA)_key).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                SigningAlgorithm.Ps256 => ((RSA)_key).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                SigningAlgorithm.Es256 => ((ECDsa)_key).SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => throw new InvalidOperationException("No such algorithm."),
            };
        }
    }
}
