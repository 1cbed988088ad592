using System.Net.WebSockets;

namespace Platform.Api.Mcp.Sockets;

/// <summary>What came of reading one message.</summary>
internal enum SocketRead
{
    /// <summary>The client closed the connection.</summary>
    Closed = 0,

    /// <summary>A whole text message is in the buffer.</summary>
    Message = 1,

    /// <summary>A binary message began.</summary>
    NotText = 2,

    /// <summary>More bytes came than a message may have, over all of its fragments.</summary>
    TooLarge = 3,
}

/// <summary>
/// One WebSocket: one reader, and one writer at a time. Whoever has something to send waits for his turn, so what waits is bounded by what runs; a client
/// that does not read loses the connection. The protocol's layer below checks UTF-8, strictly, and closes with 1007.
/// </summary>
internal sealed class SocketWire(WebSocket socket, Action abort, TimeSpan patience, TimeProvider clock) : IDisposable
{
    /// <summary>Most bytes of a message, summed over its fragments (TR-8).</summary>
    public const int MaxMessage = 1024 * 1024;

    private const int ChunkSize = 4096;
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _lastMessage = clock.GetTimestamp();
    private long _began;
    private bool _ended;

    /// <summary>True when a client was given up because it did not read.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Since the last whole message in either direction.</summary>
    public TimeSpan Quiet => clock.GetElapsedTime(Volatile.Read(ref _lastMessage));

    /// <summary>Since the message that arrives now began to; zero when none does.</summary>
    public TimeSpan Arriving => Volatile.Read(ref _began) is not 0 and var began ? clock.GetElapsedTime(began) : TimeSpan.Zero;

    /// <summary>Reads one message into an empty buffer.</summary>
    public async ValueTask<SocketRead> ReadAsync(PooledBuffer message)
    {
        // Into nothing: it completes when a message begins, and that is when its time begins.
        var read = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        Volatile.Write(ref _began, clock.GetTimestamp());
        while (true)
        {
            switch (read.MessageType)
            {
                case WebSocketMessageType.Close:
                    return SocketRead.Closed;
                case WebSocketMessageType.Binary:
                    return SocketRead.NotText;
            }

            message.Advance(read.Count);
            if (message.Length > MaxMessage)
            {
                return SocketRead.TooLarge;
            }

            if (read.EndOfMessage)
            {
                Volatile.Write(ref _lastMessage, clock.GetTimestamp());
                Volatile.Write(ref _began, 0);
                return SocketRead.Message;
            }

            // One byte more than allowed is enough to know.
            var space = message.GetMemory(ChunkSize);
            read = await socket.ReceiveAsync(space[..Math.Min(space.Length, MaxMessage + 1 - message.Length)], CancellationToken.None);
        }
    }

    /// <summary>Reads what still comes and throws it away, until the client closes.</summary>
    public async ValueTask DrainAsync()
    {
        var space = new byte[ChunkSize];
        while ((await socket.ReceiveAsync(space.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
            // Thrown away.
        }
    }

    /// <summary>Sends one message.</summary>
    /// <param name="message">UTF-8 JSON.</param>
    /// <param name="turn">Called when it is this message's turn, before the client can see it.</param>
    /// <returns>False when the client is gone, or was given up.</returns>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, Action? turn = null)
    {
        await _turn.WaitAsync();
        try
        {
            turn?.Invoke();
            if (_ended)
            {
                return false;
            }

            var sending = socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            if (!sending.IsCompletedSuccessfully)
            {
                await sending.AsTask().WaitAsync(patience, clock);
            }

            Volatile.Write(ref _lastMessage, clock.GetTimestamp());
            return true;
        }
        catch (TimeoutException)
        {
            // Half a frame is out: nothing can follow it, not even a close frame.
            (_ended, IsStuck) = (true, true);
            Abort();
            return false;
        }
        catch (Exception failure) when (IsGone(failure))
        {
            _ended = true;
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends the close frame after what is being sent, if that is possible in time. Nothing is sent any more.</summary>
    public async ValueTask CloseAsync(int code, string reason)
    {
        if (!await _turn.WaitAsync(ClosePatience))
        {
            Abort();
            return;
        }

        try
        {
            if (!_ended && socket.State is (WebSocketState.Open or WebSocketState.CloseReceived))
            {
                _ended = true;
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None).WaitAsync(ClosePatience, clock);
            }
        }
        catch (Exception failure) when (failure is TimeoutException || IsGone(failure))
        {
            // It has ended by itself.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Cuts the connection, whoever reads or writes on it.</summary>
    public void Abort()
    {
        socket.Abort();
        abort();
    }

    public static bool IsGone(Exception failure) => failure is OperationCanceledException or IOException or ObjectDisposedException or WebSocketException or InvalidOperationException;

    public void Dispose()
    {
        socket.Dispose();
        _turn.Dispose();
    }
}
