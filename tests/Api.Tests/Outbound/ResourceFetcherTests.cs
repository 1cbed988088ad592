using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Outbound;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Outbound;

/// <summary>How long a page of a listed host may take, and what is asked for whom at once.</summary>
[Trait("Control", "IN-4")]
public sealed class ResourceFetcherTests : IAsyncLifetime
{
    private static readonly string[] Types = ["text/plain"];

    private readonly TaskCompletionSource _never = new();
    private TinyHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await TinyHost.StartAsync(app =>
    {
        app.MapGet("/page", () => Results.Text("page", "text/plain"));
        app.MapGet("/slow", async (HttpContext http) => await _never.Task.WaitAsync(http.RequestAborted));
        app.MapGet("/slow-body", async (HttpContext http) =>
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            await _never.Task.WaitAsync(http.RequestAborted);
        });
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/slow")]
    [InlineData("/slow-body")]
    public async Task A_host_that_takes_its_time_is_left(string path)
    {
        using var fetcher = Fetcher(new OutboundPolicy { AllowLoopback = true, Patience = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(ProblemCode.UpstreamFailed, (await GetAsync(fetcher, TenantId.New(), path)).Problem?.Code);
    }

    [Fact]
    public async Task A_name_server_that_takes_its_time_is_left()
    {
        using var fetcher = Fetcher(new OutboundPolicy
        {
            Patience = TimeSpan.FromMilliseconds(200),
            Resolve = async (_, cancel) =>
            {
                await _never.Task.WaitAsync(cancel);
                return [IPAddress.Loopback];
            },
        });

        var answer = await fetcher.GetAsync(TenantId.New(), new Uri("https://docs.example.test/page"), Types, 1000, CancellationToken.None);

        Assert.Equal(ProblemCode.UpstreamFailed, answer.Problem?.Code);
    }

    [Fact]
    public async Task A_tenant_asks_for_few_pages_at_a_time_and_the_next_when_one_is_over()
    {
        using var fetcher = Fetcher(new OutboundPolicy { AllowLoopback = true, Patience = TimeSpan.FromMinutes(1) });
        using var enough = new CancellationTokenSource();
        var tenant = TenantId.New();
        var held = Enumerable.Range(0, ResourceFetcher.PerTenant).Select(_ => GetAsync(fetcher, tenant, "/slow", enough.Token).AsTask()).ToArray();

        Assert.Equal(ProblemCode.RateLimited, (await GetAsync(fetcher, tenant, "/page")).Problem?.Code);
        Assert.Null((await GetAsync(fetcher, TenantId.New(), "/page")).Problem);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(held));

        Assert.True((await GetAsync(fetcher, tenant, "/page")).Try(out var page, out _));
        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    [Fact]
    public async Task Nobody_is_asked_on_loopback_in_production()
    {
        using var fetcher = Fetcher(new OutboundPolicy());
        var before = _host.Connections;

        var answer = await fetcher.GetAsync(TenantId.New(), new Uri($"https://127.0.0.1:{_host.Url.Port}/page"), Types, 1000, CancellationToken.None);

        Assert.Equal((ProblemCode.UpstreamFailed, before), (answer.Problem?.Code, _host.Connections));
    }

    private ValueTask<Result<OutboundAnswer>> GetAsync(ResourceFetcher fetcher, TenantId tenant, string path, CancellationToken cancel = default) =>
        fetcher.GetAsync(tenant, new Uri(_host.Url, path), Types, 1000, cancel);

    private static ResourceFetcher Fetcher(OutboundPolicy policy) => new(policy, TimeProvider.System, NullLogger<ResourceFetcher>.Instance);
}
