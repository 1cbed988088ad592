using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.ClientCertificates;

/// <summary>Client certificates over real TLS: who is served, who is not, and that nobody who is not learns why.</summary>
[Collection(SecureTests.Name), Trait("Control", "TR-4")]
public sealed class ClientCertificateTests(SecureProduct product)
{
    private const string Uri = "spiffe://example/billing";

    private static readonly TimeSpan Revoked = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_pinned_certificate_is_served_and_the_trail_names_its_registration()
    {
        var tenant = await product.GivenTenant();
        using var certificate = CertificateForge.Client();
        var id = await product.GivenPinned(tenant, certificate);

        Assert.Equal(200, (await product.Call(tenant, certificate)).Status);

        var call = (await tenant.McpEvents())[^1];
        Assert.Equal((id, SecureProduct.PrincipalOf(tenant)), (call.GetProperty("credential").GetString(), call.GetProperty("principal").GetString()));
        Assert.DoesNotContain(CertificateForge.Thumbprint(certificate), call.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("uri", Uri)]
    [InlineData("dns", "billing.example")]
    [InlineData("dn", "CN=billing,O=Example")]
    public async Task What_a_pinned_authority_issued_for_the_name_is_served(string kind, string value)
    {
        var tenant = await product.GivenTenant();
        using var authority = CertificateForge.Authority("Example CA");
        using var certificate = CertificateForge.Client(authority, "CN=billing,O=Example", Uri, "billing.example");
        await product.GivenAuthority(tenant, authority, kind, value);

        Assert.Equal(200, (await product.Call(tenant, certificate)).Status);
    }

    [Fact]
    public async Task Every_certificate_that_is_not_good_gets_the_same_answer_as_none()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        using var authority = CertificateForge.Authority("Example CA");
        using var namesake = CertificateForge.Authority("Example CA");
        await product.GivenAuthority(tenant, authority, "uri", Uri);
        using var others = CertificateForge.Client();
        await product.GivenPinned(other, others);
        var bad = new Dictionary<string, X509Certificate2?>(StringComparer.Ordinal)
        {
            ["none"] = null,
            ["self-signed"] = CertificateForge.Client(uri: Uri),
            ["wrong authority"] = CertificateForge.Client(namesake, uri: Uri),
            ["expired"] = CertificateForge.Client(authority, uri: Uri, begins: TimeSpan.FromDays(-2), ends: TimeSpan.FromDays(-1)),
            ["not yet valid"] = CertificateForge.Client(authority, uri: Uri, begins: TimeSpan.FromDays(1)),
            ["for servers"] = CertificateForge.Client(authority, uri: Uri, usage: CertificateForge.ForServers),
            ["for no purpose"] = CertificateForge.Client(authority, uri: Uri, usage: null),
            ["an authority"] = CertificateForge.Client(authority, uri: Uri, isAuthority: true),
            ["another name"] = CertificateForge.Client(authority, uri: Uri + "/admin"),
            ["a name in another field"] = CertificateForge.Client(authority, $"CN={Uri}"),
            ["another tenant's"] = others,
        };

        var good = CertificateForge.Client(authority, uri: Uri);
        Assert.Equal(200, (await product.Call(tenant, good)).Status);
        Assert.Equal(200, (await product.Call(other, others)).Status);
        var replies = new Dictionary<string, Reply>(StringComparer.Ordinal);
        foreach (var (name, certificate) in bad)
        {
            replies[name] = await product.Call(tenant, certificate);
        }

        Assert.All(replies, reply => Assert.True(reply.Value.Status == 401, $"{reply.Key}: {reply.Value}"));
        Assert.Single(replies.Values.Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
        Assert.Equal(401, (await product.Call(other, good)).Status);
    }

    [Fact]
    public async Task A_pinned_certificate_must_be_valid_and_for_clients_too()
    {
        var tenant = await product.GivenTenant();
        using var expired = CertificateForge.Client(begins: TimeSpan.FromDays(-2), ends: TimeSpan.FromDays(-1));
        using var servers = CertificateForge.Client(usage: CertificateForge.ForServers);
        await product.GivenPinned(tenant, expired);
        await product.GivenPinned(tenant, servers);

        Assert.Equal(401, (await product.Call(tenant, expired)).Status);
        Assert.Equal(401, (await product.Call(tenant, servers)).Status);
    }

    [Fact]
    public async Task What_the_authority_revoked_is_refused_and_what_it_did_not_is_served()
    {
        var tenant = await product.GivenTenant();
        using var authority = CertificateForge.Authority("Example CA");
        using var revoked = CertificateForge.Client(authority, uri: Uri);
        using var good = CertificateForge.Client(authority, uri: Uri);
        var id = await product.GivenAuthority(tenant, authority, "uri", Uri);
        Assert.Equal(200, (await product.Call(tenant, revoked)).Status);

        var set = await SetList(tenant, id, CertificateForge.Revocations(authority, null, null, revoked));

        Assert.True(set.Status == 200, set.ToString());
        Assert.Equal(401, (await Wire.Until(() => product.Call(tenant, revoked), 401, Revoked)).Status);
        Assert.Equal(200, (await product.Call(tenant, good)).Status);
    }

    [Fact]
    public async Task A_revocation_list_that_is_forged_old_or_stale_is_not_taken()
    {
        var tenant = await product.GivenTenant();
        using var authority = CertificateForge.Authority("Example CA");
        using var namesake = CertificateForge.Authority("Example CA");
        var id = await product.GivenAuthority(tenant, authority, "uri", Uri, CertificateForge.Revocations(authority, null, null));

        string[] bad =
        [
            CertificateForge.Revocations(namesake, null, null),
            CertificateForge.Revocations(authority, TimeSpan.FromDays(-1), TimeSpan.FromDays(-2)),
            CertificateForge.Revocations(authority, null, TimeSpan.FromDays(-3)),
            "bm90IGEgbGlzdA==",
            "not base64",
        ];
        foreach (var list in bad)
        {
            Assert.Equal(400, (await SetList(tenant, id, list)).Status);
        }

        Assert.Equal(200, (await SetList(tenant, id, CertificateForge.Revocations(authority, null, TimeSpan.Zero))).Status);
    }

    [Fact]
    public async Task A_revoked_registration_ends_within_seconds_while_the_connection_is_open()
    {
        var tenant = await product.GivenTenant();
        using var certificate = CertificateForge.Client();
        var id = await product.GivenPinned(tenant, certificate);
        using var http = SecureProduct.Client(certificate);
        Assert.Equal(200, (await Send(http, tenant)).Status);

        Assert.Equal(204, (await product.Platform.Rest(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/client-certificates/{id}")).Status);

        Assert.Equal(401, (await Wire.Until(() => Send(http, tenant), 401, Revoked)).Status);
    }

    [Theory]
    [InlineData("X-ARR-ClientCert")]
    [InlineData("X-Forwarded-Client-Cert")]
    [InlineData("ssl-client-cert")]
    [InlineData("X-Client-Cert")]
    [InlineData("X-SSL-CERT")]
    public async Task A_certificate_in_a_header_is_text(string header)
    {
        var tenant = await product.GivenTenant();
        using var certificate = CertificateForge.Client();
        await product.GivenPinned(tenant, certificate);
        var der = Convert.ToBase64String(certificate.RawData);

        Assert.Equal(401, (await product.Call(tenant, null, headers: (header, der))).Status);
        Assert.Equal(401, (await product.Call(tenant, null, headers: (header, System.Uri.EscapeDataString(certificate.ExportCertificatePem())))).Status);
        Assert.Equal(401, (await product.Call(tenant, null, headers: (header, $"Hash={CertificateForge.Thumbprint(certificate)};Cert=\"{der}\""))).Status);
    }

    [Fact]
    public async Task Nothing_that_a_strangers_certificate_names_is_fetched()
    {
        var tenant = await product.GivenTenant();
        using var bait = new TcpListener(IPAddress.Loopback, 0);
        bait.Start();
        using var authority = CertificateForge.Authority("Example CA");
        using var namesake = CertificateForge.Authority("Example CA");
        await product.GivenAuthority(tenant, authority, "uri", Uri);
        using var baited = CertificateForge.Client(namesake, uri: Uri, fetchFrom: $"http://{bait.LocalEndpoint}");
        using var good = CertificateForge.Client(authority, uri: Uri, fetchFrom: $"http://{bait.LocalEndpoint}");

        Assert.Equal(401, (await product.Call(tenant, baited)).Status);
        Assert.Equal(200, (await product.Call(tenant, good)).Status);
        Assert.False(bait.Pending());
    }

    [Fact]
    public async Task Beside_a_bearer_a_certificate_does_not_count()
    {
        var tenant = await product.GivenTenant();
        using var certificate = CertificateForge.Client();
        using var stranger = CertificateForge.Client();
        await product.GivenPinned(tenant, certificate);

        Assert.Equal(401, (await product.Call(tenant, certificate, "mcpk_live_wrong")).Status);
        Assert.Equal(401, (await product.Call(tenant, certificate, headers: ("Authorization", "Basic YTpi"))).Status);
        Assert.Equal(200, (await product.Call(tenant, stranger, tenant.Key)).Status);
    }

    [Fact]
    public async Task A_WebSocket_is_opened_with_a_certificate_and_not_without_a_good_one()
    {
        var tenant = await product.GivenTenant();
        using var certificate = CertificateForge.Client();
        using var stranger = CertificateForge.Client();
        await product.GivenPinned(tenant, certificate);

        using var opened = await Open(tenant, certificate);
        Assert.Equal("mcp", opened.SubProtocol);
        await Assert.ThrowsAsync<WebSocketException>(() => Open(tenant, stranger));
    }

    private Task<Reply> SetList(TenantClient tenant, string id, string list) =>
        product.Platform.Rest(HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/client-certificates/{id}/revocation-list", new { revocationList = list });

    private async Task<Reply> Send(HttpClient http, TenantClient tenant)
    {
        using var request = product.Platform.ModernRequest("tools/list", tenant: tenant.Slug, credential: "");
        return await Reply.ReadAsync(await http.SendAsync(request));
    }

    private async Task<ClientWebSocket> Open(TenantClient tenant, X509Certificate2 certificate)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mcp");
        socket.Options.ClientCertificates.Add(certificate);
        socket.Options.RemoteCertificateValidationCallback = (_, served, _, _) => SecureProduct.IsOurs(served);
        using var patience = new CancellationTokenSource(Wire.Patience);
        await socket.ConnectAsync(new UriBuilder(product.Platform.McpUrl) { Scheme = "wss", Path = $"/t/{tenant.Slug}/ws" }.Uri, patience.Token);
        return socket;
    }
}
