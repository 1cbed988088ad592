using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Platform.Hosting.Listeners;

public static class KestrelListeners
{
    /// <summary>Opens the two listeners with the limits of TR-8 and TR-9.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="urls">Where they listen.</param>
    /// <param name="limits">Of one client.</param>
    /// <param name="certificate">For those that are https; null when none is.</param>
    public static void Configure(KestrelServerOptions kestrel, UrlOptions urls, LimitOptions limits, ListenerCertificate? certificate = null)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.MaxConcurrentConnections = LimitOptions.MostConnections;

        // Slower than this after five seconds is nobody's network: it is somebody who holds a connection.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        // The gate answers 413 itself, as JSON-RPC; this is the wall behind it.
        kestrel.Limits.MaxRequestBodySize = 2 * 1024 * 1024;
        Listen(kestrel, urls.Data, ListenerKind.Data, new ConnectionLimit(limits.ConnectionsPerAddress), certificate);
        Listen(kestrel, urls.Management, ListenerKind.Management, null, certificate);
    }

    private static void Listen(KestrelServerOptions kestrel, string url, ListenerKind kind, ConnectionLimit? limit, ListenerCertificate? certificate)
    {
        var uri = new Uri(url);
        var tag = new ListenerTag(kind);
        kestrel.Listen(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port, listener =>
        {
            // One request at a time on a connection: limits of connections are limits of requests, and a client's certificate is that of each of them.
            listener.Protocols = HttpProtocols.Http1;
            if (limit is not null)
            {
                // First, so that a connection too many costs nothing behind.
                listener.Use(limit.Guard);
            }

            if (ListenerAddress.IsHttps(url))
            {
                listener.UseHttps(TlsHandshake.Options(certificate!, asksClient: kind == ListenerKind.Data));
            }

            listener.Use(next => connection =>
            {
                connection.Features.Set(tag);
                connection.Features.Set(PresentedCertificate.Of(connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate));
                return next(connection);
            });
        });
    }
}
