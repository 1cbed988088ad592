using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform.Hosting;
using Platform.Silo.Secrets;

namespace Platform.Silo.Audit.Sinks;

/// <summary>TLS to a syslog receiver. Its files are read at every connection, so that they are renewed by replacing them.</summary>
internal static class SyslogTls
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    public static SslClientAuthenticationOptions For(SyslogSinkOptions options, SyslogEndpoint endpoint)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.ApplicationPolicy.Add(new Oid(ForServers));
        if (options.AuthorityFile.Length > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPemFile(options.AuthorityFile);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = options.ServerName.Length > 0 ? options.ServerName : endpoint.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = policy,
            AllowRenegotiation = false,
            ClientCertificateContext = options.CertificateFile.Length > 0 ? Own(options) : null,
        };
    }

    private static SslStreamCertificateContext Own(SyslogSinkOptions options)
    {
        var text = File.ReadAllText(options.CertificateFile);
        var others = new X509Certificate2Collection();
        others.ImportFromPem(text);
        others.RemoveAt(0);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(text, PrivateFileBytes.ReadText(options.KeyFile)), others, offline: true);
    }
}
