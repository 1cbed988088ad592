using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.System.Tests.OAuth;

/// <summary>A native client's redirect address on loopback: takes one authorization response.</summary>
internal sealed class Callback : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Callback() => _listener.Start();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/callback");

    /// <summary>The query of the request that the browser was sent here with.</summary>
    public async Task<Dictionary<string, string>> TakeAsync(CancellationToken cancel)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(cancel);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            var target = (await reader.ReadLineAsync(cancel))?.Split(' ') is [_, { } path, ..] ? path : "";
            while (await reader.ReadLineAsync(cancel) is { Length: > 0 })
            {
            }

            var page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<p>You may go.."u8.ToArray();
            await client.GetStream().WriteAsync(page, cancel);
            var uri = new Uri(Address, target);
            if (uri.AbsolutePath == Address.AbsolutePath)
            {
                return uri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[^1]));
            }
        }
    }

    public void Dispose() => _listener.Dispose();
}
