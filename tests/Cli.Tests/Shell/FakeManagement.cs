using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Cli.Tests.Shell;

/// <summary>A management API on loopback that answers what a test says.</summary>
internal sealed class FakeManagement : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new(StringComparer.Ordinal);

    private FakeManagement(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<Asked> Seen { get; } = new();

    /// <summary>Answers everything before its body is read, and is not seen.</summary>
    public Func<HttpContext, Task>? Early { get; set; }

    /// <summary>Answers what no test said; 404 without it.</summary>
    public Func<HttpContext, Task>? Otherwise { get; set; }

    public static async Task<FakeManagement> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var fake = new FakeManagement(app);
        app.Run(fake.ServeAsync);
        await app.StartAsync();
        return fake;
    }

    /// <param name="request">Method and path, such as <c>GET /v1/tenants</c>.</param>
    /// <param name="answer">What comes of it.</param>
    public FakeManagement On(string request, Func<HttpContext, Task> answer)
    {
        _answers[request] = answer;
        return this;
    }

    public FakeManagement On(string request, string json, int status = 200, string? tag = null) => On(request, http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        if (tag is not null)
        {
            http.Response.Headers.ETag = tag;
        }

        return http.Response.WriteAsync(json);
    });

    public FakeManagement Refuses(string request, int status, string code, string detail = "No.") =>
        On(request, new JsonObject { ["title"] = "Refused", ["detail"] = detail, ["code"] = code, ["requestId"] = "0123abcd" }.ToJsonString(), status);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (Early is { } early)
        {
            await early(http);
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Seen.Enqueue(new Asked(http.Request.Method, target, await reader.ReadToEndAsync(), http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (_answers.TryGetValue($"{http.Request.Method} {target.Split('?')[0]}", out var answer))
        {
            await answer(http);
            return;
        }

        if (Otherwise is { } otherwise)
        {
            await otherwise(http);
            return;
        }

        http.Response.StatusCode = 404;
        http.Response.ContentType = "application/problem+json";
        await http.Response.WriteAsync("""{"title":"Not found","detail":"Not found","code":"not-found"}""");
    }
}

/// <summary>One request as it came.</summary>
internal sealed record Asked(string Method, string Target, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
