using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Platform.Hosting;
using Platform.Silo.Audit.Sinks;
using Platform.Testing;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

[Trait("Control", "AL-1")]
public sealed class SyslogSinkTests : IDisposable
{
    private const string Name = "logs.example";

    private readonly TemporaryDirectory _temporary = new();
    private readonly X509Certificate2 _authority = CertificateForge.Authority("logs");

    public SyslogSinkTests() => Directory.CreateDirectory(_temporary.Path);

    public void Dispose()
    {
        _authority.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Messages_arrive_whole_and_in_order_over_tcp()
    {
        await using var receiver = new SyslogReceiver();

        await DeliverAsync(new() { Endpoint = $"tcp://127.0.0.1:{receiver.Port}" }, 1_000);

        Assert.Equal(Enumerable.Range(1, 1_000), receiver.Messages.Select(Sequence));
    }

    [Fact]
    public async Task What_counts_as_delivered_was_read_by_the_receiver_to_its_end()
    {
        await using var receiver = new SyslogReceiver();
        var sink = new SyslogSink(new() { Endpoint = $"tcp://127.0.0.1:{receiver.Port}" });

        for (var batch = 0; batch < 20; batch++)
        {
            await sink.DeliverAsync(Events(50), Patience().Token);
            Assert.Equal((batch + 1) * 50, receiver.Messages.Count);
        }
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_receiver_that_dies_in_the_middle_has_not_taken_the_batch()
    {
        await using var receiver = new SyslogReceiver(leavesAfter: 10);

        await Assert.ThrowsAnyAsync<IOException>(() => DeliverAsync(new() { Endpoint = $"tcp://127.0.0.1:{receiver.Port}" }, 20_000));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_receiver_that_hangs_ends_with_the_patience_of_the_caller()
    {
        await using var receiver = new SyslogReceiver(hangs: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SyslogSink(new() { Endpoint = $"tcp://127.0.0.1:{receiver.Port}" }).DeliverAsync(Events(1), Patience(0.5).Token));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task Nobody_there_is_an_error()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await Assert.ThrowsAnyAsync<SocketException>(() => DeliverAsync(new() { Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}" }, 1));
    }

    [Fact, Trait("Control", "TR-1")]
    public async Task Messages_arrive_over_tls_to_a_receiver_of_the_authority()
    {
        using var certificate = Server();
        await using var receiver = new SyslogReceiver(certificate);

        await DeliverAsync(Tls(receiver, _authority), 300);

        Assert.Equal(Enumerable.Range(1, 300), receiver.Messages.Select(Sequence));
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task An_end_of_the_connection_that_nobody_signed_delivers_nothing()
    {
        using var certificate = Server();
        await using var receiver = new SyslogReceiver(certificate, endsBare: true);

        var failure = await Assert.ThrowsAsync<IOException>(() => DeliverAsync(Tls(receiver, _authority), 300));

        Assert.Contains("close_notify", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_never_says_goodbye_can_be_trusted_by_configuration()
    {
        using var certificate = Server();
        await using var receiver = new SyslogReceiver(certificate, endsBare: true);
        var options = Tls(receiver, _authority);
        options.Confirm = false;

        await DeliverAsync(options, 1);
    }

    [Fact, Trait("Control", "TR-1")]
    public async Task A_receiver_of_another_authority_is_told_nothing()
    {
        using var stranger = CertificateForge.Authority("stranger");
        using var certificate = CertificateForge.Client(stranger, "CN=receiver", dns: Name, usage: CertificateForge.ForServers);
        await using var receiver = new SyslogReceiver(certificate);

        await Assert.ThrowsAsync<AuthenticationException>(() => DeliverAsync(Tls(receiver, _authority), 1));
        Assert.Empty(receiver.Messages);
    }

    [Theory, Trait("Control", "TR-1")]
    [InlineData("other.example", CertificateForge.ForServers)]
    [InlineData(Name, CertificateForge.ForClients)]
    public async Task A_receiver_with_a_certificate_for_something_else_is_told_nothing(string dns, string usage)
    {
        using var certificate = CertificateForge.Client(_authority, "CN=receiver", dns: dns, usage: usage);
        await using var receiver = new SyslogReceiver(certificate);

        await Assert.ThrowsAsync<AuthenticationException>(() => DeliverAsync(Tls(receiver, _authority), 1));
        Assert.Empty(receiver.Messages);
    }

    [Fact, Trait("Control", "TR-4")]
    public async Task A_receiver_that_asks_is_shown_the_certificate()
    {
        using var certificate = Server();
        using var own = CertificateForge.Client(_authority, "CN=mocopr");
        await using var receiver = new SyslogReceiver(certificate, sender => sender?.Thumbprint == own.Thumbprint);
        var options = Tls(receiver, _authority);
        (options.CertificateFile, options.KeyFile) = (Write("own.pem", own.ExportCertificatePem()), Write("own.key", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));

        await DeliverAsync(options, 5);

        Assert.Equal(5, receiver.Messages.Count);
    }

    [Fact]
    public async Task Messages_arrive_by_udp_one_to_a_datagram()
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        await DeliverAsync(new() { Endpoint = $"udp://127.0.0.1:{((IPEndPoint)receiver.Client.LocalEndPoint!).Port}" }, 3);

        for (var sequence = 1; sequence <= 3; sequence++)
        {
            Assert.Equal(sequence, Sequence(Encoding.UTF8.GetString((await receiver.ReceiveAsync(Patience().Token)).Buffer)));
        }
    }

    private X509Certificate2 Server() => CertificateForge.Client(_authority, "CN=receiver", dns: Name, usage: CertificateForge.ForServers);

    private SyslogSinkOptions Tls(SyslogReceiver receiver, X509Certificate2 authority) =>
        new() { Endpoint = $"tls://127.0.0.1:{receiver.Port}", ServerName = Name, AuthorityFile = Write("authority.pem", authority.ExportCertificatePem()) };

    private string Write(string file, string text)
    {
        File.WriteAllText(_temporary[file], text);
        File.SetUnixFileMode(_temporary[file], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return _temporary[file];
    }

    private static Task DeliverAsync(SyslogSinkOptions options, int count) => new SyslogSink(options).DeliverAsync(Events(count), Patience().Token);

    private static CancellationTokenSource Patience(double seconds = 30) => new(TimeSpan.FromSeconds(seconds));

    private static SinkEvent[] Events(int count) => [.. Rows(1, count).Select(row => new SinkEvent(new SinkStream(Tenant.ToString(), "0"), row))];

    private static int Sequence(string message) => int.Parse(message.Split("seq=\"")[1].Split('"')[0], CultureInfo.InvariantCulture);
}
