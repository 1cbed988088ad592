using System.Net;
using System.Net.Sockets;
using System.Text;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Listeners;

/// <summary>Clients that hold connections without using them (TR-9).</summary>
[Trait("Control", "TR-9")]
public sealed class SlowClientTests(Product product)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_client_that_does_not_finish_its_headers_is_cut_off()
    {
        using var slow = await Connect(product.Platform);
        await Write(slow, $"POST /t/{product.Lab.Slug}/mcp HTTP/1.1\r\nHost: {product.Platform.McpUrl.Authority}\r\nX-Slow: ");

        Assert.Equal(200, (await product.Lab.CallTool()).Status);
        Assert.StartsWith("HTTP/1.1 408", await ToTheEnd(slow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_finish_its_body_is_cut_off_with_an_answer()
    {
        using var slow = await Connect(product.Platform);
        await Write(slow, $"POST /t/{product.Lab.Slug}/mcp HTTP/1.1\r\nHost: {product.Platform.McpUrl.Authority}\r\nAuthorization: Bearer {product.Lab.Key}\r\n"
            + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 1000\r\n\r\n{");

        Assert.Equal(200, (await product.Lab.CallTool()).Status);
        Assert.StartsWith("HTTP/1.1 4", await ToTheEnd(slow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_address_holds_so_many_connections_and_an_honest_one_passes_after_one_was_closed()
    {
        await using var platform = await PlatformApplication.StartAsync(settings: "--Platform:Limits:ConnectionsPerAddress=20");
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                idle.Add(await Connect(platform));
                await Served(idle[^1], platform);
            }

            Assert.True(await IsRefused(platform));

            // The management listener is another door.
            Assert.Equal(200, (await platform.Rest(HttpMethod.Get, "/v1/tenants")).Status);

            idle[0].Dispose();
            idle.RemoveAt(0);
            Assert.Equal(200, await HonestStatus(platform));
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Five_thousand_idle_connections_of_one_address_are_bounded()
    {
        await using var platform = await PlatformApplication.StartAsync(settings: "--Platform:Limits:ConnectionsPerAddress=50");
        var refused = 0;
        var held = new List<TcpClient>();
        try
        {
            // All are tried; what was refused is let go at once, as an attacker's machine would have to.
            for (var i = 0; i < 5_000; i++)
            {
                if (held.Count < 50)
                {
                    held.Add(await Connect(platform));
                    await Served(held[^1], platform);
                    continue;
                }

                refused += await IsRefused(platform) ? 1 : 0;
            }

            Assert.Equal((50, 4_950), (held.Count, refused));
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }
    }

    private static async Task<TcpClient> Connect(PlatformApplication platform)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Parse(platform.McpUrl.Host), platform.McpUrl.Port);
        return client;
    }

    private static async Task Write(TcpClient client, string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>One exchange that leaves the connection open: it is in the server's hands for certain.</summary>
    private static async Task Served(TcpClient client, PlatformApplication platform)
    {
        await Write(client, $"GET / HTTP/1.1\r\nHost: {platform.McpUrl.Authority}\r\n\r\n");
        using var patience = new CancellationTokenSource(Patience);
        Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[4096], patience.Token));
    }

    private static async Task<bool> IsRefused(PlatformApplication platform)
    {
        try
        {
            using var client = await Connect(platform);
            return await ToTheEnd(client) == "";
        }
        catch (SocketException)
        {
            // Reset before the connect was through.
            return true;
        }
    }

    private static async Task<string> ToTheEnd(TcpClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        try
        {
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (IOException)
        {
            // Reset.
            return "";
        }
    }

    /// <summary>The server hears of a closed connection a moment later.</summary>
    private static async Task<int> HonestStatus(PlatformApplication platform)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return (await Reply.ReadAsync(await platform.CallTool("echo", new { message = "hello" }))).Status;
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Yield();
            }
        }
    }
}
