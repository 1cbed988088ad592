using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Platform.Hosting.Listeners;

/// <summary>What a listener offers in each handshake (TR-1): TLS 1.2 and 1.3, OpenSSL's own choice of ciphers, the certificate of the moment.</summary>
internal static class TlsHandshake
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="certificate">Asked for anew by each handshake.</param>
    /// <param name="asksClient">Whether clients may present a certificate of theirs; none need to.</param>
    public static TlsHandshakeCallbackOptions Options(ListenerCertificate certificate, bool asksClient) => new()
    {
        HandshakeTimeout = Patience,
        OnConnection = _ => ValueTask.FromResult(Answer(certificate, asksClient)),
    };

    private static SslServerAuthenticationOptions Answer(ListenerCertificate certificate, bool asksClient) => new()
    {
        ServerCertificateContext = certificate.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,

        // A resumed session would bring a client's certificate along from another connection: each connection proves its own.
        AllowTlsResume = !asksClient,
        ClientCertificateRequired = asksClient,
#pragma warning disable CA5359 // It is no server's certificate: a client may present any, and it is worth nothing until the gate has judged it.
        RemoteCertificateValidationCallback = asksClient ? static (_, _, _, _) => true : null,
#pragma warning restore CA5359
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = asksClient ? NoChain() : null,
    };

    /// <summary>
    /// The handshake builds a chain before it asks us. Without this it would follow the URLs in a stranger's certificate (AIA), from inside our network. Made anew each
    /// time: the handshake adds what the client sent to it.
    /// </summary>
    private static X509ChainPolicy NoChain() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
    };
}
