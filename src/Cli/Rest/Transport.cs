using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Platform.Cli.Outcomes;
using Platform.Cli.Stdio;

namespace Platform.Cli.Rest;

/// <summary>HTTP as the tool speaks it: certificates are judged, nothing is followed, no cookie is kept.</summary>
internal static class Transport
{
    public static HttpClient Open(Connection connection)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A proxy of the environment would read what is sent to this machine in plain text.
            UseProxy = !EndpointRule.IsLoopback(connection.Url),
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (connection.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        var http = new HttpClient(handler, disposeHandler: true) { BaseAddress = connection.Url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("platform-cli", typeof(Transport).Assembly.GetName().Version?.ToString(3)));
        if (connection.Credential is { } credential)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        }

        return http;
    }

    /// <summary>Why nobody answered.</summary>
    public static Refusal Explain(Uri url, Exception failure)
    {
        var where = url.GetLeftPart(UriPartial.Authority);
        return failure switch
        {
            HttpRequestException { InnerException: AuthenticationException } or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                Refusal.Unavailable($"{where} has no certificate that is trusted here and names this host. If it is of your own authority, name that with --ca-file."),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Refusal.Unavailable($"The name of {where} is not known. Check the URL."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Refusal.Unavailable($"Nobody answers at {where}. Does the platform run there?"),
            OperationCanceledException => Refusal.Unavailable($"{where} did not answer in time."),
            _ => Refusal.Unavailable($"The connection to {where} broke off."),
        };
    }
}
