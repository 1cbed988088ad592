using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Api.Tests.IdentityProviders;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions.Oidc;

/// <summary>Sign-in through a provider that lies, and through browsers that did not begin. Beside each attack an honest sign-in with the same parts.</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-11")]
public sealed class OidcAttackTests(OidcProduct product) : IClassFixture<OidcProduct>, IAsyncLifetime
{
    private const string Client = "client of the platform";
    private const string Code = "a code";

    private ForeignIssuer _issuer = null!;
    private OidcTenant _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await ForeignIssuer.StartAsync();
        _tenant = await OidcTenant.MakeAsync(product, Trust());
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task The_browser_is_sent_with_PKCE_a_nonce_and_the_configured_redirect()
    {
        var begun = await _tenant.GivenBegun();

        Assert.StartsWith($"{_issuer.Issuer}/authorize?prompt=login&", begun.Url, StringComparison.Ordinal);
        Assert.Equal(product.RedirectOf(_tenant.Tenant.Slug, _issuer.Issuer), _tenant.Redirect);
        Assert.Equal(("code", Client, _tenant.Redirect, "openid profile", begun.State, "S256"),
            (begun.Query["response_type"], begun.Query["client_id"], begun.Query["redirect_uri"], begun.Query["scope"], begun.Query["state"], begun.Query["code_challenge_method"]));
        Assert.Equal((43, 43, 43, 43), (begun.State.Length, begun.Binding.Length, begun.Query["nonce"].Length, begun.Query["code_challenge"].Length));
        Assert.DoesNotContain(begun.Binding, begun.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256", "JWT")]
    [InlineData("ES256", "JWT")]
    [InlineData("RS256", null)]
    public async Task An_honest_provider_signs_somebody_in(string algorithm, string? type)
    {
        var opened = await SignIn(_ => { }, claims => _issuer.Sign(claims, algorithm, type));

        Assert.True(opened.Status == 201, opened.ToString());
        Assert.Equal("Alice Example", opened.Json.GetProperty("session").GetProperty("displayName").GetString());
    }

    public static TheoryData<string, string?> WrongClaims => new()
    {
        { "nonce", "\"0123456789012345678901234567890123456789012\"" }, { "nonce", null }, { "aud", "\"another client\"" }, { "aud", """["client of the platform"]""" }, { "aud", "\"api://platform\"" },
        { "azp", "\"another client\"" }, { "azp", "1" }, { "iss", "\"https://evil.example\"" }, { "exp", "1" }, { "iat", "9999999999" }, { "sub", null },
    };

    [Theory]
    [InlineData("strangers")]
    [InlineData(null)]
    public async Task Somebody_whom_no_rule_fits_is_told_so_after_everything_else_was_proved(string? groups)
    {
        var known = await SignIn(claims => claims["groups"] = groups);
        var forged = await SignIn(claims => (claims["groups"], claims["nonce"]) = (groups, "0123456789012345678901234567890123456789012"));

        Assert.Equal((403, "permission-denied"), (known.Status, known.Json.GetProperty("code").GetString()));
        Assert.Equal(401, forged.Status);
        Assert.Empty((await _tenant.Tenant.Rest(HttpMethod.Get, "sessions")).Items());
    }

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task An_ID_token_whose_claims_are_not_exactly_right_signs_nobody_in(string claim, string? value)
    {
        var refused = await SignIn(claims =>
        {
            claims.Remove(claim);
            if (value is not null)
            {
                claims[claim] = JsonNode.Parse(value);
            }
        });

        Assert.Equal(401, refused.Status);
        Assert.Equal(201, (await SignIn()).Status);
    }

    [Fact]
    public async Task An_ID_token_that_was_signed_otherwise_signs_nobody_in()
    {
        using var mine = RSA.Create(2048);
        Func<JsonObject, string>[] forgeries =
        [
            claims => _issuer.Sign(claims, type: "at+jwt"), claims => _issuer.Sign(claims, type: "JWT", key: mine), claims => _issuer.Sign(claims, "PS256", "JWT"), claims => _issuer.Sign(claims, "HS256", "JWT"),
            claims => _issuer.Sign(claims, "none", "JWT"), claims => _issuer.Sign(claims, "none", "JWT")[..^342], claims => _issuer.Sign(claims, type: "JWT", kid: "nobody"), _ => "not a token", _ => "",
        ];
        foreach (var forge in forgeries)
        {
            Assert.Equal(401, (await SignIn(_ => { }, forge)).Status);
        }

        Assert.Equal(201, (await SignIn()).Status);
    }

    [Fact]
    public async Task A_state_works_once()
    {
        var begun = await GivenBegun();

        Assert.Equal(201, (await _tenant.Complete(begun, Code, _issuer.Issuer)).Status);
        Assert.Equal(401, (await _tenant.Complete(begun, Code, _issuer.Issuer)).Status);
    }

    [Fact]
    public async Task Somebody_elses_callback_signs_no_browser_in_and_uses_the_state_up()
    {
        var theirs = await GivenBegun();
        var mine = await GivenBegun();

        Assert.Equal(401, (await _tenant.Complete(theirs, Code, _issuer.Issuer, binding: mine.Binding)).Status);
        Assert.Equal(401, (await _tenant.Complete(theirs, Code, _issuer.Issuer)).Status);
        Assert.Equal(201, (await _tenant.Complete(mine, Code, _issuer.Issuer)).Status);
    }

    [Fact]
    public async Task A_state_lives_ten_minutes()
    {
        var late = await GivenBegun();
        product.Clock.Advance(TimeSpan.FromSeconds(601));
        Assert.Equal(401, (await _tenant.Complete(late, Code, _issuer.Issuer)).Status);

        var slow = await GivenBegun();
        product.Clock.Advance(TimeSpan.FromSeconds(590));
        Assert.Equal(201, (await _tenant.Complete(await Renewed(slow), Code, _issuer.Issuer)).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_state_of_another_tenant_is_worth_nothing_here()
    {
        var other = await OidcTenant.MakeAsync(product, Trust());
        var begun = await GivenBegun();

        Assert.Equal(401, (await other.Complete(begun, Code, _issuer.Issuer)).Status);
        Assert.Equal(404, (await other.Begin(provider: _tenant.Provider)).Status);
        Assert.Equal(201, (await _tenant.Complete(begun, Code, _issuer.Issuer)).Status);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData(null)]
    public async Task An_answer_of_another_issuer_is_refused_before_its_code_is_redeemed(string? iss)
    {
        var begun = await GivenBegun();
        var redeemed = 0;
        var honest = _issuer.Redeem;
        _issuer.Redeem = (form, header) =>
        {
            redeemed++;
            return honest(form, header);
        };

        Assert.Equal((401, 0), ((await _tenant.Complete(begun, Code, iss)).Status, redeemed));
        Assert.Equal(201, (await SignIn()).Status);
    }

    [Fact]
    public async Task A_provider_that_never_promised_to_name_itself_need_not()
    {
        _issuer.Describe = document => document.Remove("authorization_response_iss_parameter_supported");
        var begun = await GivenBegun();

        Assert.Equal(201, (await _tenant.Complete(begun, Code, null)).Status);
    }

    [Theory]
    [InlineData("issuer", "https://login.example")]
    [InlineData("authorization_endpoint", "http://login.example/authorize")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    [InlineData("authorization_endpoint", "https://user@login.example/authorize")]
    [InlineData("token_endpoint", "http://10.0.0.1/token")]
    [InlineData("token_endpoint", "file:///etc/passwd")]
    [InlineData("token_endpoint", null)]
    [Trait("Control", "AU-10")]
    public async Task A_discovery_document_that_leads_elsewhere_begins_nothing(string member, string? value)
    {
        Assert.Equal(200, (await _tenant.Begin()).Status);
        _issuer.Describe = document => document[member] = value;

        Assert.Equal(502, (await _tenant.Begin()).Status);
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task A_token_endpoint_on_a_private_address_is_never_connected_to()
    {
        _issuer.Describe = document => document["token_endpoint"] = "https://10.255.255.1/token";
        var begun = await GivenBegun();

        Assert.Equal(401, (await _tenant.Complete(begun, Code, _issuer.Issuer)).Status);
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task A_provider_on_a_private_address_is_never_connected_to() =>
        Assert.Equal(502, (await _tenant.Tenant.Rest(HttpMethod.Post, "identity-providers", Trust("https://10.255.255.1"))).Status);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "AU-10")]
    public async Task A_provider_that_answers_endlessly_or_never_is_given_up(bool floods)
    {
        Func<HttpContext, Task> misbehave = floods ? Flood : static http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var begun = await GivenBegun();
        _issuer.BeforeToken = misbehave;
        Assert.Equal(401, (await _tenant.Complete(begun, Code, _issuer.Issuer)).Status);

        _issuer.BeforeDiscovery = misbehave;
        Assert.Equal(502, (await _tenant.Begin()).Status);
    }

    [Fact]
    public async Task Roles_are_those_of_the_latest_sign_in()
    {
        var first = (await SignIn()).Json;
        var principal = first.GetProperty("session").GetProperty("principal").GetString();

        Assert.Equal(201, (await SignIn(claims => claims["groups"] = "staff")).Status);

        var view = (await _tenant.Tenant.Rest(HttpMethod.Get, $"principals/{principal}")).Json;
        Assert.Equal(["user"], view.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.Equal(403, (await _tenant.Ask(first.GetProperty("token").GetString()!, $"/v1/tenants/{_tenant.Tenant.Slug}/keys")).Status);
    }

    [Fact]
    public async Task Who_somebody_is_does_not_depend_on_an_address_or_a_name()
    {
        var alice = PrincipalOf(await SignIn());

        Assert.Equal(alice, PrincipalOf(await SignIn(claims => (claims["email"], claims["name"]) = ("bob@example.com", "Bob"))));
        Assert.NotEqual(alice, PrincipalOf(await SignIn(claims => claims["sub"] = "bob")));
    }

    [Fact]
    public async Task Ending_all_sessions_of_somebody_ends_them_and_lets_them_sign_in_again()
    {
        var opened = (await SignIn()).Json;
        var (principal, token) = (opened.GetProperty("session").GetProperty("principal").GetString(), opened.GetProperty("token").GetString()!);
        Assert.Single((await _tenant.Tenant.Rest(HttpMethod.Get, $"sessions?principal={principal}")).Items());

        Assert.Equal(200, (await _tenant.Tenant.Rest(HttpMethod.Post, $"principals/{principal}:endSessions")).Status);

        Assert.Equal(401, (await _tenant.Ask(token)).Status);
        Assert.Equal(201, (await SignIn()).Status);
    }

    [Fact]
    public async Task A_session_ends_with_the_trust_in_its_provider()
    {
        var token = (await SignIn()).Json.GetProperty("token").GetString()!;
        Assert.Equal(200, (await _tenant.Ask(token)).Status);

        Assert.Equal(204, (await _tenant.Tenant.Rest(HttpMethod.Delete, $"identity-providers/{_tenant.Provider}")).Status);

        Assert.Equal(401, (await _tenant.Ask(token)).Status);
    }

    [Fact]
    public async Task A_session_by_rules_that_were_changed_ends_and_the_next_one_is_by_those_that_hold()
    {
        var token = (await SignIn()).Json.GetProperty("token").GetString()!;
        var begun = await GivenBegun();

        Assert.Equal(200, (await _tenant.Change(Trust(name: "Another name"))).Status);
        Assert.Equal(200, (await _tenant.Ask(token)).Status);
        Assert.Equal(200, (await _tenant.Change(Trust(role: "user"))).Status);

        Assert.Equal(401, (await _tenant.Ask(token)).Status);
        var later = (await _tenant.Complete(begun, Code, _issuer.Issuer)).Json;
        var view = (await _tenant.Tenant.Rest(HttpMethod.Get, $"principals/{later.GetProperty("session").GetProperty("principal").GetString()}")).Json;
        Assert.Equal(["user"], view.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.Equal(200, (await _tenant.Ask(later.GetProperty("token").GetString()!)).Status);
    }

    [Fact]
    public async Task Access_tokens_alone_are_believed_once_there_is_no_client_any_more()
    {
        var token = (await SignIn()).Json.GetProperty("token").GetString()!;
        var begun = await GivenBegun();

        Assert.Equal(200, (await _tenant.Change(Trust(signIn: false))).Status);

        Assert.Equal((401, 401, 404), ((await _tenant.Ask(token)).Status, (await _tenant.Complete(begun, Code, _issuer.Issuer)).Status, (await _tenant.Begin()).Status));
        Assert.Equal(200, (await _tenant.Change(Trust())).Status);
        Assert.Equal(201, (await SignIn()).Status);
    }

    [Fact]
    public async Task A_suspended_tenant_signs_nobody_in()
    {
        var begun = await GivenBegun();
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Tenant.Slug}:suspend", new { reason = "unpaid" })).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((401, 404), ((await _tenant.Complete(begun, Code, _issuer.Issuer)).Status, (await _tenant.Begin()).Status));
    }

    [Fact]
    public async Task A_second_factor_that_the_tenant_asks_for_is_the_providers_business()
    {
        Assert.Equal(200, (await _tenant.Tenant.Rest(HttpMethod.Put, "login-policy", new { secondFactor = "everyone" }, ifMatch: "*")).Status);

        Assert.False((await SignIn()).Json.GetProperty("session").GetProperty("secondFactorNeeded").GetBoolean());
    }

    [Fact]
    public async Task The_list_for_the_sign_in_page_names_what_people_read_and_nothing_else()
    {
        var bare = await TenantClient.MakeAsync(product.Platform);
        var list = await product.Platform.Rest(HttpMethod.Get, $"/v1/sessions:oidcProviders?tenant={_tenant.Tenant.Slug}", credential: "");

        Assert.Equal($$"""{"items":[{"id":"{{_tenant.Provider}}","name":"Example login"}]}""", list.Text);
        Assert.Equal("""{"items":[]}""", (await product.Platform.Rest(HttpMethod.Get, $"/v1/sessions:oidcProviders?tenant={bare.Slug}", credential: "")).Text);
        Assert.Equal("""{"items":[]}""", (await product.Platform.Rest(HttpMethod.Get, "/v1/sessions:oidcProviders?tenant=nobody-has-it", credential: "")).Text);
    }

    [Fact]
    public async Task A_stranger_is_throttled()
    {
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        var seen = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            seen.Add((await product.Platform.Rest(HttpMethod.Post, "/v1/sessions:beginOidc", new { tenant = "nobody-has-it", provider = "idp_x" }, "")).Status);
        }

        product.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((404, 429), (seen[0], seen[^1]));
        Assert.Equal(201, (await SignIn()).Status);
    }

    private object Trust(string? issuer = null, string role = "admin", string name = "Example login", bool signIn = true) => new
    {
        issuer = issuer ?? _issuer.Issuer,
        audience = "api://platform",
        algorithms = new[] { "RS256", "ES256" },
        rules = new[] { new { claim = "groups", value = "mcp-users", roles = new[] { role } }, new { claim = "groups", value = "staff", roles = new[] { "user" } } },
        signIn = signIn ? new { clientId = Client, name } : null,
    };

    private Task<Reply> SignIn() => SignIn(_ => { });

    private async Task<Reply> SignIn(Action<JsonObject> change, Func<JsonObject, string>? sign = null) =>
        await _tenant.Complete(await GivenBegun(change, sign), Code, _issuer.Issuer);

    /// <summary>A sign-in that has begun, whose code the provider will redeem for this ID token.</summary>
    private async Task<Begun> GivenBegun(Action<JsonObject>? change = null, Func<JsonObject, string>? sign = null) => await Renewed(await _tenant.GivenBegun(), change, sign);

    private Task<Begun> Renewed(Begun begun, Action<JsonObject>? change = null, Func<JsonObject, string>? sign = null)
    {
        var claims = _issuer.Claims(product.Clock.GetUtcNow(), Client);
        (claims["nonce"], claims["name"]) = (begun.Query["nonce"], "  Alice\u202e Example\n ");
        change?.Invoke(claims);
        var token = (sign ?? (honest => _issuer.Sign(honest, type: "JWT")))(claims);
        var before = _issuer.Redeem;
        _issuer.Redeem = (form, header) => form["code_verifier"].ToString() is var verifier
            && Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == begun.Query["code_challenge"]
            && form["code"] == Code && form["client_id"] == Client && form["redirect_uri"] == begun.Query["redirect_uri"] && form["grant_type"] == "authorization_code"
                ? new JsonObject { ["access_token"] = "opaque", ["token_type"] = "Bearer", ["id_token"] = token }
                : before(form, header);
        return Task.FromResult(begun);
    }

    private static string PrincipalOf(Reply reply) => reply.Json.GetProperty("session").GetProperty("principal").GetString()!;

    private static async Task Flood(HttpContext http)
    {
        var block = Encoding.ASCII.GetBytes(new string(' ', 16_384));
        for (var i = 0; i < 64 && !http.RequestAborted.IsCancellationRequested; i++)
        {
            await http.Response.Body.WriteAsync(block);
        }
    }
}
