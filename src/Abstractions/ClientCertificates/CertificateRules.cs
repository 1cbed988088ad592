using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Abstractions.ClientCertificates;

/// <summary>What a certificate must be, whoever issued it.</summary>
public static class CertificateRules
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private const int RsaFloor = 2048;

    // sha256, sha384 and sha512 with RSA (PKCS #1, and PSS whose parameters the chain engine checks) and with ECDSA.
    private static readonly string[] Signatures =
        ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.2.840.113549.1.1.10", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"];

    // P-256, P-384 and P-521.
    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    /// <summary>RSA of 2048 bits or more, or one of the NIST curves from P-256 on. Every other kind of key is too weak or unknown.</summary>
    public static bool HasStrongKey(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            return rsa.KeySize >= RsaFloor;
        }

        using var ec = certificate.GetECDsaPublicKey();
        return ec is not null && ec.ExportParameters(includePrivateParameters: false).Curve.Oid is { } curve && Curves.Contains(curve.Value, StringComparer.Ordinal);
    }

    public static bool HasStrongSignature(X509Certificate2 certificate) => Signatures.Contains(certificate.SignatureAlgorithm.Value, StringComparer.Ordinal);

    /// <summary>RFC 5280, 4.2.1.12: the purpose is there by its own name. None at all, or any purpose, is not enough.</summary>
    public static bool IsForClients(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication))
        && certificate.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature));

    /// <summary>RFC 5280, 4.2.1.9: who may issue certificates is nobody's client.</summary>
    public static bool MayIssue(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    public static bool IsValidAt(X509Certificate2 certificate, DateTimeOffset now) => now >= new DateTimeOffset(certificate.NotBefore) && now < new DateTimeOffset(certificate.NotAfter);

    /// <summary>A root that may be pinned: it issues certificates, names itself as its issuer, and its key and time are good.</summary>
    public static bool IsAuthority(X509Certificate2 certificate, DateTimeOffset now) =>
        MayIssue(certificate)
        && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
        && certificate.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign))
        && HasStrongKey(certificate)
        && IsValidAt(certificate, now);
}
