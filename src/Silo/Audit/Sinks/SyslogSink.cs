using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Platform.Hosting;

namespace Platform.Silo.Audit.Sinks;

/// <summary>
/// Events to a syslog receiver: over TLS (RFC 5425) or TCP (RFC 6587) with counted octets, or by UDP (RFC 5426). Syslog has no acknowledgement, and what was written to a connection may be lost
/// with it. So a batch has a connection of its own, ended from this side: a receiver that then ends its side has read everything. Over TLS that end is a close_notify: an end of the connection
/// under it is nobody's word. UDP promises nothing.
/// </summary>
internal sealed class SyslogSink : IAuditSink
{
    // RFC 5426, 3.2: what does not fit a datagram cannot be sent. Records are far below.
    private const int MaxDatagram = 65_507;

    private readonly SyslogSinkOptions _options;
    private readonly SyslogEndpoint _endpoint;
    private readonly SyslogMessage _message;

    public SyslogSink(SyslogSinkOptions options)
    {
        _options = options;
        _ = SyslogEndpoint.TryParse(options.Endpoint, out _endpoint);
        _message = new SyslogMessage(options, Dns.GetHostName(), Environment.ProcessId);
    }

    public string Name => "syslog";

    public Task DeliverAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel) => _endpoint.IsUdp ? ThrowAsync(events, cancel) : HandOverAsync(events, cancel);

    private async Task ThrowAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(_endpoint.Host, _endpoint.Port, cancel);
        foreach (var entry in events)
        {
            var message = _message.Write(entry);
            await socket.SendAsync(message.AsMemory(0, Math.Min(message.Length, MaxDatagram)), cancel);
        }
    }

    private async Task HandOverAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_endpoint.Host, _endpoint.Port, cancel);
        await using var plain = new EndedStream(socket);
        if (!_endpoint.IsTls)
        {
            await plain.WriteAsync(Frames(events), cancel);
            await EndAsync(socket, plain, cancel);
            return;
        }

        await using var stream = new SslStream(plain, leaveInnerStreamOpen: true);
        await stream.AuthenticateAsClientAsync(SyslogTls.For(_options, _endpoint), cancel);
        await stream.WriteAsync(Frames(events), cancel);

        // RFC 5425, 4.4: the receiver answers our close_notify with its own. Without it the stream ends just so: RFC 8446, 6.1, truncation.
        await stream.ShutdownAsync();
        await EndAsync(socket, stream, cancel);
        if (_options.Confirm && plain.HasEnded)
        {
            throw new IOException("The connection ended without the receiver's close_notify.");
        }
    }

    // RFC 6587, 3.4.1: MSG-LEN SP SYSLOG-MSG. No character of a message can end it.
    private byte[] Frames(IReadOnlyList<SinkEvent> events)
    {
        var frames = new ArrayBufferWriter<byte>(events.Count * 1024);
        foreach (var entry in events)
        {
            var message = _message.Write(entry);
            frames.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")));
            frames.Write(message);
        }

        return frames.WrittenSpan.ToArray();
    }

    private async Task EndAsync(Socket socket, Stream stream, CancellationToken cancel)
    {
        socket.Shutdown(SocketShutdown.Send);
        if (!_options.Confirm)
        {
            return;
        }

        var said = new byte[256];
        while (await stream.ReadAsync(said, cancel) > 0)
        {
            // Nobody has anything to say to us; it is the end that is waited for.
        }
    }
}
