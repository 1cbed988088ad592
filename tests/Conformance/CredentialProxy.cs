using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Platform.Conformance;

/// <summary>
/// Adds the credential to every request and changes nothing else: Host and Origin are the suite's own, so it is the product that judges them. Streams go
/// through as they come.
/// </summary>
internal sealed class CredentialProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Connection", "Transfer-Encoding", "Keep-Alive", "Content-Length", "Content-Type"];
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri _target;
    private readonly string _credential;
    private int _forwarded;
    private int _accepted;

    private CredentialProxy(int port, Uri target, string credential)
    {
        (_target, _credential, Url) = (target, credential, new Uri($"http://127.0.0.1:{port}/mcp"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.Run(ForwardAsync);
    }

    public Uri Url { get; }

    /// <summary>Requests that reached the product.</summary>
    public int Forwarded => _forwarded;

    /// <summary>Messages that the product answered with 200: each is an event of the trail at least.</summary>
    public int Accepted => _accepted;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<CredentialProxy> StartAsync(int port, Uri target, string credential)
    {
        var proxy = new CredentialProxy(port, target, credential);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), _target);
        if (http.Request.ContentLength is not null || http.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
            request.Content.Headers.ContentLength = http.Request.ContentLength;
        }

        foreach (var header in http.Request.Headers.Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }

        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_credential}");
        Interlocked.Increment(ref _forwarded);
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            if (request.Method == HttpMethod.Post && answer.StatusCode == HttpStatusCode.OK)
            {
                Interlocked.Increment(ref _accepted);
            }

            foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(header => !header.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)))
            {
                http.Response.Headers[header.Key] = header.Value.ToArray();
            }

            await http.Response.StartAsync(http.RequestAborted);
            await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
            var buffer = new byte[16 * 1024];
            for (int read; (read = await body.ReadAsync(buffer, http.RequestAborted)) > 0;)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The suite went away, and so does the request to the product.
        }
    }
}
