using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Silo;

namespace Platform.Bench.AuditLog;

/// <summary>The whole durable way in the running product: sealed, gathered, to the grain of the chain, hashed, committed, answered. Each writer waits for each event, and for its intent before it.</summary>
internal sealed class ProductLoad : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AuditTrail _trail;
    private int _number;

    private ProductLoad(WebApplication app) => (_app, _trail) = (app, app.Services.GetRequiredService<AuditTrail>());

    public static async Task<ProductLoad> StartAsync(string path)
    {
        var ports = FreePorts(4);
        Directory.CreateDirectory(path);
        var app = await PlatformHost.BuildAsync(
            [
                $"--Platform:DataDirectory={Path.Combine(path, "data")}",
                $"--Platform:Bootstrap:OutputFile={Path.Combine(path, "first.json")}",
                $"--Platform:Urls:Data=http://127.0.0.1:{ports[0]}",
                $"--Platform:Urls:Management=http://127.0.0.1:{ports[1]}",
                $"--Platform:Orleans:SiloPort={ports[2]}",
                $"--Platform:Orleans:GatewayPort={ports[3]}",
            ],
            builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        return new ProductLoad(app);
    }

    public Task<Rate> RunAsync(int writers, int tenants, bool intents, TimeSpan time)
    {
        var ids = Enumerable.Range(0, tenants).Select(_ => TenantId.New()).ToArray();
        return Rate.MeasureAsync(writers, time, async writer =>
        {
            var entry = Events.Entry(ids[writer % tenants], Interlocked.Increment(ref _number), TimeProvider.System);
            if (intents)
            {
                await _trail.IntendAsync(entry);
            }

            await _trail.WriteAsync(entry, AuditMode.Durable);
            return 1;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        Array.ForEach(listeners, listener => listener.Start());
        var ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }
}
