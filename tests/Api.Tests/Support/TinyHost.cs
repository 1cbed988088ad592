using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Tests.Support;

/// <summary>Somebody else's server on loopback, as a test wants it to behave.</summary>
internal sealed class TinyHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;

    private TinyHost(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Connections that were ever opened to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <param name="map">What it answers.</param>
    /// <param name="certificate">Makes it speak https.</param>
    public static async Task<TinyHost> StartAsync(Action<WebApplication> map, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        TinyHost? host = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Use(next => connection =>
            {
                Interlocked.Increment(ref host!._connections);
                return next(connection);
            });
            if (certificate is not null)
            {
                listener.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        host = new TinyHost(app);
        map(app);
        await app.StartAsync();
        host.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
