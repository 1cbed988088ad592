using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.IdentityProviders;

/// <summary>A provider is looked at before it is believed, and changed by whoever saw what is changed.</summary>
[Collection(FederatedTests.Name), Trait("Control", "AU-1")]
public sealed class ProviderChangeTests(FederatedProduct product) : IAsyncLifetime
{
    private ForeignIssuer _issuer = null!;
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await ForeignIssuer.StartAsync();
        _tenant = await TenantClient.MakeAsync(product.Platform);
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task A_provider_is_changed_by_the_version_that_was_seen()
    {
        var id = await GivenProvider();
        var seen = await _tenant.Rest(HttpMethod.Get, id);
        Assert.Equal("\"1\"", seen.Header("ETag"));
        Assert.Equal(428, (await _tenant.Put(id, Trust(audience: "api://other"), null)).Status);

        var changed = await _tenant.Put(id, Trust(audience: "api://other"), "\"1\"");

        Assert.Equal((200, "\"2\"", "api://other"), (changed.Status, changed.Header("ETag"), changed.Json.GetProperty("audience").GetString()));
        Assert.Equal(412, (await _tenant.Put(id, Trust(), "\"1\"")).Status);
        Assert.Equal(412, (await _tenant.Conditional(HttpMethod.Delete, id, null, "\"1\"")).Status);
        Assert.Equal(204, (await _tenant.Conditional(HttpMethod.Delete, id, null, "\"2\"")).Status);
        Assert.Equal(404, (await _tenant.Put(id, Trust(), "*")).Status);
    }

    [Fact]
    public async Task What_is_believed_changes_for_tokens_within_seconds()
    {
        var id = await GivenProvider(role: "user");
        var token = Token();
        Assert.Equal(403, (await _tenant.With(token).CallTool()).Status);

        Assert.Equal(200, (await _tenant.Put(id, Trust(), "*")).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await _tenant.With(token).CallTool()).Status);

        Assert.Equal(200, (await _tenant.Put(id, Trust(audience: "api://other"), "*")).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((401, 200), ((await _tenant.With(token).CallTool()).Status, (await _tenant.With(Token("api://other")).CallTool()).Status));

        Assert.Equal(200, (await _tenant.Put(id, Trust(algorithm: "ES256"), "*")).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((401, 200), ((await _tenant.With(Token()).CallTool()).Status, (await _tenant.With(Token(algorithm: "ES256")).CallTool()).Status));
    }

    [Fact]
    public async Task The_issuer_of_a_provider_stays()
    {
        var id = await GivenProvider();

        var refused = await _tenant.Put(id, Trust(issuer: "https://login.example"), "*");

        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty("issuer", out _));
        Assert.Equal(200, (await _tenant.With(Token()).CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_provider_is_nobodys()
    {
        var id = await GivenProvider();
        var other = await TenantClient.MakeAsync(product.Platform);

        Assert.Equal(404, (await other.Put(id, Trust(), "*")).Status);
        Assert.Equal(404, (await other.Rest(HttpMethod.Post, $"{id}:test")).Status);
        Assert.Equal(404, (await other.Rest(HttpMethod.Delete, id)).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Post, "identity-providers/..%2Fkeys:test")).Status);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Nobody_gives_by_a_change_what_they_do_not_hold()
    {
        var id = await GivenProvider(role: "guest");
        var (helpdesk, _) = await product.Platform.GivenOperator("tenants:read", "identity-providers:*", "roles:read");

        Assert.Equal(403, (await _tenant.Put(id, Trust(role: "admin"), "*", helpdesk)).Status);
        Assert.Equal("\"1\"", (await _tenant.Rest(HttpMethod.Get, id)).Header("ETag"));
    }

    [Fact]
    public async Task What_tightens_trust_never_waits_for_a_provider_that_is_away()
    {
        var id = await GivenProvider();
        _issuer.IsDown = true;

        Assert.Equal(200, (await _tenant.Put(id, Trust(role: "guest"), "*")).Status);
        Assert.Equal(502, (await _tenant.Put(id, Trust(signIn: true), "*")).Status);
        _issuer.IsDown = false;
        Assert.Equal(200, (await _tenant.Put(id, Trust(signIn: true), "*")).Status);
    }

    public static TheoryData<string, string?, string> Lies => new()
    {
        { "issuer", "\"https://evil.example\"", "no discovery document of exactly this issuer" }, { "issuer", null, "no discovery document of exactly this issuer" }, { "issuer", "\"ISS/\"", "slash at the end" },
        { "jwks_uri", "\"http://login.example/keys\"", "jwks_uri" }, { "jwks_uri", "\"file:///etc/passwd\"", "jwks_uri" }, { "jwks_uri", null, "jwks_uri" }, { "jwks_uri", "\"https://user@login.example/\"", "jwks_uri" },
        { "token_endpoint", "\"http://10.0.0.1/token\"", "token_endpoint" }, { "token_endpoint", null, "token_endpoint" }, { "authorization_endpoint", "\"javascript:alert(1)\"", "authorization_endpoint" }, { "authorization_endpoint", "7", "authorization_endpoint" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_provider_that_publishes_something_else_is_not_added_and_is_told_what(string member, string? value, string told)
    {
        _issuer.Describe = document =>
        {
            document.Remove(member);
            if (value is not null)
            {
                document[member] = JsonNode.Parse(value.Replace("ISS", _issuer.Issuer, StringComparison.Ordinal));
            }
        };

        var refused = await Add(Trust(signIn: true));

        Assert.Equal(502, refused.Status);
        Assert.Contains(told, refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "identity-providers")).Items());
        _issuer.Describe = static _ => { };
        Assert.Equal(201, (await Add(Trust(signIn: true))).Status);
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task Whatever_keeps_a_document_from_being_fetched_reads_the_same()
    {
        Func<HttpContext, Task>[] ways =
        [
            http => http.Response.WriteAsync(new string(' ', 70_000)),
            http => { http.Response.Redirect("/honest"); return http.Response.CompleteAsync(); },
            http => { http.Response.StatusCode = 404; return http.Response.CompleteAsync(); },
            http => { http.Response.Headers.ContentEncoding = "gzip"; return http.Response.WriteAsync("{}"); },
            http => { http.Abort(); return Task.CompletedTask; },
        ];
        var told = new List<string?>();
        foreach (var way in ways)
        {
            _issuer.BeforeDiscovery = way;
            told.Add(Told(await Add(Trust())));
        }

        _issuer.BeforeDiscovery = static _ => Task.CompletedTask;
        Assert.Equal(201, (await Add(Trust())).Status);

        // Nothing listens there; and that is no public address, which is never connected to.
        told.AddRange([Told(await Add(Trust("http://127.0.0.1:9"))), Told(await Add(Trust("https://10.255.255.1"))), Told(await Add(Trust("https://169.254.169.254")))]);
        Assert.Single(told.Select(text => text?[text.IndexOf(": The document", StringComparison.Ordinal)..]).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_test_says_what_is_wrong_now()
    {
        var id = await GivenProvider(signIn: true);
        var good = await _tenant.Rest(HttpMethod.Post, $"{id}:test");
        Assert.True(good.Json.GetProperty("passed").GetBoolean(), good.ToString());
        Assert.Equal(["discovery", "signIn", "keys"], Steps(good).Select(step => step.GetProperty("name").GetString()));

        _issuer.KeySetUri = $"{_issuer.Issuer}/redirect";
        var away = await _tenant.Rest(HttpMethod.Post, $"{id}:test");
        Assert.Equal((200, false), (away.Status, away.Json.GetProperty("passed").GetBoolean()));
        Assert.Contains("could not be fetched", Steps(away)[^1].GetProperty("fault").GetString(), StringComparison.Ordinal);

        _issuer.KeySetUri = $"{_issuer.Issuer}/honest";
        Assert.Contains("no set of keys", Steps(await _tenant.Rest(HttpMethod.Post, $"{id}:test"))[^1].GetProperty("fault").GetString(), StringComparison.Ordinal);

        _issuer.IsDown = true;
        Assert.Equal("discovery", Assert.Single(Steps(await _tenant.Rest(HttpMethod.Post, $"{id}:test"))).GetProperty("name").GetString());
    }

    private static string? Told(Reply reply)
    {
        Assert.Equal(502, reply.Status);
        return reply.Json.GetProperty("detail").GetString();
    }

    private static JsonElement[] Steps(Reply reply) => [.. reply.Json.GetProperty("steps").EnumerateArray()];

    private string Token(string audience = "api://platform", string algorithm = "RS256") => _issuer.Sign(_issuer.Claims(product.Clock.GetUtcNow(), audience), algorithm);

    private Task<Reply> Add(object provider) => _tenant.Rest(HttpMethod.Post, "identity-providers", provider);

    /// <summary>The path of a new one, below the tenant.</summary>
    private async Task<string> GivenProvider(string role = "admin", bool signIn = false)
    {
        var added = await Add(Trust(role: role, signIn: signIn));
        Assert.True(added.Status == 201, added.ToString());
        return $"identity-providers/{added.Json.GetProperty("id").GetString()}";
    }

    private object Trust(string? issuer = null, string audience = "api://platform", string role = "admin", string algorithm = "RS256", bool signIn = false) => new
    {
        issuer = issuer ?? _issuer.Issuer,
        audience,
        algorithms = new[] { algorithm },
        rules = new[] { new { claim = "groups", value = "mcp-users", roles = new[] { role } } },
        signIn = signIn ? new { clientId = "a client" } : null,
    };
}
