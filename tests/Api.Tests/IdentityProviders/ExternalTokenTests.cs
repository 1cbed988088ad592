using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.IdentityProviders;

/// <summary>Access tokens of a provider that a tenant trusts.</summary>
[Collection(FederatedTests.Name), Trait("Control", "AU-1")]
public sealed class ExternalTokenTests(FederatedProduct product, Product strict) : IAsyncLifetime
{
    private ForeignIssuer _issuer = null!;
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await ForeignIssuer.StartAsync();
        _tenant = await TenantClient.MakeAsync(product.Platform);
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_token_of_a_trusted_provider_opens_the_endpoint(string algorithm)
    {
        await TrustAsync();

        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims(), algorithm))).Status);
    }

    [Fact]
    public async Task A_provider_that_nobody_trusts_is_not_even_asked()
    {
        Assert.Equal((401, 0), ((await CallAsync(_issuer.Sign(Claims()))).Status, _issuer.KeySets));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Trust_is_one_tenants_own()
    {
        await TrustAsync();
        var other = await TenantClient.MakeAsync(product.Platform);

        Assert.Equal(401, (await other.With(_issuer.Sign(Claims())).CallTool()).Status);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "iss", "\"https://evil.example\"" }, { "iss", "\"ISS/\"" }, { "aud", "\"api://other\"" }, { "aud", """["api://platform"]""" }, { "aud", "null" }, { "sub", "null" },
        { "exp", "1" }, { "exp", "9999999999" }, { "iat", "9999999999" }, { "nbf", "9999999999" }, { "groups", "\"staff\"" }, { "groups", """["MCP-USERS"]""" }, { "groups", """["mcp-users "]""" },
        { "groups", """[["mcp-users"]]""" }, { "groups", """{"mcp-users":true}""" }, { "groups", "null" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_token_whose_claims_are_not_exactly_right_is_refused(string claim, string value)
    {
        await TrustAsync();

        var claims = Claims().With(claim, JsonNode.Parse(value.Replace("ISS", _issuer.Issuer, StringComparison.Ordinal)));

        Assert.Equal(401, (await CallAsync(_issuer.Sign(claims))).Status);
        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims()))).Status);
    }

    [Fact]
    public async Task A_token_that_was_signed_otherwise_is_refused()
    {
        await TrustAsync(["RS256"]);
        using var mine = RSA.Create(2048);
        string[] tokens =
        [
            _issuer.Sign(Claims(), "PS256"), _issuer.Sign(Claims(), "ES256"), _issuer.Sign(Claims(), key: mine), _issuer.Sign(Claims(), kid: "enc-1"), _issuer.Sign(Claims(), kid: "oct-1"),
            _issuer.Sign(Claims(), kid: "nobody"), _issuer.Sign(Claims(), type: "JWT"), _issuer.Sign(Claims(), "HS256"), _issuer.Sign(Claims(), "none"),
        ];

        Assert.All(await Task.WhenAll(tokens.Select(CallAsync)), reply => Assert.Equal(401, reply.Status));
        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims()))).Status);
    }

    [Fact]
    public async Task A_provider_of_the_old_kind_is_trusted_when_the_tenant_says_so()
    {
        await TrustAsync(tokenType: "JWT");

        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims(), type: "JWT"))).Status);
        Assert.Equal(401, (await CallAsync(_issuer.Sign(Claims(), type: "at+jwt"))).Status);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task What_a_token_may_do_is_what_the_rules_give()
    {
        await TrustAsync(role: "user");

        Assert.Equal(403, (await CallAsync(_issuer.Sign(Claims()))).Status);
        Assert.Equal(403, (await CallAsync(_issuer.Sign(Claims().With("scope", "*").With("roles", new JsonArray("admin"))))).Status);
    }

    [Fact]
    public async Task Who_somebody_is_does_not_depend_on_an_address()
    {
        await TrustAsync();
        await CallAsync(_issuer.Sign(Claims()));
        await CallAsync(_issuer.Sign(Claims().With("email", "bob@example.com")));
        await CallAsync(_issuer.Sign(Claims().With("sub", "bob").With("email", "alice@example.com")));

        var principals = (await _tenant.McpEvents()).Select(entry => entry.GetProperty("principal").GetString()).TakeLast(3).ToArray();

        Assert.Equal(principals[0], principals[1]);
        Assert.NotEqual(principals[0], principals[2]);
        Assert.All(principals, principal => Assert.StartsWith("ext_", principal, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Somebody_who_only_ever_came_with_tokens_is_blocked_and_nobody_else_is()
    {
        await TrustAsync();
        var (mallory, bob) = (_issuer.Sign(Claims().With("sub", "mallory")), _issuer.Sign(Claims().With("sub", "bob")));
        Assert.Equal(200, (await CallAsync(mallory)).Status);
        var id = (await _tenant.McpEvents())[^1].GetProperty("principal").GetString();
        Assert.Equal(200, (await CallAsync(bob)).Status);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/principals/{id}:block", new { reason = "stolen" })).Status);

        product.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(401, (await CallAsync(mallory)).Status);
        Assert.Equal(200, (await CallAsync(bob)).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/principals/ext_nobody:block", new { })).Status);
    }

    [Fact]
    public async Task A_provider_that_is_no_longer_trusted_is_refused_within_seconds()
    {
        var provider = (await TrustAsync()).Json.GetProperty("id").GetString();
        var token = _issuer.Sign(Claims());
        Assert.Equal(200, (await CallAsync(token)).Status);

        Assert.Equal(204, (await product.Platform.Rest(HttpMethod.Delete, $"{Path}/{provider}")).Status);

        // Other tests move this clock, and with it the lease of the push: what is left is age.
        product.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(401, (await CallAsync(token)).Status);
    }

    [Fact]
    public async Task Made_up_key_ids_do_not_make_us_ask_the_provider()
    {
        await TrustAsync();
        await CallAsync(_issuer.Sign(Claims()));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => CallAsync(_issuer.Sign(Claims(), kid: $"k{i}"))));

        Assert.Equal(1, _issuer.KeySets);
    }

    [Fact]
    public async Task A_key_that_the_provider_changed_is_learned()
    {
        await TrustAsync();
        var old = _issuer.Sign(Claims());
        Assert.Equal(200, (await CallAsync(old)).Status);
        _issuer.ChangeKey();
        product.Clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims()))).Status);
        Assert.Equal(401, (await CallAsync(old)).Status);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_believed_for_an_hour()
    {
        await TrustAsync();
        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims()))).Status);
        _issuer.IsDown = true;

        product.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(200, (await CallAsync(_issuer.Sign(Claims()))).Status);
        product.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(401, (await CallAsync(_issuer.Sign(Claims()))).Status);
    }

    [Fact]
    public async Task A_discovery_document_of_another_issuer_is_not_believed()
    {
        await TrustAsync();
        _issuer.ClaimedIssuer = "https://login.example";

        Assert.Equal((401, 0), ((await CallAsync(_issuer.Sign(Claims()))).Status, _issuer.KeySets));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("https://10.0.0.1/jwks")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ISS/redirect")]
    [Trait("Control", "AU-10")]
    public async Task Keys_are_not_fetched_from_wherever_the_document_says(string uri)
    {
        await TrustAsync();
        _issuer.KeySetUri = uri.Replace("ISS", _issuer.Issuer, StringComparison.Ordinal);

        Assert.Equal((401, 0), ((await CallAsync(_issuer.Sign(Claims()))).Status, _issuer.KeySets));
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task In_production_a_provider_on_loopback_is_not_asked()
    {
        var tenant = await strict.GivenTenant();
        var asked = 0;
        _issuer.BeforeDiscovery = _ => Task.FromResult(Interlocked.Increment(ref asked));

        Assert.Equal((502, 0), ((await strict.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/identity-providers", Command())).Status, asked));
        Assert.Equal((401, 0), ((await tenant.With(_issuer.Sign(_issuer.Claims(TimeProvider.System.GetUtcNow()))).CallTool()).Status, _issuer.KeySets));
    }

    [Theory]
    [InlineData("http://login.example")]
    [InlineData("https://login.example/?a=b")]
    [InlineData("https://login.example/#a")]
    [InlineData("https://user@login.example")]
    [InlineData("https://LOGIN.example")]
    [InlineData("login.example")]
    [InlineData("")]
    public async Task An_issuer_that_is_no_plain_https_URL_is_refused(string issuer) =>
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, Path, Command() with { Issuer = issuer })).Status);

    [Fact]
    public async Task An_issuer_is_trusted_once_and_with_roles_that_exist()
    {
        await TrustAsync();

        Assert.Equal(409, (await product.Platform.Rest(HttpMethod.Post, Path, Command())).Status);
        var unknown = await product.Platform.Rest(HttpMethod.Post, Path, Command("no-such-role") with { Issuer = "https://login.example" });
        Assert.Equal(400, unknown.Status);
        Assert.True(unknown.Json.GetProperty("errors").TryGetProperty("rules[0].roles", out _), unknown.Text);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Delete, $"{Path}/idp_nobody")).Status);
        Assert.Single((await product.Platform.Rest(HttpMethod.Get, Path)).Json.GetProperty("items").EnumerateArray());
    }

    private string Path => $"/v1/tenants/{_tenant.Slug}/identity-providers";

    private JsonObject Claims() => _issuer.Claims(product.Clock.GetUtcNow());

    private Task<Reply> CallAsync(string token) => _tenant.With(token).CallTool();

    private async Task<Reply> TrustAsync(string[]? algorithms = null, string? tokenType = null, string role = "admin")
    {
        var added = await product.Platform.Rest(HttpMethod.Post, Path, Command(role) with { Algorithms = algorithms ?? ["RS256", "PS256", "ES256"], TokenType = tokenType });
        Assert.Equal(201, added.Status);
        return added;
    }

    private TrustBody Command(string role = "admin") => new(_issuer.Issuer, "api://platform", null, null, [new RuleBody("groups", "mcp-users", [role])]);

    private sealed record TrustBody(string Issuer, string Audience, string[]? Algorithms, string? TokenType, RuleBody[] Rules);

    private sealed record RuleBody(string Claim, string Value, string[] Roles);
}
