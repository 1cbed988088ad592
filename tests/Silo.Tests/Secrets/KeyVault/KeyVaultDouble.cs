using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Silo.Tests.Secrets.KeyVault;

/// <summary>
/// Key Vault and the authority that it names, over real HTTPS on loopback, as the SDK meets them: challenge, token, versions, soft delete, and the errors with the
/// codes that Azure documents. Dates have whole seconds, ids of versions are random.
/// </summary>
internal sealed class KeyVaultDouble : IAsyncDisposable
{
    public const string TenantId = "6f1d6a52-6f0c-4d0e-9d0e-2b6f4f0a7c11";
    public const string ClientId = "0c5a8d1e-1d2b-4a4e-8f57-93a1b7a1f0aa";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Stored>> _secrets = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _deleted = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _app;
    private readonly TimeProvider _clock;

    private KeyVaultDouble(WebApplication app, X509Certificate2 certificate, TimeProvider clock) => (_app, _certificate, _clock) = (app, certificate, clock);

    public Uri Uri { get; private set; } = null!;

    /// <summary>What a token of the authority looks like.</summary>
    public string Token { get; } = "token-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The resource that the challenge names; the vault's own when null.</summary>
    public string? ChallengeResource { get; set; }

    /// <summary>Answers every question of the vault with this until it is null again.</summary>
    public Func<HttpContext, Task>? Always { get; set; }

    /// <summary>What was asked of vault and authority, as <c>GET /secrets/x 401</c>.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>Whatever the identity sent to the authority.</summary>
    public string? Assertion { get; private set; }

    /// <summary>Trusts this double's certificate and no other, and finds it under every name.</summary>
    public HttpPipelineTransport Transport { get; private set; } = null!;

    /// <summary>For a process that finds its roots in a file.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<KeyVaultDouble> StartAsync(TimeProvider? clock = null)
    {
        var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var vault = new KeyVaultDouble(app, certificate, clock ?? TimeProvider.System);
        app.Run(vault.AnswerAsync);
        await app.StartAsync();
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        vault.Uri = new Uri($"https://localhost:{port}");
        vault.Transport = new HttpClientTransport(new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString(HashAlgorithmName.SHA256) == certificate.GetCertHashString(HashAlgorithmName.SHA256) },
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        }));
        return vault;
    }

    /// <summary>The next questions of the vault get these answers, one each.</summary>
    public void Next(params Func<HttpContext, Task>[] answers)
    {
        foreach (var answer in answers)
        {
            _answers.Enqueue(answer);
        }
    }

    /// <summary>An error as Key Vault writes it.</summary>
    public static Func<HttpContext, Task> Error(int status, string code, string? inner = null, int? retryAfter = null) => http =>
    {
        if (retryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var error = new JsonObject { ["code"] = code, ["message"] = "said by the vault" };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }

        return WriteAsync(http, status, new JsonObject { ["error"] = error });
    };

    /// <summary>No answer until whoever asked gives up.</summary>
    public static Task Hang(HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>As the portal or another tool would: any value, dates and tags.</summary>
    public void Put(string name, string value, string? contentType = null, DateTimeOffset? created = null, DateTimeOffset? notBefore = null, string? id = null)
    {
        lock (_gate)
        {
            Versions(name).Add(new Stored(id ?? NewId(), value, contentType, [], (created ?? _clock.GetUtcNow()).ToUnixTimeSeconds()) { NotBefore = notBefore?.ToUnixTimeSeconds() });
        }
    }

    /// <summary>Values as they are stored, by name.</summary>
    public IReadOnlyDictionary<string, string[]> Values
    {
        get
        {
            lock (_gate)
            {
                return _secrets.ToDictionary(secret => secret.Key, secret => secret.Value.Select(version => version.Value).ToArray(), StringComparer.Ordinal);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Always = null;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.OnCompleted(() =>
        {
            _asked.Enqueue($"{http.Request.Method} {http.Request.Path} {http.Response.StatusCode}");
            return Task.CompletedTask;
        });
        if (http.Request.Path.StartsWithSegments($"/{TenantId}", StringComparison.Ordinal))
        {
            await AuthorityAsync(http);
            return;
        }

        if (http.Request.Headers.Authorization != $"Bearer {Token}")
        {
            // The authority is this double too; the resource is what a token would be for.
            http.Response.Headers.WWWAuthenticate = $"Bearer authorization=\"{Uri.GetLeftPart(UriPartial.Authority)}/{TenantId}\", resource=\"{ChallengeResource ?? "https://vault.azure.net"}\"";
            await Error(401, "Unauthorized")(http);
            return;
        }

        if (Always is { } always)
        {
            await always(http);
        }
        else if (_answers.TryDequeue(out var answer))
        {
            await answer(http);
        }
        else if (http.Request.Query["api-version"].Count != 1)
        {
            await Error(400, "BadParameter")(http);
        }
        else
        {
            await VaultAsync(http);
        }
    }

    private async Task AuthorityAsync(HttpContext http)
    {
        var own = $"{Uri.GetLeftPart(UriPartial.Authority)}/{TenantId}";
        if (http.Request.Path.Value!.EndsWith("/openid-configuration", StringComparison.Ordinal))
        {
            await WriteAsync(http, 200, new JsonObject { ["issuer"] = $"{own}/v2.0", ["authorization_endpoint"] = $"{own}/oauth2/v2.0/authorize", ["token_endpoint"] = $"{own}/oauth2/v2.0/token" });
            return;
        }

        var form = await http.Request.ReadFormAsync();
        Assertion = form["client_assertion"];
        var known = form["client_id"] == ClientId && form["grant_type"] == "client_credentials" && Assertion is { Length: > 0 };
        await (known
            ? WriteAsync(http, 200, new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = 3600, ["access_token"] = Token })
            : WriteAsync(http, 401, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "AADSTS700016: not known here." }));
    }

    private async Task VaultAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Trim('/').Split('/');
        var body = http.Request.ContentLength > 0 ? (await JsonNode.ParseAsync(http.Request.Body))!.AsObject() : null;
        Func<HttpContext, Task> answer;
        lock (_gate)
        {
            answer = (http.Request.Method, path) switch
            {
                ("PUT", ["secrets", var name]) => Set(name, body!),
                ("GET", ["secrets", var name]) => Get(name, version: null),
                ("GET", ["secrets", var name, "versions"]) => List(name, http.Request.Query["$skiptoken"]),
                ("GET", ["secrets", var name, var version]) => Get(name, version),
                ("PATCH", ["secrets", var name, var version]) => Update(name, version, body!),
                ("DELETE", ["secrets", var name]) => Delete(name),
                _ => Error(404, "NotFound"),
            };
        }

        await answer(http);
    }

    private Func<HttpContext, Task> Set(string name, JsonObject body)
    {
        if (_deleted.Contains(name))
        {
            return Error(409, "Conflict", "ObjectIsDeletedButRecoverable");
        }

        var stored = new Stored(NewId(), body["value"]!.GetValue<string>(), body["contentType"]?.GetValue<string>(), body["tags"]?.DeepClone().AsObject() ?? [], _clock.GetUtcNow().ToUnixTimeSeconds())
        {
            Expires = body["attributes"]?["exp"]?.GetValue<long>(),
        };
        if (stored.Value.Length > 25_000)
        {
            return Error(400, "BadParameter");
        }

        Versions(name).Add(stored);
        return Give(name, stored, withValue: true);
    }

    private Func<HttpContext, Task> Get(string name, string? version)
    {
        var found = _secrets.GetValueOrDefault(name)?.LastOrDefault(stored => version is null || stored.Id == version);
        return found switch
        {
            null => Error(404, "SecretNotFound"),
            { Enabled: false } => Error(403, "Forbidden", "SecretDisabled"),
            _ => Give(name, found, withValue: true),
        };
    }

    /// <summary>Two a page, in the order of their ids: no order at all.</summary>
    private Func<HttpContext, Task> List(string name, string? token)
    {
        var skip = int.Parse(token ?? "0", CultureInfo.InvariantCulture);
        var all = (_secrets.GetValueOrDefault(name) ?? []).OrderBy(stored => stored.Id, StringComparer.Ordinal).ToArray();
        var page = new JsonArray([.. all.Skip(skip).Take(2).Select(stored => View(name, stored, withValue: false))]);
        var next = skip + 2 < all.Length ? $"{Uri.GetLeftPart(UriPartial.Authority)}/secrets/{name}/versions?api-version=7.4&$skiptoken={skip + 2}" : null;
        return http => WriteAsync(http, 200, new JsonObject { ["value"] = page, ["nextLink"] = next });
    }

    private Func<HttpContext, Task> Update(string name, string version, JsonObject body)
    {
        if (_secrets.GetValueOrDefault(name)?.Find(stored => stored.Id == version) is not { } found)
        {
            return Error(404, "SecretNotFound");
        }

        found.Enabled = body["attributes"]?["enabled"]?.GetValue<bool>() ?? found.Enabled;
        return Give(name, found, withValue: false);
    }

    private Func<HttpContext, Task> Delete(string name)
    {
        if (!_secrets.Remove(name, out var versions))
        {
            return Error(404, "SecretNotFound");
        }

        _deleted.Add(name);
        return Give(name, versions[^1], withValue: false);
    }

    private Func<HttpContext, Task> Give(string name, Stored stored, bool withValue)
    {
        var view = View(name, stored, withValue);
        return http => WriteAsync(http, 200, view);
    }

    private JsonObject View(string name, Stored stored, bool withValue)
    {
        var attributes = new JsonObject { ["enabled"] = stored.Enabled, ["created"] = stored.Created, ["updated"] = stored.Created, ["recoveryLevel"] = "Recoverable" };
        if (stored.Expires is { } expires)
        {
            attributes["exp"] = expires;
        }

        if (stored.NotBefore is { } notBefore)
        {
            attributes["nbf"] = notBefore;
        }

        var view = new JsonObject
        {
            ["id"] = $"{Uri.GetLeftPart(UriPartial.Authority)}/secrets/{name}/{stored.Id}", ["attributes"] = attributes, ["tags"] = stored.Tags.DeepClone(),
        };
        if (stored.ContentType is { } type)
        {
            view["contentType"] = type;
        }

        if (withValue)
        {
            view["value"] = stored.Value;
        }

        return view;
    }

    private List<Stored> Versions(string name) =>
        _secrets.TryGetValue(name, out var versions) ? versions : _secrets[name] = [];

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static async Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=key vault double", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed record Stored(string Id, string Value, string? ContentType, JsonObject Tags, long Created)
    {
        public bool Enabled { get; set; } = true;

        public long? Expires { get; init; }

        public long? NotBefore { get; init; }
    }
}
