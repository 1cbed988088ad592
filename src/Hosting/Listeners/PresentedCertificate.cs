using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Platform.Hosting.Listeners;

/// <summary>
/// The certificate with which a client opened its connection. TLS proved that the client has its key, and nothing else: whether it is worth something is judged
/// at the gate, per tenant. Made once for each connection by its listener; no header can make one.
/// </summary>
public sealed class PresentedCertificate
{
    /// <summary>Most bytes of one that is looked at; an honest one has below 4 KiB.</summary>
    public const int MaxBytes = 16 * 1024;

    private PresentedCertificate(byte[] raw) => (Raw, Thumbprint) = (raw, Convert.ToHexStringLower(SHA256.HashData(raw)));

    /// <summary>DER.</summary>
    public byte[] Raw { get; }

    /// <summary>SHA-256 of the DER, lower-case hex.</summary>
    public string Thumbprint { get; }

    internal static PresentedCertificate? Of(X509Certificate2? certificate) =>
        certificate?.RawData is { Length: <= MaxBytes } raw ? new PresentedCertificate(raw) : null;
}

public static class PresentedCertificateContext
{
    /// <summary>The client's certificate of this connection; null when it has none.</summary>
    public static PresentedCertificate? PresentedCertificate(this HttpContext context) => context.Features.Get<PresentedCertificate>();
}
