using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Platform.Testing;

/// <summary>What a mail server does to its clients.</summary>
public enum SmtpMood
{
    Honest = 0,

    /// <summary>Offers no STARTTLS: it never had it, or somebody on the way has taken the offer out.</summary>
    Stripped,

    /// <summary>Says yes to STARTTLS and goes on in clear.</summary>
    Feigning,

    /// <summary>Takes connections and says nothing.</summary>
    Silent,

    /// <summary>Refuses every recipient, and quotes it.</summary>
    Refusing,

    /// <summary>Takes the whole mail and never says so.</summary>
    Speechless,
}

/// <summary>A mail as it was taken.</summary>
public sealed record TakenMail(string From, string[] To, string Data, string? SignedInAs);

/// <summary>A mail server on loopback that keeps what it takes: EHLO, STARTTLS or TLS from the first byte, AUTH PLAIN, and as much of RFC 5321 as a client needs.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2 _authority = CertificateForge.Authority("mail authority");
    private readonly X509Certificate2 _certificate;
    private readonly bool _isImplicit;
    private readonly Task _accepting;

    /// <param name="isImplicit">TLS from the first byte.</param>
    /// <param name="name">The DNS name in its certificate.</param>
    public SmtpSink(bool isImplicit = false, string name = "localhost")
    {
        _isImplicit = isImplicit;
        _certificate = CertificateForge.Client(_authority, $"CN={name}", dns: name, usage: CertificateForge.ForServers);
        AuthorityFile = Path.GetTempFileName();
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>PEM of who signed its certificate.</summary>
    public string AuthorityFile { get; }

    public SmtpMood Mood { get; set; }

    public ConcurrentQueue<TakenMail> Mails { get; } = new();

    /// <summary>What clients said before TLS.</summary>
    public ConcurrentQueue<string> Clear { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        File.Delete(AuthorityFile);
        _certificate.Dispose();
        _authority.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The sink is disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var gone = client;
        try
        {
            Stream stream = client.GetStream();
            var isSecure = _isImplicit;
            if (_isImplicit)
            {
                stream = await SecureAsync(stream);
            }

            if (Mood == SmtpMood.Silent)
            {
                await Task.Delay(Timeout.Infinite, _end.Token);
            }

            await SayAsync(stream, "220 sink ESMTP");
            var (from, to, name) = ("", new List<string>(), (string?)null);
            while (await LineAsync(stream) is { } line)
            {
                if (!isSecure)
                {
                    Clear.Enqueue(line);
                }

                switch (line.Split(' ', 2)[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await SayAsync(stream, "250-sink" + (isSecure ? "\r\n250-AUTH PLAIN" : Mood == SmtpMood.Stripped ? "" : "\r\n250-STARTTLS") + "\r\n250 8BITMIME");
                        break;
                    case "STARTTLS":
                        await SayAsync(stream, "220 go on");
                        if (Mood != SmtpMood.Feigning)
                        {
                            stream = await SecureAsync(stream);
                            isSecure = true;
                        }

                        break;
                    case "AUTH":
                        var said = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])).Split('\0');
                        var isRight = said is [_, _, "a good password"];
                        name = isRight ? said[1] : null;
                        await SayAsync(stream, isRight ? "235 welcome" : "535 no");
                        break;
                    case "MAIL":
                        (from, to) = (line, []);
                        await SayAsync(stream, "250 ok");
                        break;
                    case "RCPT":
                        to.Add(line);
                        await SayAsync(stream, Mood == SmtpMood.Refusing ? $"550 unknown: {line}" : "250 ok");
                        break;
                    case "DATA":
                        await SayAsync(stream, "354 go on");
                        var data = new StringBuilder();
                        while (await LineAsync(stream) is { } text && text != ".")
                        {
                            data.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                        }

                        Mails.Enqueue(new TakenMail(from, [.. to], data.ToString(), name));
                        if (Mood == SmtpMood.Speechless)
                        {
                            await Task.Delay(Timeout.Infinite, _end.Token);
                        }

                        await SayAsync(stream, "250 taken");
                        break;
                    default:
                        await SayAsync(stream, "250 ok");
                        break;
                }
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // The client went, as it may.
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true) }, _end.Token);
        return secure;
    }

    private async Task SayAsync(Stream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _end.Token);

    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) > 0)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
