using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Platform.Silo.Tests.Audit.Sinks;

/// <summary>A syslog receiver on loopback: reads counted octets by the letter of RFC 6587, and closes when the sender does.</summary>
internal sealed class SyslogReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly Func<X509Certificate2?, bool> _accepts;
    private readonly int _leavesAfter;
    private readonly bool _hangs;
    private readonly bool _endsBare;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    /// <param name="certificate">TLS with this one; null for plain TCP.</param>
    /// <param name="accepts">Judges the sender's certificate.</param>
    /// <param name="leavesAfter">Ends a connection, unread data or not, after so many messages of it.</param>
    /// <param name="hangs">Takes connections and reads nothing.</param>
    /// <param name="endsBare">Ends TLS as somebody who holds the connection and no key can: with an end of TCP alone, and by then it has swallowed everything.</param>
    public SyslogReceiver(X509Certificate2? certificate = null, Func<X509Certificate2?, bool>? accepts = null, int leavesAfter = int.MaxValue, bool hangs = false, bool endsBare = false)
    {
        (_certificate, _accepts, _leavesAfter, _hangs, _endsBare) = (certificate, accepts ?? (_ => true), leavesAfter, hangs, endsBare);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public ConcurrentQueue<string> Messages { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await ReceiveAsync(client);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // A sender that was refused, or left; or the end of the test.
            }
        }
    }

    private async Task ReceiveAsync(TcpClient client)
    {
        if (_hangs)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }

        Stream stream = client.GetStream();
        SslStream? secured = null;
        if (_certificate is not null)
        {
            stream = secured = new SslStream(stream);
            await secured.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => _accepts((X509Certificate2?)certificate),
                },
                _end.Token);
        }

        await using (stream)
        {
            for (var count = 0; count < _leavesAfter && await LengthAsync(stream) is { } length; count++)
            {
                var message = new byte[length];
                await stream.ReadExactlyAsync(message, _end.Token);
                Messages.Enqueue(Encoding.UTF8.GetString(message));
            }

            if (secured is not null && !_endsBare)
            {
                await secured.ShutdownAsync();
            }

            if (Messages.Count >= _leavesAfter)
            {
                // With a reset, as the end of a process that had not read everything.
                client.LingerState = new LingerOption(true, 0);
            }
        }
    }

    private async Task<int?> LengthAsync(Stream stream)
    {
        var digits = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) > 0)
        {
            if (one[0] == ' ')
            {
                return int.Parse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture);
            }

            digits.Append((char)one[0]);
        }

        return digits.Length == 0 ? null : throw new IOException("A length that does not end.");
    }
}
