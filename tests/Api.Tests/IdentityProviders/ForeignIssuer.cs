using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.IdentityProviders;

/// <summary>Somebody else's OpenID provider on loopback: discovery, keys, and tokens as a test wants them.</summary>
internal sealed class ForeignIssuer : IAsyncDisposable
{
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private RSA _rsa = RSA.Create(2048);
    private TinyHost _host = null!;
    private int _keySets;

    private ForeignIssuer()
    {
    }

    public string Issuer => _host.Url.ToString().TrimEnd('/');

    /// <summary>What discovery says; null the truth.</summary>
    public string? ClaimedIssuer { get; set; }

    public string? KeySetUri { get; set; }

    public bool IsDown { get; set; }

    public string Kid { get; private set; } = "rsa-1";

    /// <summary>Changes the discovery document.</summary>
    public Action<JsonObject> Describe { get; set; } = static _ => { };

    /// <summary>What the token endpoint answers to a form and an Authorization header.</summary>
    public Func<IFormCollection, string, JsonObject> Redeem { get; set; } = static (_, _) => new JsonObject();

    public Func<HttpContext, Task> BeforeDiscovery { get; set; } = static _ => Task.CompletedTask;

    public Func<HttpContext, Task> BeforeToken { get; set; } = static _ => Task.CompletedTask;

    /// <summary>How often the keys were asked for.</summary>
    public int KeySets => Volatile.Read(ref _keySets);

    public static async Task<ForeignIssuer> StartAsync()
    {
        var issuer = new ForeignIssuer();
        issuer._host = await TinyHost.StartAsync(app =>
        {
            app.MapGet("/.well-known/openid-configuration", async (HttpContext http) =>
            {
                await issuer.BeforeDiscovery(http);
                return issuer.IsDown ? Results.StatusCode(503) : Results.Json(issuer.Discovery());
            });
            app.MapPost("/token", async (HttpContext http) =>
            {
                await issuer.BeforeToken(http);
                return Results.Json(issuer.Redeem(await http.Request.ReadFormAsync(), http.Request.Headers.Authorization.ToString()));
            });
            app.MapGet("/jwks", () =>
            {
                Interlocked.Increment(ref issuer._keySets);
                return Results.Json(new { keys = issuer.Keys() });
            });
            app.MapGet("/redirect", () => Results.Redirect("/jwks"));
            app.MapGet("/honest", () => Results.Json(issuer.Discovery()));
        });
        return issuer;
    }

    /// <summary>Signs with another key of another name from now on, and publishes that one only.</summary>
    public void ChangeKey() => (_rsa, Kid) = (RSA.Create(2048), "rsa-2");

    public JsonObject Claims(DateTimeOffset now, string audience = "api://platform") => new()
    {
        ["iss"] = Issuer,
        ["sub"] = "alice",
        ["aud"] = audience,
        ["exp"] = now.ToUnixTimeSeconds() + 600,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["groups"] = new JsonArray("staff", "mcp-users"),
        ["email"] = "alice@example.com",
    };

    public string Sign(JsonObject claims, string algorithm = "RS256", string? type = "at+jwt", string? kid = null, RSA? key = null)
    {
        var parts = new JsonObject { ["alg"] = algorithm, ["kid"] = kid ?? (algorithm == "ES256" ? "ec-1" : Kid) };
        if (type is not null)
        {
            parts["typ"] = type;
        }

        var header = parts.ToJsonString();
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var data = Encoding.ASCII.GetBytes(input);
        var signature = algorithm == "ES256"
            ? _curve.SignData(data, HashAlgorithmName.SHA256)
            : (key ?? _rsa).SignData(data, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _rsa.Dispose();
        _curve.Dispose();
    }

    private JsonObject Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = ClaimedIssuer ?? Issuer,
            ["jwks_uri"] = KeySetUri ?? $"{Issuer}/jwks",
            ["authorization_endpoint"] = $"{Issuer}/authorize?prompt=login",
            ["token_endpoint"] = $"{Issuer}/token",
            ["scopes_supported"] = new JsonArray("openid", "profile"),
            ["authorization_response_iss_parameter_supported"] = true,
        };
        Describe(document);
        return document;
    }

    private object[] Keys()
    {
        var (rsa, point) = (_rsa.ExportParameters(includePrivateParameters: false), _curve.ExportParameters(includePrivateParameters: false).Q);
        return
        [
            new { kty = "RSA", use = "sig", kid = Kid, n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
            new { kty = "EC", use = "sig", kid = "ec-1", alg = "ES256", crv = "P-256", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) },
            new { kty = "oct", kid = "oct-1", k = "AAAA" },
            new { kty = "RSA", use = "enc", kid = "enc-1", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
        ];
    }
}
