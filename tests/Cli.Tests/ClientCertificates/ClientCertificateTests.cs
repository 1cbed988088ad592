using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.ClientCertificates;

public sealed class ClientCertificateTests : IAsyncLifetime
{
    private const string Certificates = "/v1/tenants/acme/client-certificates";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"POST {Certificates}", "{}", 201);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task Of_a_certificate_its_hash_is_sent_and_of_a_key_beside_it_nothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=billing", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var file = _user.FileOf("client.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());

        var ran = await _user.RunAsync("client-certificate", "register", "billing", "--principal", "svc_a", "--certificate", file);

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal($$"""{"name":"billing","principal":"svc_a","thumbprint":"{{certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()}}"}""", Assert.Single(_server.Seen).Body);
    }

    [Theory]
    [InlineData("--certificate", "~no-certificate")]
    [InlineData("--certificate", "~absent")]
    [InlineData("--certificate", "~no-certificate", "--thumbprint", "00")]
    [InlineData("--authority", "~no-certificate", "--subject", "spiffe://example/billing")]
    public async Task What_is_no_certificate_or_no_subject_is_refused_here(params string[] options)
    {
        _user.FileOf("no-certificate", "text");

        var ran = await _user.RunAsync(["client-certificate", "register", "billing", "--principal", "svc_a", .. options.Select(word => word.Replace("~", _user.Home + "/", StringComparison.Ordinal))]);

        Assert.Equal(2, ran.Exit);
        Assert.Empty(_server.Seen);
    }
}
