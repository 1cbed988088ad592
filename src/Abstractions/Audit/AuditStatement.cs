using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.SigningKeys;

namespace Platform.Abstractions.Audit;

/// <summary>
/// Something that an audit key signed: a compact JWS (RFC 7515) by ES256 whose header has <c>alg</c>, <c>kid</c> and <c>typ</c>, in this order and nothing else.
/// The <c>kid</c> is the key's thumbprint (RFC 7638).
/// </summary>
public sealed class AuditStatement
{
    /// <summary>Characters of the longest statement.</summary>
    public const int MaxLength = 8_192;

    private const int SignatureSize = 64;

    private AuditStatement(string compact, string keyId, byte[] payload) => (Compact, KeyId, Payload) = (compact, keyId, payload);

    /// <summary>As it is stored, exported and hashed.</summary>
    public string Compact { get; }

    /// <summary>Thumbprint of the key that is said to have signed.</summary>
    public string KeyId { get; }

    /// <summary>Canonical JSON in UTF-8.</summary>
    public byte[] Payload { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of <see cref="Compact"/>: what the statement after it names.</summary>
    public string Hash => HashOf(Compact);

    /// <inheritdoc cref="Hash"/>
    public static string HashOf(string compact) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(compact)));

    /// <summary>What a key signs: header and payload, encoded, with a dot between.</summary>
    public static string SigningInput(string type, string keyId, ReadOnlySpan<byte> payload) =>
        $"{Base64Url.EncodeToString(Header(type, keyId))}.{Base64Url.EncodeToString(payload)}";

    /// <summary>The statement of a signed input.</summary>
    public static string Compose(string signingInput, ReadOnlySpan<byte> signature) => $"{signingInput}.{Base64Url.EncodeToString(signature)}";

    /// <summary>Reads a statement of one type. There is exactly one way to write the bytes down: any other, and any other type, is refused.</summary>
    public static bool TryRead(string? compact, string type, [NotNullWhen(true)] out AuditStatement? statement)
    {
        statement = null;
        if (compact is null or { Length: > MaxLength } || !Ascii.IsValid(compact) || compact.Split('.') is not [var header, var payload, var signature])
        {
            return false;
        }

        if (!TryDecode(header, out var headerBytes) || !TryDecode(payload, out var payloadBytes) || !TryDecode(signature, out var signed) || signed.Length != SignatureSize)
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(headerBytes);
        const string before = "{\"alg\":\"ES256\",\"kid\":\"";
        if (!text.StartsWith(before, StringComparison.Ordinal) || text.IndexOf('"', before.Length) is not (> 0 and var end))
        {
            return false;
        }

        var keyId = text[before.Length..end];
        if (!headerBytes.AsSpan().SequenceEqual(Header(type, keyId)))
        {
            return false;
        }

        statement = new AuditStatement(compact, keyId, payloadBytes);
        return true;
    }

    /// <summary>True when the key made the signature.</summary>
    public bool IsSignedBy(PublicJwk key)
    {
        try
        {
            using var curve = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Base64Url.DecodeFromChars(key.X), Y = Base64Url.DecodeFromChars(key.Y) },
            });
            var dot = Compact.LastIndexOf('.');
            return curve.VerifyData(
                Encoding.ASCII.GetBytes(Compact[..dot]), Base64Url.DecodeFromChars(Compact.AsSpan(dot + 1)), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>RFC 7638 over the members that its section 3.2 names, in their order.</summary>
    public static string Thumbprint(PublicJwk key) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"{{key.Curve}}","kty":"{{key.KeyType}}","x":"{{key.X}}","y":"{{key.Y}}"}""")));

    private static byte[] Header(string type, string keyId) => Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{keyId}}","typ":"{{type}}"}""");

    // Base64url has spare bits at its end: only the spelling that an encoder would choose counts.
    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return string.Equals(Base64Url.EncodeToString(bytes), text, StringComparison.Ordinal);
    }
}
