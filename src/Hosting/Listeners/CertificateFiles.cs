using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Platform.Hosting.Startup;

namespace Platform.Hosting.Listeners;

/// <summary>The bytes of the files that a listener's certificate is made of, read within bounds. What they hold leaves this type as a certificate alone.</summary>
internal sealed class CertificateFiles(TlsOptions options, byte[] certificate, byte[]? key, byte[]? password)
{
    /// <summary>Most bytes of one file: a chain of ten large certificates fits.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <exception cref="StartupException">A file is missing, cannot be read or is too large.</exception>
    public static CertificateFiles Read(TlsOptions options) => new(
        options,
        Read("CertificateFile", options.CertificateFile),
        options.KeyFile.Length == 0 ? null : Read("KeyFile", options.KeyFile),
        options.KeyPasswordFile.Length == 0 ? null : Read("KeyPasswordFile", options.KeyPasswordFile));

    /// <summary>Differs when any of the files differs. A digest, so that comparing keeps no key in memory.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in new[] { certificate, key ?? [], password ?? [] })
        {
            hash.AppendData(SHA256.HashData(file));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The certificate with its key, and the intermediates that are sent with it.</summary>
    /// <exception cref="StartupException">They are no certificate that may be served now; the message says which setting and what to do.</exception>
    public (X509Certificate2 Certificate, X509Certificate2Collection Intermediates) Load(DateTimeOffset now)
    {
        var (leaf, others) = options.IsPfx ? Pfx() : Pem();
        if (!leaf.HasPrivateKey)
        {
            throw Fault("CertificateFile", options.CertificateFile, "holds no private key; add it, or name it in Platform:Tls:KeyFile.");
        }

        if (now < new DateTimeOffset(leaf.NotBefore) || now >= new DateTimeOffset(leaf.NotAfter))
        {
            throw Fault("CertificateFile", options.CertificateFile, $"is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}, which is not now; renew it.");
        }

        if (leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage && !usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ServerAuthentication))
        {
            throw Fault("CertificateFile", options.CertificateFile, "is not for servers: its extended key usage lacks serverAuth.");
        }

        return (leaf, others);
    }

    private (X509Certificate2, X509Certificate2Collection) Pem()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            var text = Encoding.UTF8.GetString(certificate);
            chain.ImportFromPem(text);
            var keyText = key is null ? text : Encoding.UTF8.GetString(key);
            var leaf = Password() is { } secret ? X509Certificate2.CreateFromEncryptedPem(text, keyText, secret) : X509Certificate2.CreateFromPem(text, keyText);
            chain.RemoveAt(0);
            return (leaf, chain);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            // The inner text can name what it read; ours names the settings.
            throw Fault("CertificateFile", options.CertificateFile, key is null
                ? "is not a PEM certificate followed by its unencrypted key; set Platform:Tls:KeyFile, and Platform:Tls:KeyPasswordFile when the key has a password."
                : $"and Platform:Tls:KeyFile {Path.GetFullPath(options.KeyFile)} are not a PEM certificate and its key; check that they belong together, and Platform:Tls:KeyPasswordFile.");
        }
    }

    private (X509Certificate2, X509Certificate2Collection) Pfx()
    {
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(certificate, Password());
            var leaf = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException();
            all.Remove(leaf);
            return (leaf, all);
        }
        catch (CryptographicException)
        {
            throw Fault("CertificateFile", options.CertificateFile, "is not a PFX with a certificate and its key; check the file and Platform:Tls:KeyPasswordFile.");
        }
    }

    private string? Password() => password is null ? null : Encoding.UTF8.GetString(password).Split('\n')[0].TrimEnd('\r');

    private static byte[] Read(string setting, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length is > 0 and <= MaxBytes ? bytes[..length] : throw Fault(setting, path, $"is empty or larger than {MaxBytes} bytes.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Fault(setting, path, "cannot be read; name a file that this user may read.");
        }
    }

    private static StartupException Fault(string setting, string path, string what) => new($"Platform:Tls:{setting} {Path.GetFullPath(path)} {what}");
}
