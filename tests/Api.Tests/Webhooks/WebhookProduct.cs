using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Webhooks;

/// <summary>A product whose operator lets webhooks reach this machine, and receivers there. Independent tests share it; each makes a tenant.</summary>
public sealed class WebhookProduct : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Received>> _got = new(StringComparer.Ordinal);
    private TinyHost _host = null!;

    public PlatformApplication Platform { get; private set; } = null!;

    /// <summary>Where the receiver <c>/status/{code}/{name}</c> answers with that status, and other receivers as their names say.</summary>
    public Uri Receivers => _host.Url;

    public int Connections => _host.Connections;

    /// <summary>Ends the waiting of <c>/slow</c>.</summary>
    internal TaskCompletionSource Patience { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _host = await TinyHost.StartAsync(app =>
        {
            app.MapPost("/status/{code:int}/{name}", async (HttpContext http, int code, string name) =>
            {
                await KeepAsync(http, name);
                http.Response.StatusCode = code;
                http.Response.Headers.RetryAfter = code == 429 ? "3600" : default;
                await http.Response.WriteAsync("an answer with a secret of the receiver's");
            });
            app.MapPost("/redirect/{name}", async (HttpContext http, string name) =>
            {
                await KeepAsync(http, name);
                return Results.Redirect("http://169.254.169.254/latest/meta-data/", permanent: false, preserveMethod: true);
            });
            app.MapPost("/redirect-here/{name}", async (HttpContext http, string name) =>
            {
                await KeepAsync(http, name);
                return Results.Redirect($"/status/200/followed-{name}", permanent: false, preserveMethod: true);
            });
            app.MapPost("/endless/{name}", async (HttpContext http, string name) =>
            {
                await KeepAsync(http, name);
                await http.Response.Body.FlushAsync();
                while (!http.RequestAborted.IsCancellationRequested)
                {
                    await http.Response.Body.WriteAsync(new byte[64 * 1024], http.RequestAborted);
                }
            });
            app.MapPost("/slow/{name}", async (HttpContext http, string name) =>
            {
                await KeepAsync(http, name);
                await Patience.Task.WaitAsync(http.RequestAborted);
            });
        });
        Platform = await PlatformApplication.StartAsync(settings: "--Platform:Webhooks:Networks=127.0.0.0/8");
    }

    public async ValueTask DisposeAsync()
    {
        Patience.TrySetResult();
        await Platform.DisposeAsync();
        await _host.DisposeAsync();
    }

    public Received[] Got(string name) => _got.TryGetValue(name, out var received) ? [.. received] : [];

    /// <summary>What a receiver got, as soon as it is so much.</summary>
    public async Task<Received[]> Got(string name, int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Got(name).Length < count && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(20);
        }

        return Got(name);
    }

    private async Task KeepAsync(HttpContext http, string name)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        _got.GetOrAdd(name, _ => new ConcurrentQueue<Received>()).Enqueue(new Received(body, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }
}

/// <summary>One message as a receiver sees it.</summary>
public sealed record Received(string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Id => Headers["webhook-id"];

    /// <summary>As the specification says, without anything of the product's: HMAC-SHA256 over <c>id.timestamp.body</c>, compared with each <c>v1</c> signature.</summary>
    public bool Verifies(string secret)
    {
        var key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret);
        var expected = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}.{Body}"));
        return Headers["webhook-signature"].Split(' ').Any(part => part.Split(',') is ["v1", var signature] && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(signature), expected));
    }
}
