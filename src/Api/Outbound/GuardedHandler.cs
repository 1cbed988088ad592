using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Platform.Api.Outbound;

/// <summary>Connections to URLs that strangers chose (OWASP API7, SSRF): judged addresses only, no redirects, no proxy, no cookies.</summary>
internal static class GuardedHandler
{
    public static SocketsHttpHandler Create(OutboundPolicy policy) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,

        // A connection that is used again goes where a name pointed some time ago.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = (context, cancel) => ConnectAsync(policy, context.DnsEndPoint, cancel),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = policy.Certificates },
    };

    /// <summary>Resolves once, judges every address, and connects to one of exactly these: a second answer of the name server is never asked for.</summary>
    private static async ValueTask<Stream> ConnectAsync(OutboundPolicy policy, DnsEndPoint target, CancellationToken cancel)
    {
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await policy.Resolve(target.Host, cancel);
        if (addresses.Length == 0 || Array.Exists(addresses, address => !policy.Allows(address)))
        {
            throw new HttpRequestException("The name leads to an address that is not public.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
