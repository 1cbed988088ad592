using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

/// <summary>Machines that prove who they are with a key (MCP, OAuth client credentials extension; RFC 7523).</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class PrivateKeyJwtTests(OAuthProduct product) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_machine_with_a_key_needs_no_secret()
    {
        var client = await GivenMachine();

        var reply = await Ask(client, Assertion(client, _key));

        Assert.True(reply.Status == 200, reply.ToString());
        Assert.Equal($"svc_{product.Lab.Tenant.KeyId}", OAuthTenantClient.Claims(reply.Json.GetProperty("access_token").GetString()!).GetProperty("sub").GetString());
    }

    [Fact]
    public async Task An_assertion_works_once()
    {
        var client = await GivenMachine();
        var assertion = Assertion(client, _key);

        Assert.Equal((200, 401), ((await Ask(client, assertion)).Status, (await Ask(client, assertion)).Status));
    }

    [Fact]
    public async Task An_assertion_by_another_key_for_another_server_or_out_of_time_is_refused()
    {
        var client = await GivenMachine();
        var other = await product.GivenTenant();

        Assert.NotEqual(200, (await Ask(client, Assertion(client, _other))).Status);
        Assert.NotEqual(200, (await Ask(client, Assertion(client, _key, audience: other.Issuer))).Status);
        Assert.NotEqual(200, (await Ask(client, Assertion(client, _key, life: TimeSpan.FromHours(-1)))).Status);
        Assert.NotEqual(200, (await Ask(client, Assertion(client, _key, life: TimeSpan.FromHours(1)))).Status);
        Assert.NotEqual(200, (await Ask(client, Assertion("somebody", _key))).Status);
        Assert.NotEqual(200, (await Ask(client, null)).Status);
    }

    [Fact]
    public async Task A_private_key_is_not_registered()
    {
        var parameters = _key.ExportParameters(true);
        var jwks = JsonSerializer.Serialize(new { keys = new[] { new { kty = "EC", crv = "P-256", x = Base64UrlEncoder.Encode(parameters.Q.X), y = Base64UrlEncoder.Encode(parameters.Q.Y), d = Base64UrlEncoder.Encode(parameters.D) } } });

        var reply = await product.Platform.Rest(HttpMethod.Post, product.Lab.Clients, new { name = "m", kind = "confidential", principal = $"svc_{product.Lab.Tenant.KeyId}", jwks });

        Assert.Equal(400, reply.Status);
    }

    private async Task<string> GivenMachine()
    {
        var parameters = _key.ExportParameters(false);
        var jwks = JsonSerializer.Serialize(new { keys = new[] { new { kty = "EC", crv = "P-256", kid = "k1", x = Base64UrlEncoder.Encode(parameters.Q.X), y = Base64UrlEncoder.Encode(parameters.Q.Y) } } });
        var (client, secret) = await product.Lab.GivenMachine(new { jwks });
        Assert.Null(secret);
        return client;
    }

    private Task<Reply> Ask(string client, string? assertion) => product.Lab.Token(
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_assertion_type", assertion is null ? null : "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
        ("resource", product.Lab.Resource));

    private string Assertion(string client, ECDsa key, string? audience = null, TimeSpan? life = null)
    {
        var now = product.Clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = client,
            Audience = audience ?? product.Lab.Issuer,
            IssuedAt = now.AddHours(-2),
            Expires = now + (life ?? TimeSpan.FromMinutes(1)),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = client, ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
