using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Problems;
using Platform.Api.Outbound;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Outbound;

/// <summary>What a URL that a stranger chose can and cannot make this node do.</summary>
[Trait("Control", "AU-10")]
public sealed class DocumentFetcherTests : IAsyncLifetime
{
    private TinyHost _host = null!;
    private readonly TaskCompletionSource _never = new();

    public async ValueTask InitializeAsync() => _host = await TinyHost.StartAsync(app =>
    {
        app.MapGet("/document", () => Results.Json(new { honest = true }));
        app.MapGet("/64k", () => Results.Bytes(new byte[64 * 1024]));
        app.MapGet("/redirect", () => Results.Redirect("/document"));
        app.MapGet("/declared", (HttpContext http) =>
        {
            http.Response.ContentLength = 10_000_000;
            return http.Response.Body.WriteAsync(new byte[1024]).AsTask();
        });
        app.MapGet("/endless", async (HttpContext http) =>
        {
            for (var i = 0; i < 10_000 && !http.RequestAborted.IsCancellationRequested; i++)
            {
                await http.Response.Body.WriteAsync(new byte[1024], http.RequestAborted);
            }
        });
        app.MapGet("/slow", async (HttpContext http) => await _never.Task.WaitAsync(http.RequestAborted));
        app.MapGet("/slow-body", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await _never.Task.WaitAsync(http.RequestAborted);
        });
        app.MapGet("/gzip", (HttpContext http) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return http.Response.WriteAsync("{}");
        });
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_document_is_fetched()
    {
        Assert.True((await GetAsync("/document")).Try(out var document, out _));
        Assert.Equal(("""{"honest":true}""", "application/json"), (System.Text.Encoding.UTF8.GetString(document.Body.Span), document.MediaType));
    }

    [Fact]
    public async Task A_document_of_the_largest_size_is_fetched() =>
        Assert.True((await GetAsync("/64k")).Try(out var document, out _) && document.Body.Length == 64 * 1024);

    [Theory]
    [InlineData("/redirect")]
    [InlineData("/declared")]
    [InlineData("/endless")]
    [InlineData("/gzip")]
    [InlineData("/nowhere")]
    public async Task An_answer_that_is_not_a_plain_document_within_64_KiB_is_none(string path) =>
        Assert.Equal(ProblemCode.UpstreamFailed, (await GetAsync(path)).Problem?.Code);

    [Theory]
    [InlineData("/slow")]
    [InlineData("/slow-body")]
    public async Task A_server_that_takes_its_time_is_left(string path)
    {
        using var fetcher = Fetcher(new OutboundPolicy { AllowLoopback = true, Patience = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(ProblemCode.UpstreamFailed, (await fetcher.GetAsync(new Uri(_host.Url, path), CancellationToken.None)).Problem?.Code);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("localhost")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    public async Task Nothing_inside_is_reached(string host)
    {
        using var fetcher = Fetcher(new OutboundPolicy());
        var before = _host.Connections;

        var answer = await fetcher.GetAsync(new Uri($"https://{host}:{_host.Url.Port}/document"), CancellationToken.None);

        Assert.Equal((ProblemCode.UpstreamFailed, before), (answer.Problem?.Code, _host.Connections));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("8.8.8.8,127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_name_that_leads_inside_is_not_followed(string addresses)
    {
        var asked = 0;
        using var fetcher = Fetcher(new OutboundPolicy
        {
            Resolve = (_, _) =>
            {
                asked++;
                return Task.FromResult(addresses.Split(',').Select(IPAddress.Parse).ToArray());
            },
        });
        var before = _host.Connections;

        var answer = await fetcher.GetAsync(new Uri($"https://client.example:{_host.Url.Port}/document"), CancellationToken.None);

        Assert.Equal((ProblemCode.UpstreamFailed, 1, before), (answer.Problem?.Code, asked, _host.Connections));
    }

    [Theory]
    [InlineData("http://client.example/document")]
    [InlineData("ftp://client.example/document")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user@client.example/document")]
    [InlineData("https://client.example/document#fragment")]
    [InlineData("/document")]
    public async Task A_URL_that_is_not_plain_https_is_not_even_resolved(string url)
    {
        var asked = 0;
        using var fetcher = Fetcher(new OutboundPolicy
        {
            AllowLoopback = true,
            Resolve = (_, _) =>
            {
                asked++;
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            },
        });

        var answer = await fetcher.GetAsync(new Uri(url, UriKind.RelativeOrAbsolute), CancellationToken.None);

        Assert.Equal((ProblemCode.UpstreamFailed, 0), (answer.Problem?.Code, asked));
    }

    private async Task<Result<FetchedDocument>> GetAsync(string path)
    {
        using var fetcher = Fetcher(new OutboundPolicy { AllowLoopback = true });
        return await fetcher.GetAsync(new Uri(_host.Url, path), CancellationToken.None);
    }

    private static DocumentFetcher Fetcher(OutboundPolicy policy) => new(policy, TimeProvider.System, NullLogger<DocumentFetcher>.Instance);
}
