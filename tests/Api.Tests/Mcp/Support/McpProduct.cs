using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;
using Platform.Testing;

[assembly: AssemblyFixture(typeof(McpProduct))]

namespace Platform.Api.Tests.Mcp.Support;

/// <summary>A product with <see cref="TestBackend"/>, whose streams beat five times a second and of which a credential may hold two.</summary>
public sealed class McpProduct : IAsyncLifetime
{
    public const int StreamsPerCredential = 2;

    public PlatformApplication Platform { get; private set; } = null!;

    internal TestBackend Backend { get; } = new();

    internal TakenGrants Taken { get; } = new();

    public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(null, services =>
    {
        services.AddSingleton<IIncomingGrainCallFilter>(Taken);
        services.AddSingleton<IMcpBackend>(Backend);
        services.Configure<ApiOptions>(api =>
        {
            api.StreamAfter = TimeSpan.FromMilliseconds(50);
            api.StreamBeat = TimeSpan.FromMilliseconds(200);
            api.StreamsPerCredential = StreamsPerCredential;
        });
    });

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    public Task<TenantClient> GivenTenant(params string[] roles) => TenantClient.MakeAsync(Platform, roles);
}

/// <summary>A product that gives a backend 300 ms, on a clock that tests move.</summary>
public sealed class HurriedProduct : IAsyncLifetime
{
    public ShiftedClock Clock { get; } = new();

    public PlatformApplication Platform { get; private set; } = null!;

    internal TestBackend Backend { get; } = new();

    public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(Clock, services =>
    {
        services.AddSingleton<IMcpBackend>(Backend);
        services.Configure<ApiOptions>(api => (api.RequestTimeout, api.StreamAfter) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMinutes(1)));
    });

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    public Task<TenantClient> GivenTenant(params string[] roles) => TenantClient.MakeAsync(Platform, roles);
}
