using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Tests.Support;
using Platform.Hosting;
using Platform.Hosting.Listeners;
using Platform.Hosting.Startup;
using Platform.Testing;

namespace Platform.Api.Tests.Listeners;

/// <summary>What the https listener says to bytes, and which certificate it says it with.</summary>
[Collection(SecureTests.Name)]
public sealed class TlsListenerTests(SecureProduct product)
{
    private const byte Alert = 0x15;
    private const byte Handshake = 0x16;

    // RFC 5246, 7.2. To SSL 3.0 OpenSSL says that it has no cipher for it.
    private const byte HandshakeFailure = 40;
    private const byte ProtocolVersion = 70;

    [Theory, Trait("Control", "TR-1")]
    [InlineData(0, HandshakeFailure)]
    [InlineData(1, ProtocolVersion)]
    [InlineData(2, ProtocolVersion)]
    public async Task A_client_that_speaks_less_than_TLS_1_2_is_told_so_and_nothing_else(int minor, byte alert)
    {
        var answer = await Say(Hello(minor));

        Assert.Equal((Alert, alert), (answer[0], answer[^1]));
    }

    [Fact, Trait("Control", "TR-1")]
    public async Task A_client_that_speaks_TLS_1_2_is_answered() => Assert.Equal(Handshake, (await Say(Hello(3)))[0]);

    [Fact, Trait("Control", "TR-1")]
    public async Task Plain_http_gets_no_answer_from_the_https_port()
    {
        var answer = Encoding.Latin1.GetString(await Say(Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")));

        Assert.DoesNotContain("HTTP/", answer, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "TR-1")]
    public async Task Answers_over_https_say_so_for_a_year_and_those_over_http_do_not()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("max-age=31536000", (await product.Call(tenant, null, tenant.Key)).Header("Strict-Transport-Security"));
        Assert.Null((await product.Platform.Rest(HttpMethod.Get, "/v1/tenants")).Header("Strict-Transport-Security"));
    }

    [Fact, Trait("Control", "TR-3")]
    public async Task A_new_certificate_is_served_from_the_next_connection_on_and_the_open_one_goes_on()
    {
        var tenant = await product.GivenTenant();
        var handshakes = new List<string>();
        using var open = SecureProduct.Client(null, served => handshakes.Add(served.Thumbprint));
        await Ask(open, tenant);
        await File.WriteAllTextAsync(product.CertificateFile, CertificateForge.ServerPem());

        var renewed = handshakes[0];
        var reply = await Wire.Until(async () =>
        {
            using var fresh = SecureProduct.Client(null, served => renewed = served.Thumbprint);
            var answer = await Ask(fresh, tenant);
            return answer with { Status = renewed == handshakes[0] ? 0 : answer.Status };
        }, 200, TimeSpan.FromSeconds(20));

        Assert.Equal(200, reply.Status);
        Assert.Equal(200, (await Ask(open, tenant)).Status);
        Assert.Single(handshakes);
    }

    [Theory, Trait("Control", "TR-3")]
    [InlineData("garbage")]
    [InlineData("expired")]
    [InlineData("for clients")]
    [InlineData("absent")]
    public void A_new_file_that_is_no_good_leaves_the_old_certificate(string what)
    {
        using var directory = new Scratch();
        directory.Replace(CertificateForge.ServerPem());
        var served = ListenerCertificate.Load(new TlsOptions { CertificateFile = directory.File }, TimeProvider.System);
        var until = served.NotAfter;
        directory.Replace(what switch
        {
            "garbage" => "garbage",
            "expired" => CertificateForge.ServerPem(TimeSpan.FromDays(-2), TimeSpan.FromDays(-1)),
            "for clients" => CertificateForge.ServerPem(usage: CertificateForge.ForClients),
            _ => null,
        });

        Assert.False(served.TryReload(TimeProvider.System.GetUtcNow(), out var told));
        Assert.Contains("Platform:Tls:CertificateFile", told!, StringComparison.Ordinal);
        Assert.False(served.TryReload(TimeProvider.System.GetUtcNow(), out var again));
        Assert.Null(again);
        Assert.Equal(until, served.NotAfter);
        directory.Replace(CertificateForge.ServerPem(ends: TimeSpan.FromDays(60)));
        Assert.True(served.TryReload(TimeProvider.System.GetUtcNow(), out _));
        Assert.NotEqual(until, served.NotAfter);
    }

    [Theory, Trait("Control", "CF-2")]
    [InlineData("garbage")]
    [InlineData("expired")]
    [InlineData("absent")]
    public void A_start_with_a_certificate_that_is_no_good_is_one_sentence(string what)
    {
        using var directory = new Scratch();
        directory.Replace(what switch { "garbage" => "garbage", "expired" => CertificateForge.ServerPem(TimeSpan.FromDays(-2), TimeSpan.FromDays(-1)), _ => null });

        var refused = Assert.Throws<StartupException>(() => ListenerCertificate.Load(new TlsOptions { CertificateFile = directory.File }, TimeProvider.System));

        Assert.StartsWith("Platform:Tls:CertificateFile", refused.Message, StringComparison.Ordinal);
    }

    private async Task<Reply> Ask(HttpClient http, TenantClient tenant)
    {
        using var request = product.Platform.ModernRequest("tools/list", tenant: tenant.Slug, credential: tenant.Key);
        return await Reply.ReadAsync(await http.SendAsync(request));
    }

    private async Task<byte[]> Say(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(Wire.Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, product.Platform.McpUrl.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(bytes, patience.Token);
        var answer = new byte[7];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, patience.Token);
        return answer[..length];
    }

    /// <summary>The ClientHello of a client whose newest version is 3.<paramref name="minor"/> (RFC 5246, 7.4.1.2; 3.3 is TLS 1.2).</summary>
    private static byte[] Hello(int minor)
    {
        byte[] extensions =
        [
            0, 10, 0, 4, 0, 2, 0, 23, // P-256
            0, 13, 0, 6, 0, 4, 4, 3, 8, 4, // ECDSA and RSA-PSS with SHA-256
        ];
        byte[] hello =
        [
            3, (byte)minor, .. RandomNumberGenerator.GetBytes(32), 0,
            0, 8, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x13, 0xC0, 0x09, // ECDHE with AES
            1, 0, 0, (byte)extensions.Length, .. extensions,
        ];
        return [Handshake, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello];
    }

    private sealed class Scratch : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("mocopr-tls-").FullName;

        public string File => Path.Combine(_directory, "server.pem");

        public void Replace(string? text)
        {
            if (text is null)
            {
                System.IO.File.Delete(File);
                return;
            }

            System.IO.File.WriteAllText(File, text);
        }

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
