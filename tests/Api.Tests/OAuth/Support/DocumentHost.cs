using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>A client's https site on loopback, under the name client.example.</summary>
internal sealed class DocumentHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private int _fetches;

    private DocumentHost(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

    /// <summary>The client's id.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The id of one more client on the same site.</summary>
    public string IdOf(string name) => Id.Replace("client.json", $"more/{name}", StringComparison.Ordinal);

    public int Fetches => Volatile.Read(ref _fetches);

    /// <summary>What is served; the id is put in the place of <c>$ID</c>.</summary>
    public string Document { get; set; } = """{"client_id":"$ID","client_name":"Self-described","redirect_uris":["https://app.example/callback"],"token_endpoint_auth_method":"none"}""";

    public string ContentType { get; set; } = "application/json";

    public static async Task<DocumentHost> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client.example", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(certificate)));
        var app = builder.Build();
        var host = new DocumentHost(app, certificate);
        app.MapGet("/client.json", (HttpContext http) =>
        {
            Interlocked.Increment(ref host._fetches);
            return host.ServeAsync(http, host.Id);
        });
        app.MapGet("/more/{name}", (HttpContext http, string name) => host.ServeAsync(http, host.IdOf(name)));
        app.MapGet("/moved.json", () => Results.Redirect("/client.json"));
        await app.StartAsync();
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        host.Id = $"https://client.example:{port}/client.json";
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private Task ServeAsync(HttpContext http, string id)
    {
        http.Response.ContentType = ContentType;
        return http.Response.WriteAsync(Document.Replace("$ID", id, StringComparison.Ordinal));
    }
}
