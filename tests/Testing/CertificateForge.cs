using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Testing;

/// <summary>Makes authorities, certificates and revocation lists: honest ones, and such as an attacker would bring.</summary>
public static class CertificateForge
{
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    /// <summary>Silos are each other's servers and clients.</summary>
    public const string ForSilos = ForServers + " " + ForClients;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A self-signed authority, valid for years before now and long after: tests that share a clock move it on by years.</summary>
    public static X509Certificate2 Authority(string name)
    {
        var request = new CertificateRequest($"CN={name}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(40));
    }

    /// <summary>A client's certificate with its key; self-signed without an issuer.</summary>
    public static X509Certificate2 Client(
        X509Certificate2? issuer = null,
        string subject = "CN=client",
        string? uri = null,
        string? dns = null,
        string? usage = ForClients,
        bool isAuthority = false,
        TimeSpan? begins = null,
        TimeSpan? ends = null,
        int rsaBits = 0,
        string? fetchFrom = null)
    {
        using var rsa = rsaBits > 0 ? RSA.Create(rsaBits) : null;
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = rsa is null
            ? new CertificateRequest(subject, ec, HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, hasPathLengthConstraint: false, 0, critical: true));
        if (usage is not null)
        {
            var usages = new OidCollection();
            foreach (var one in usage.Split(' '))
            {
                usages.Add(new Oid(one));
            }

            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, critical: false));
        }

        if (fetchFrom is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([fetchFrom + "/ocsp"], [fetchFrom + "/ca.crt"], critical: false));
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([fetchFrom + "/crl"]));
        }

        if (uri is not null || dns is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (uri is not null)
            {
                names.AddUri(new Uri(uri));
            }

            if (dns is not null)
            {
                names.AddDnsName(dns);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        var (from, to) = (Now + (begins ?? TimeSpan.FromDays(-1)), Now + (ends ?? TimeSpan.FromDays(30)));
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, to);
        }

        using var signer = issuer.GetECDsaPrivateKey()!;
        using var issued = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from, to, Serial());
        return rsa is null ? issued.CopyWithPrivateKey(ec) : issued.CopyWithPrivateKey(rsa);
    }

    /// <summary>A server's certificate for the loopback address, with its key, as PEM.</summary>
    public static string ServerPem(TimeSpan? begins = null, TimeSpan? ends = null, string? usage = ForServers)
    {
        using var certificate = Client(null, "CN=localhost", dns: "localhost", usage: usage, begins: begins, ends: ends);
        using var key = certificate.GetECDsaPrivateKey()!;
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>Writes a silo's files, the key for its owner alone.</summary>
    public static void WriteSilo(string directory, X509Certificate2 authority, X509Certificate2 certificate)
    {
        Directory.CreateDirectory(directory);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(directory, "authority.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "silo.pem"), certificate.ExportCertificatePem());
        var keyFile = Path.Combine(directory, "silo.key");
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>A revocation list as PEM.</summary>
    public static string Revocations(X509Certificate2 authority, TimeSpan? ends, TimeSpan? begins, params X509Certificate2[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            list.AddEntry(certificate);
        }

        var der = list.Build(authority, BigInteger.One, Now + (ends ?? TimeSpan.FromDays(7)), HashAlgorithmName.SHA256, rsaSignaturePadding: null, Now + (begins ?? TimeSpan.FromMinutes(-1)));
        return PemEncoding.WriteString("X509 CRL", der);
    }

    public static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
