using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;

namespace Platform.Abstractions.ClientCertificates;

/// <summary>Which field of a certificate a name is looked for in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CertificateNameKind>))]
public enum CertificateNameKind
{
    /// <summary>Nowhere: matches nothing.</summary>
    [JsonStringEnumMemberName("none")] None = 0,

    /// <summary>A URI of the subject alternative names, such as a SPIFFE id.</summary>
    [JsonStringEnumMemberName("uri")] Uri = 1,

    /// <summary>A DNS name of the subject alternative names.</summary>
    [JsonStringEnumMemberName("dns")] Dns = 2,

    /// <summary>The whole subject, as RFC 4514 writes it: <c>CN=billing,O=Example</c>.</summary>
    [JsonStringEnumMemberName("dn")] DistinguishedName = 3,
}

/// <summary>A name that must be in a certificate exactly: no wildcard, no prefix, no part of it.</summary>
[GenerateSerializer, Alias("certificate-name"), Immutable]
public sealed record CertificateName([property: Id(0)] CertificateNameKind Kind, [property: Id(1)] string Value)
{
    private const int MaxLength = 1024;
    private const string AlternativeNames = "2.5.29.17";

    // RFC 5280, 4.2.1.6: GeneralName.
    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>True for a name that a certificate could hold.</summary>
    public bool IsValid() => Value is { Length: > 0 and <= MaxLength } && !Value.Any(char.IsControl) && Kind switch
    {
        CertificateNameKind.Uri => Value.All(char.IsAscii) && Uri.TryCreate(Value, UriKind.Absolute, out _),
        CertificateNameKind.Dns => Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'),
        CertificateNameKind.DistinguishedName => Parts(Value) is { Count: > 0 },
        _ => false,
    };

    /// <summary>True when the certificate has exactly this name. A field that cannot be read has none.</summary>
    public bool IsIn(X509Certificate2 certificate)
    {
        try
        {
            return Kind switch
            {
                CertificateNameKind.Uri => Alternatives(certificate, UriTag).Contains(Value, StringComparer.Ordinal),
                CertificateNameKind.Dns => Alternatives(certificate, DnsTag).Contains(Value, StringComparer.OrdinalIgnoreCase),
                CertificateNameKind.DistinguishedName => Parts(Value) is { Count: > 0 } wanted && Parts(certificate.SubjectName) is { } had && wanted.SequenceEqual(had),
                _ => false,
            };
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static List<string> Alternatives(X509Certificate2 certificate, Asn1Tag tag)
    {
        var found = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != AlternativeNames)
            {
                continue;
            }

            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(tag))
                {
                    found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }

        return found;
    }

    private static List<(string, string)>? Parts(string text)
    {
        try
        {
            return Parts(new X500DistinguishedName(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Attribute by attribute, in order: issuers encode the same text in different string types. Null for a name with several attributes in one part.</summary>
    private static List<(string, string)>? Parts(X500DistinguishedName name)
    {
        var parts = new List<(string, string)>();
        foreach (var part in name.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value)
            {
                return null;
            }

            parts.Add((part.GetSingleElementType().Value!, value));
        }

        return parts;
    }
}
