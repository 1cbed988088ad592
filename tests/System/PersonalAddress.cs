using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Platform.System.Tests;

/// <summary>
/// An address of somebody's own on loopback: a SOCKS 5 proxy (RFC 1928, no authentication, CONNECT alone) that connects from it. Sign-ins are counted by address (AU-11);
/// people who all came from 127.0.0.1 would use up each other's, and the walk that needs many of them would be refused for what others did.
/// </summary>
internal sealed class PersonalAddress : IAsyncDisposable
{
    private static int _given;

    private readonly CancellationTokenSource _closing = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPAddress _own;
    private readonly Task _serving;

    public PersonalAddress()
    {
        var number = Interlocked.Increment(ref _given);
        _own = new IPAddress([127, 1, (byte)(number >> 8), (byte)number]);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Proxy => $"socks5://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _serving;
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient browser)
    {
        using (browser)
        using (var product = new TcpClient(new IPEndPoint(_own, 0)))
        {
            try
            {
                var asked = browser.GetStream();
                var (host, port) = await ReadAsync(asked);
                await product.ConnectAsync(host, port, _closing.Token);
                await asked.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _closing.Token);

                // Whoever ends first ends both: HTTP needs no half of a connection.
                _ = await Task.WhenAny(asked.CopyToAsync(product.GetStream(), _closing.Token), product.GetStream().CopyToAsync(asked, _closing.Token));
            }
            catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
            {
                // The browser sees a closed connection, and says so itself.
            }
        }
    }

    private async Task<(string Host, int Port)> ReadAsync(NetworkStream asked)
    {
        var greeting = await TakeAsync(asked, 2);
        _ = await TakeAsync(asked, greeting[1]);
        await asked.WriteAsync(new byte[] { 5, 0 }, _closing.Token);
        var request = await TakeAsync(asked, 4);
        var host = request[3] switch
        {
            1 => new IPAddress(await TakeAsync(asked, 4)).ToString(),
            3 => Encoding.ASCII.GetString(await TakeAsync(asked, (await TakeAsync(asked, 1))[0])),
            var kind => throw new IOException($"An address of kind {kind} is not reached from here."),
        };
        return (host, BinaryPrimitives.ReadUInt16BigEndian(await TakeAsync(asked, 2)));
    }

    private async Task<byte[]> TakeAsync(NetworkStream asked, int count)
    {
        var taken = new byte[count];
        await asked.ReadExactlyAsync(taken, _closing.Token);
        return taken;
    }
}
