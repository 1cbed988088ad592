using System.IO.Pipelines;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Cluster;
using Platform.Silo.Storage;
using Platform.Testing;

namespace Platform.Silo.Tests.Cluster;

/// <summary>Who is let into the conversation of silos: honest peers, and such as an attacker would bring.</summary>
[Trait("Control", "TR-1")]
public sealed class SiloTlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _temporary = new();
    private readonly X509Certificate2 _authority = CertificateForge.Authority("silos");

    public void Dispose()
    {
        _authority.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Two_silos_of_one_authority_hear_each_other()
    {
        var heard = await TalkAsync(Honest("one"), Honest("two"));

        Assert.Equal("hello", heard);
    }

    [Fact]
    public async Task Much_that_comes_in_pieces_of_every_size_arrives_as_it_was_sent()
    {
        var sent = RandomNumberGenerator.GetBytes(3 << 20);
        var heard = new MemoryStream();
        var (here, there) = Pair();
        var serving = Tls(Honest("one")).AcceptAsync(here, connection => connection.Transport.Input.CopyToAsync(heard));
        await Tls(Honest("two")).ConnectAsync(there, async connection =>
        {
            for (int at = 0, size = 1; at < sent.Length; at += size, size = (size * 3 % 50_021) + 1)
            {
                await connection.Transport.Output.WriteAsync(sent.AsMemory(at, Math.Min(size, sent.Length - at)));
            }

            await there.Transport.Output.CompleteAsync();
        });
        await EndAsync(there);
        await serving.WaitAsync(Patience);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(sent)), Convert.ToHexString(SHA256.HashData(heard.ToArray())));
    }

    [Fact]
    public async Task A_silo_of_another_authority_is_refused()
    {
        using var foreign = CertificateForge.Authority("foreign");

        await AssertRefusedAsync(Files("other", foreign, Issue(foreign)));
    }

    [Fact]
    public async Task A_silo_of_another_authority_is_not_believed_by_who_connects()
    {
        using var foreign = CertificateForge.Authority("foreign");

        await Assert.ThrowsAnyAsync<AuthenticationException>(() => TalkAsync(Honest("one"), Files("other", foreign, Issue(foreign))));
    }

    [Theory]
    [InlineData(CertificateForge.ForClients)]
    [InlineData(CertificateForge.ForServers)]
    [InlineData(null)]
    public async Task A_certificate_for_something_else_is_refused_though_the_authority_signed_it(string? usage) =>
        await AssertRefusedAsync(Files("other", _authority, Issue(_authority, usage: usage)));

    [Fact]
    public async Task An_expired_certificate_is_refused() =>
        await AssertRefusedAsync(Files("other", _authority, Issue(_authority, begins: TimeSpan.FromDays(-2), ends: TimeSpan.FromDays(-1))));

    [Fact]
    public async Task Whoever_speaks_no_TLS_hears_nothing()
    {
        var (here, there) = Pair();
        var serving = Tls(Honest("one")).AcceptAsync(here, _ => throw new InvalidOperationException("It was let in."));
        await there.Transport.Output.WriteAsync("GET / HTTP/1.1\r\nHost: silo\r\n\r\n"u8.ToArray());
        await serving.WaitAsync(Patience);
        await EndAsync(here);

        var read = await there.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience);

        // At most TLS' own alert: two bytes of level and reason behind five of header.
        Assert.InRange(read.Buffer.Length, 0, 7);
    }

    [Fact]
    public async Task A_replaced_certificate_is_shown_from_the_next_connection_on_and_a_broken_one_is_not_taken()
    {
        var files = Honest("one");
        var certificates = SiloCertificates.Load(files, TimeProvider.System);
        var first = certificates.Own().TargetCertificate.Thumbprint;

        CertificateForge.WriteSilo(_temporary["one"], _authority, Issue(_authority));
        var second = certificates.Own().TargetCertificate.Thumbprint;
        await File.WriteAllTextAsync(files.CertificateFile, "broken");
        var third = certificates.Own().TargetCertificate.Thumbprint;

        Assert.NotEqual(first, second);
        Assert.Equal(second, third);
    }

    [Theory, Trait("Control", "CF-2")]
    [InlineData(CertificateForge.ForClients, 30)]
    [InlineData(CertificateForge.ForSilos, -1)]
    public void A_silo_does_not_start_with_a_certificate_that_the_others_would_refuse(string usage, int endsInDays)
    {
        var files = Files("one", _authority, Issue(_authority, usage, TimeSpan.FromDays(-2), TimeSpan.FromDays(endsInDays)));

        var fault = Assert.Throws<StartupException>(() => SiloCertificates.Load(files, TimeProvider.System));

        Assert.StartsWith("Platform:Cluster:CertificateFile", fault.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "CF-3")]
    public void A_silo_does_not_start_with_a_key_that_others_may_read()
    {
        var files = Honest("one");
        File.SetUnixFileMode(files.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Throws<DataDirectoryException>(() => SiloCertificates.Load(files, TimeProvider.System));
    }

    private async Task AssertRefusedAsync(ClusteringOptions stranger)
    {
        var (here, there) = Pair();
        var serving = Tls(Honest("one")).AcceptAsync(here, _ => throw new InvalidOperationException("It was let in."));

        // With TLS 1.3 the stranger's handshake ends before its certificate is judged: it may connect, and finds nobody.
        var calling = Stranger.ConnectAsync(there, stranger, _authority);
        await serving.WaitAsync(Patience);
        await EndAsync(here);

        Assert.Equal(0, await calling.WaitAsync(Patience));
    }

    /// <summary>What the accepting side heard.</summary>
    private static async Task<string> TalkAsync(ClusteringOptions server, ClusteringOptions client)
    {
        var (here, there) = Pair();
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = Tls(server).AcceptAsync(here, async connection =>
        {
            var read = await connection.Transport.Input.ReadAtLeastAsync(5);
            heard.SetResult(System.Text.Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer)));
        });
        await Tls(client).ConnectAsync(there, async connection =>
        {
            await connection.Transport.Output.WriteAsync("hello"u8.ToArray());
            await heard.Task.WaitAsync(Patience);
        });
        await serving.WaitAsync(Patience);
        return await heard.Task;
    }

    private ClusteringOptions Honest(string name) => Files(name, _authority, Issue(_authority));

    private ClusteringOptions Files(string name, X509Certificate2 authority, X509Certificate2 certificate)
    {
        CertificateForge.WriteSilo(_temporary[name], authority, certificate);
        return new ClusteringOptions
        {
            CertificateFile = Path.Combine(_temporary[name], "silo.pem"),
            KeyFile = Path.Combine(_temporary[name], "silo.key"),
            AuthorityFile = Path.Combine(_temporary[name], "authority.pem"),
        };
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string? usage = CertificateForge.ForSilos, TimeSpan? begins = null, TimeSpan? ends = null) =>
        CertificateForge.Client(authority, "CN=silo", usage: usage, begins: begins, ends: ends);

    private static SiloTls Tls(ClusteringOptions files) => new(SiloCertificates.Load(files, TimeProvider.System), NullLogger<SiloTls>.Instance);

    // As a socket does when it is aborted.
    private static async Task EndAsync(DefaultConnectionContext connection)
    {
        await connection.Transport.Input.CompleteAsync();
        await connection.Transport.Output.CompleteAsync();
    }

    private static (DefaultConnectionContext Here, DefaultConnectionContext There) Pair()
    {
        var (up, down) = (new Pipe(), new Pipe());
        return (Context("here", up.Reader, down.Writer), Context("there", down.Reader, up.Writer));
    }

    private static DefaultConnectionContext Context(string id, PipeReader input, PipeWriter output)
    {
        var pipe = new Duplex(input, output);
        return new DefaultConnectionContext(id, pipe, pipe);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
