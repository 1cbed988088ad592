using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>A product with a domain, a public URL and a proxy that it believes: another loopback address, from which tests connect when they play the proxy.</summary>
public sealed class HostedProduct : IAsyncLifetime
{
    public const string Domain = "tenants.example";

    /// <summary>The platform's own name.</summary>
    public const string Gate = "gate.example";

    public const string PublicUrl = "https://gate.example:8443";

    public static readonly IPAddress Proxy = IPAddress.Parse("127.0.0.2");

    public PlatformApplication Platform { get; private set; } = null!;

    /// <summary>A tenant with a host of its own, for tests that change nothing.</summary>
    public TenantClient Lab { get; private set; } = null!;

    /// <summary>The lab's own host.</summary>
    public string LabHost { get; private set; } = "";

    /// <summary>Another tenant with a host of its own.</summary>
    public TenantClient Other { get; private set; } = null!;

    public string OtherHost { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(
            settings: [$"--Platform:Domain={Domain}", $"--Platform:Hosts:Allowed={Gate}", $"--Platform:Urls:Public={PublicUrl}", $"--Platform:Proxies={Proxy}"],
            configure: services => services.Configure<ApiOptions>(api => api.RefusalsAtOnce = 2_000));
        (Lab, LabHost) = await GivenTenantWithHost();
        (Other, OtherHost) = await GivenTenantWithHost();
    }

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    public async Task<(TenantClient Tenant, string Host)> GivenTenantWithHost()
    {
        var tenant = await TenantClient.MakeAsync(Platform);
        var host = $"{tenant.Slug}.own.example";
        var added = await AddHost(tenant, host);
        Assert.Equal(201, added.Status);
        return (tenant, host);
    }

    public Task<Reply> AddHost(TenantClient tenant, string host) => Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/hosts", new { host });

    public Task<Reply> RemoveHost(TenantClient tenant, string host) => Platform.Rest(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/hosts/{host}");

    /// <summary>An honest call of the lab that says it is for this host.</summary>
    public Task<Reply> Call(string host, string target = "/mcp", string more = "", IPAddress? from = null, TenantClient? client = null) =>
        (client ?? Lab).Socket(target, $"Host: {host}", more, from: from);

    public Task<Reply> Get(string host, string path) => Platform.Get(new Uri(Platform.McpUrl, path), host: host);
}
