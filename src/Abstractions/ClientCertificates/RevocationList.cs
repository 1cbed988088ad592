using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Abstractions.ClientCertificates;

/// <summary>
/// A certificate revocation list (RFC 5280, section 5) as its authority signed it: complete, for its own certificates, with an end. Lists that say less or
/// more than that in a critical extension are not read at all (section 5.2).
/// </summary>
public sealed class RevocationList
{
    /// <summary>Most bytes of DER: some thousand entries.</summary>
    public const int MaxBytes = 128 * 1024;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> _serials = new(StringComparer.Ordinal);
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;
    private readonly byte[] _issuer;

    private RevocationList(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        _signed = list.PeekEncodedValue().ToArray();
        var body = list.ReadSequence();
        _algorithm = Algorithm(list.ReadSequence());
        _signature = list.ReadBitString(out var unused);
        list.ThrowIfNotEmpty();
        if (unused != 0 || body.PeekTag() != Asn1Tag.Integer || !body.TryReadInt32(out var version) || version != 1)
        {
            throw new AsnContentException();
        }

        if (Algorithm(body.ReadSequence()) != _algorithm)
        {
            throw new AsnContentException();
        }

        _issuer = body.ReadEncodedValue().ToArray();
        ThisUpdate = Time(body);
        NextUpdate = Time(body);
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
        {
            ReadEntries(body.ReadSequence());
        }

        if (body.HasData)
        {
            RefuseCritical(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
        }

        body.ThrowIfNotEmpty();
    }

    public DateTimeOffset ThisUpdate { get; }

    /// <summary>From then on it says nothing any more. A list without it is never taken.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>Reads DER; nothing is verified yet.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out RevocationList? list)
    {
        list = null;
        if (der.Length is 0 or > MaxBytes)
        {
            return false;
        }

        try
        {
            list = new RevocationList(der);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Reads PEM, or base64 of DER, to DER.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? der)
    {
        var encoded = PemEncoding.TryFind(text, out var fields) && text.AsSpan()[fields.Label] is "X509 CRL" ? text[fields.Base64Data] : text.Trim();
        der = new byte[(encoded.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(encoded, der, out var length))
        {
            der = null;
            return false;
        }

        der = der[..length];
        return true;
    }

    /// <summary>True when this authority signed it as a list of its own.</summary>
    public bool IsSignedBy(X509Certificate2 authority)
    {
        if (!_issuer.AsSpan().SequenceEqual(authority.SubjectName.RawData) || HashOf(_algorithm) is not { } hash
            || authority.Extensions.OfType<X509KeyUsageExtension>().Any(usage => !usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign)))
        {
            return false;
        }

        using var rsa = authority.GetRSAPublicKey();
        using var ec = authority.GetECDsaPublicKey();
        try
        {
            return _algorithm.StartsWith("1.2.840.113549.", StringComparison.Ordinal)
                ? rsa is not null && rsa.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1)
                : ec is not null && ec.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public bool IsFreshAt(DateTimeOffset now) => ThisUpdate <= now + Skew && now < NextUpdate;

    public bool Lists(X509Certificate2 certificate) => _serials.Contains(Serial(certificate.SerialNumberBytes.Span));

    private static DateTimeOffset Time(AsnReader reader) => reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    // As a number: a leading zero is a sign's, and no part of it.
    private static string Serial(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes.TrimStart((byte)0));

    private static string Algorithm(AsnReader algorithm) => algorithm.ReadObjectIdentifier();

    private static HashAlgorithmName? HashOf(string algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            _serials.Add(Serial(entry.ReadIntegerBytes().Span));
            Time(entry);
            if (entry.HasData)
            {
                RefuseCritical(entry.ReadSequence());
            }
        }
    }

    // Ours is the plain list: a delta, a part, or another authority's entries would be read as what they are not.
    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
            {
                throw new AsnContentException();
            }
        }
    }
}
