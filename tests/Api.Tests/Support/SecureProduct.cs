using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>A product whose data listener is https, with a certificate file that tests may replace.</summary>
public sealed class SecureProduct : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mocopr-tls-").FullName;

    public PlatformApplication Platform { get; private set; } = null!;

    public string CertificateFile => Path.Combine(_directory, "server.pem");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(CertificateFile, CertificateForge.ServerPem());
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Platform = await PlatformApplication.StartAsync(settings: [$"--Platform:Urls:Data=https://127.0.0.1:{port}", $"--Platform:Tls:CertificateFile={CertificateFile}"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public Task<TenantClient> GivenTenant() => TenantClient.MakeAsync(Platform);

    /// <summary>An honest call on a connection of its own.</summary>
    public async Task<Reply> Call(TenantClient tenant, X509Certificate2? certificate, string bearer = "", params (string Name, string Value)[] headers)
    {
        using var http = Client(certificate);
        using var request = Platform.ModernRequest("tools/list", tenant: tenant.Slug, credential: bearer);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Reply.ReadAsync(await http.SendAsync(request));
    }

    public static HttpClient Client(X509Certificate2? certificate, Action<X509Certificate2>? server = null) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            // Offline: a client of .NET would otherwise itself fetch what its certificate names.
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            RemoteCertificateValidationCallback = (_, served, _, _) =>
            {
                server?.Invoke((X509Certificate2)served!);
                return IsOurs(served);
            },
        },
    });

    /// <summary>Tests make their own server's certificates; no root knows them.</summary>
    public static bool IsOurs(X509Certificate? served) => served?.Subject == "CN=localhost";

    public Task<Reply> Register(TenantClient tenant, object what) => Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/client-certificates", what);

    /// <summary>The id of a registration of the key's principal.</summary>
    public async Task<string> GivenPinned(TenantClient tenant, X509Certificate2 certificate)
    {
        var reply = await Register(tenant, new { name = "pinned", principal = PrincipalOf(tenant), thumbprint = CertificateForge.Thumbprint(certificate) });
        Assert.Equal(201, reply.Status);
        return reply.Json.GetProperty("id").GetString()!;
    }

    public async Task<string> GivenAuthority(TenantClient tenant, X509Certificate2 authority, string kind, string value, string? revocationList = null)
    {
        var reply = await Register(tenant, new { name = "issued", principal = PrincipalOf(tenant), authority = authority.ExportCertificatePem(), subject = new { kind, value }, revocationList });
        Assert.True(reply.Status == 201, reply.ToString());
        return reply.Json.GetProperty("id").GetString()!;
    }

    public static string PrincipalOf(TenantClient tenant) => $"svc_{tenant.KeyId}";
}

[CollectionDefinition(Name)]
public sealed class SecureTests : ICollectionFixture<SecureProduct>
{
    public const string Name = "secure";
}
