using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Platform.Cli.Rest;

namespace Platform.Cli.Doctor;

/// <summary>Shakes hands once, to tell what the certificate is and how long it lasts.</summary>
internal static class TlsProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static async Task<Finding> RunAsync(Connection connection, DateTimeOffset now, CancellationToken cancel)
    {
        if (connection.Url.Scheme != "https")
        {
            return Finding.Ok("tls", "none: plain http to this machine");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(connection.Url.IdnHost, connection.Url.Port, patience.Token);
            await using var tls = new SslStream(tcp.GetStream());
            var options = new SslClientAuthenticationOptions { TargetHost = connection.Url.IdnHost };
            if (connection.Authorities is { } authorities)
            {
                options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            }

            await tls.AuthenticateAsClientAsync(options, patience.Token);
            using var certificate = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.Export(X509ContentType.Cert));
            var ends = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
            var found = string.Create(CultureInfo.InvariantCulture, $"{tls.SslProtocol}, a trusted certificate until {ends:u}");
            return ends - now < Soon ? Finding.Warning("tls", found, "Renew the certificate.") : Finding.Ok("tls", found);
        }
        catch (AuthenticationException)
        {
            return Finding.Failed("tls", "the certificate is not trusted here, or names another host", "If it is of your own authority, name that with --ca-file; else somebody may stand in between.");
        }
        catch (Exception failure) when (failure is IOException or SocketException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return Finding.Failed("tls", "no handshake came about", "Check host and port.");
        }
    }
}
