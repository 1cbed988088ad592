using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Platform.Hosting.Listeners;

public static class KestrelListeners
{
    /// <summary>Opens the two listeners with the limits of TR-8 and TR-9.</summary>
    public static void Configure(KestrelServerOptions kestrel, UrlOptions urls, LimitOptions limits)
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
        Listen(kestrel, urls.Data, ListenerKind.Data, new ConnectionLimit(limits.ConnectionsPerAddress));
        Listen(kestrel, urls.Management, ListenerKind.Management, null);
    }

    private static void Listen(KestrelServerOptions kestrel, string url, ListenerKind kind, ConnectionLimit? limit)
    {
        var uri = new Uri(url);
        var tag = new ListenerTag(kind);
        kestrel.Listen(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port, listener =>
        {
            // Without TLS there is no negotiation, and prior-knowledge HTTP/2 buys nothing on loopback.
            listener.Protocols = HttpProtocols.Http1;
            if (limit is not null)
            {
                // First, so that a connection too many costs nothing behind.
                listener.Use(limit.Guard);
            }

            listener.Use(next => connection =>
            {
                connection.Features.Set(tag);
                return next(connection);
            });
        });
    }
}
