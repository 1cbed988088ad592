using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Cli.Tests.Stdio;

/// <summary>An MCP endpoint that does as a test says, on loopback.</summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeEndpoint(WebApplication app) => _app = app;

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/t/demo/mcp");

    /// <summary>All requests so far, in the order of their arrival.</summary>
    public ConcurrentQueue<FakeExchange> Seen { get; } = new();

    public static async Task<FakeEndpoint> StartAsync(Func<FakeExchange, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var endpoint = new FakeEndpoint(app);
        app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var exchange = new FakeExchange(http, await reader.ReadToEndAsync(http.RequestAborted));
            endpoint.Seen.Enqueue(exchange);
            try
            {
                await answer(exchange);
            }
            catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
            {
                exchange.Left.TrySetResult();
            }
        });
        await app.StartAsync();
        return endpoint;
    }

    public IEnumerable<FakeExchange> Calls(string method) => Seen.Where(exchange => exchange.Method == method);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>One request and what is answered to it.</summary>
internal sealed class FakeExchange(HttpContext http, string body)
{
    public string Body => body;

    public JsonElement Json { get; } = body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);

    public string Verb { get; } = http.Request.Method;

    public IReadOnlyDictionary<string, string> Headers { get; } =
        http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Ends when the client closed the response before it was complete.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The JSON-RPC method; empty for GET, DELETE and responses.</summary>
    public string Method => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("method", out var method) ? method.GetString()! : "";

    public string Id => Json.GetProperty("id").GetRawText();

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public void SetHeader(string name, string value) => http.Response.Headers[name] = value;

    public Task Status(int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public Task Answer(string json, int status = 200, string type = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(json, http.RequestAborted);
    }

    /// <summary>The result of this request.</summary>
    public Task Result(string result) => Answer($$"""{"jsonrpc":"2.0","id":{{Id}},"result":{{result}}}""");

    public async Task<FakeExchange> Stream()
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.Body.FlushAsync(http.RequestAborted);
        return this;
    }

    public Task Event(string data, string? id = null, int? retry = null) =>
        Raw($"{(id is null ? "" : $"id: {id}\n")}{(retry is null ? "" : $"retry: {retry}\n")}data: {data}\n\n");

    public Task Raw(string text) => RawBytes(Encoding.UTF8.GetBytes(text));

    public async Task RawBytes(byte[] bytes)
    {
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    /// <summary>Cuts the connection in the middle of the answer.</summary>
    public void Abort() => http.Abort();

    /// <summary>Keeps the stream open until the client leaves.</summary>
    public Task StayOpen() => Task.Delay(Timeout.Infinite, http.RequestAborted);
}
