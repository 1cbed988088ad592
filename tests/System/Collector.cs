using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.System.Tests;

/// <summary>An OTLP collector (gRPC) that remembers every byte and believes everything.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly MemoryStream _bodies = new();
    private readonly WebApplication _app;
    private string _headers = "";

    private Collector(WebApplication app) => _app = app;

    public Uri Uri { get; private set; } = null!;

    /// <summary>Of all messages, one after the other.</summary>
    public byte[] Bodies
    {
        get
        {
            lock (_bodies)
            {
                return _bodies.ToArray();
            }
        }
    }

    public long Bytes => Bodies.LongLength;

    /// <summary>Values of the header <c>x-canary</c>.</summary>
    public string Headers => Volatile.Read(ref _headers);

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var collector = new Collector(app);
        app.Run(collector.KeepAsync);
        await app.StartAsync();
        collector.Uri = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task KeepAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Volatile.Write(ref _headers, http.Request.Headers["x-canary"].ToString());
        lock (_bodies)
        {
            body.WriteTo(_bodies);
        }

        http.Response.ContentType = "application/grpc";
        await http.Response.Body.WriteAsync(new byte[5]);
        http.Response.AppendTrailer("grpc-status", "0");
    }
}
