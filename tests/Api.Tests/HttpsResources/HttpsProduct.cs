using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Outbound;
using Platform.Api.Tests.HttpsResources;
using Platform.Api.Tests.Support;
using Platform.Testing;

[assembly: AssemblyFixture(typeof(HttpsProduct))]

namespace Platform.Api.Tests.HttpsResources;

/// <summary>A product and a web server on loopback under names that tests choose. Loopback counts as public here; everything else is judged as in production.</summary>
public sealed class HttpsProduct : IAsyncLifetime
{
    /// <summary>Of the certificate of the web server.</summary>
    public const string Host = "docs.example.test";

    private readonly ConcurrentDictionary<string, Func<IPAddress[]>> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _resolved = new(StringComparer.Ordinal);

    public PlatformApplication Platform { get; private set; } = null!;

    internal TinyHost Web { get; private set; } = null!;

    /// <summary>What was asked for, with its headers, newest last.</summary>
    public ConcurrentQueue<(string Target, Dictionary<string, string> Headers)> Asked { get; } = new();

    /// <summary>The web server as a list of hosts names it.</summary>
    public string Authority => Named(Host);

    public async ValueTask InitializeAsync()
    {
        Web = await TinyHost.StartAsync(Map, Certificate());
        Platform = await PlatformApplication.StartAsync(null, services => services.AddSingleton(new OutboundPolicy
        {
            AllowLoopback = true,
            Patience = TimeSpan.FromSeconds(10),
            Resolve = (host, _) =>
            {
                _resolved.AddOrUpdate(host, 1, static (_, count) => count + 1);
                return _names.TryGetValue(host, out var addresses) ? Task.FromResult(addresses()) : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
            },

            // Its issuer is unknown here; its name counts.
            Certificates = static (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None,
        }));
        Resolve(Host, () => [IPAddress.Loopback]);
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Web.DisposeAsync();
    }

    public Task<TenantClient> GivenTenant() => TenantClient.MakeAsync(Platform);

    /// <summary>A tenant that lists the web server.</summary>
    public async Task<TenantClient> GivenReader(object? entry = null)
    {
        var tenant = await GivenTenant();
        Assert.Equal(201, (await tenant.PutHost(Authority, entry, ifNoneMatch: "*")).Status);
        return tenant;
    }

    /// <summary>From now on the name leads there.</summary>
    public void Resolve(string name, Func<IPAddress[]> addresses) => _names[name] = addresses;

    /// <summary>How often the name was looked up.</summary>
    public int TimesResolved(string name) => _resolved.GetValueOrDefault(name);

    /// <summary>A name with the port of the web server.</summary>
    public string Named(string name) => $"{name}:{Web.Url.Port}";

    public string Url(string path) => $"https://{Authority}/{path}";

    // Of the host and of whatever lies one label below it.
    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        names.AddDnsName($"*.{Host}");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private void Map(WebApplication app)
    {
        app.Use(next => http =>
        {
            Asked.Enqueue((http.Request.Path + http.Request.QueryString, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return next(http);
        });
        app.MapGet("/docs/guide", () => Results.Text("# héllo\n", "text/markdown", Encoding.UTF8));
        app.MapGet("/docs/bücher 1", () => Results.Text("books", "text/plain"));
        app.MapGet("/", () => Results.Text("front", "text/html"));
        app.MapGet("/admin", () => Results.Text("the secret", "text/plain"));
        app.MapGet("/data.json", () => Results.Text("""{"a":1}""", "application/json"));
        app.MapGet("/logo.png", () => Results.Bytes(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 0, 255 }, "image/png"));
        app.MapGet("/latin", () => Results.Bytes(new byte[] { (byte)'b', 0xfc }, "text/plain"));
        app.MapGet("/latin-said", () => Results.Text("plain", "text/plain", Encoding.Latin1));
        app.MapGet("/controls", () => Results.Text("a\u001b[31m\u0000b", "text/plain"));
        app.MapGet("/script", () => Results.Text("alert(1)", "text/javascript"));
        app.MapGet("/typeless", (HttpContext http) => http.Response.Body.WriteAsync(new byte[1]).AsTask());
        app.MapGet("/redirect", () => Results.Redirect("/admin"));
        app.MapGet("/redirect-metadata", () => Results.Redirect("http://169.254.169.254/latest/meta-data/"));
        app.MapGet("/moved-for-good", () => Results.Redirect("https://127.0.0.1/", permanent: true, preserveMethod: true));
        app.MapGet("/refresh", (HttpContext http) =>
        {
            http.Response.Headers["Refresh"] = "0; url=/admin";
            return Results.Text("""<meta http-equiv="refresh" content="0; url=/admin">""", "text/html");
        });
        app.MapGet("/gone", () => Results.StatusCode(410));
        app.MapGet("/broken", () => Results.Text("the secret", "text/plain", statusCode: 500));
        app.MapGet("/locked", () => Results.Text("the secret", "text/plain", statusCode: 401));
        app.MapGet("/partial", () => Results.Text("the secret", "text/plain", statusCode: 206));
        app.MapGet("/gzip", (HttpContext http) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return Results.Text("x", "text/plain").ExecuteAsync(http);
        });
        app.MapGet("/bytes/{count:int}", (int count) => Results.Text(new string('x', count), "text/plain"));
        app.MapGet("/endless", async (HttpContext http) =>
        {
            http.Response.ContentType = "text/plain";
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[4096], http.RequestAborted);
            }
        });
        app.MapGet("/cut", async (HttpContext http) =>
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
    }
}

/// <summary>The list of https hosts over REST, told by intent.</summary>
internal static class HttpsHostClient
{
    public static Task<Reply> PutHost(this TenantClient tenant, string host, object? entry = null, string? ifMatch = null, string? ifNoneMatch = null, string? credential = null) =>
        tenant.Host(HttpMethod.Put, host, entry ?? new { }, ifMatch, ifNoneMatch, credential);

    public static Task<Reply> DeleteHost(this TenantClient tenant, string host, string? ifMatch = null, string? credential = null) =>
        tenant.Host(HttpMethod.Delete, host, null, ifMatch, null, credential);

    public static Task<Reply> GetHost(this TenantClient tenant, string host, string? credential = null) => tenant.Host(HttpMethod.Get, host, null, null, null, credential);

    public static Task<Reply> ListHosts(this TenantClient tenant, string query = "", string? credential = null) => tenant.Rest(HttpMethod.Get, "resources/https-hosts" + query, credential: credential);

    public static async Task<string?[]> CompleteBase(this TenantClient client, string value) =>
        [.. (await client.Call("completion/complete", new { @ref = new { type = "ref/resource", uri = "https://{+base}/{+path}" }, argument = new { name = "base", value } }))
            .Result.GetProperty("completion").GetProperty("values").EnumerateArray().Select(proposal => proposal.GetString())];

    private static Task<Reply> Host(this TenantClient tenant, HttpMethod method, string host, object? body, string? ifMatch, string? ifNoneMatch, string? credential)
    {
        var request = new HttpRequestMessage(method, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/resources/https-hosts/{Uri.EscapeDataString(host)}"));
        request.Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? tenant.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch is null ? [] : [ifNoneMatch]);
        return tenant.Send(request);
    }
}
