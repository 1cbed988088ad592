using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class CodeFlowTests(OAuthProduct product)
{
    [Fact]
    [Trait("Control", "AU-2")]
    public async Task A_person_signs_in_and_allows_and_the_client_gets_a_token_for_the_tenants_endpoint()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();

        var back = await tenant.GivenBrowser().ConsentAsync(tenant.AuthorizeUrl(client));
        var tokens = (await tenant.Exchange(client, back["code"])).Json;

        Assert.Equal((tenant.Issuer, "a state & more"), (back["iss"], back["state"]));
        var token = tokens.GetProperty("access_token").GetString()!;
        var claims = OAuthTenantClient.Claims(token);
        Assert.Equal("at+jwt", OAuthTenantClient.Header(token).GetProperty("typ").GetString());
        Assert.Equal(tenant.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal("usr_alice", claims.GetProperty("sub").GetString());
        Assert.Equal(tenant.Resource, claims.GetProperty("aud").GetString());
        Assert.Equal(client, claims.GetProperty("client_id").GetString());
        Assert.Equal("tools:read tools:call offline_access", claims.GetProperty("scope").GetString());
        Assert.Equal(3600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("Bearer", tokens.GetProperty("token_type").GetString());
        Assert.DoesNotContain('.', tokens.GetProperty("refresh_token").GetString()!);
    }

    [Theory]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge_method", null)]
    [InlineData("code_challenge", null)]
    [InlineData("response_type", "token")]
    [InlineData("response_type", "code id_token")]
    [InlineData("response_mode", "fragment")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("request_uri", "https://app.example/request")]
    public async Task A_request_without_what_makes_it_safe_is_shown_to_the_person_and_leads_nowhere(string name, string? value)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client, (name, value)));

        Assert.Equal((400, null), (browser.Page.Status, browser.Location));
        Assert.DoesNotContain("Sign in", browser.Page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resource", null, "invalid_target")]
    [InlineData("resource", "https://elsewhere.example/mcp", "invalid_target")]
    [InlineData("scope", "*", "invalid_scope")]
    [InlineData("scope", "tools:*", "invalid_scope")]
    [InlineData("scope", "everything", "invalid_scope")]
    [InlineData("prompt", "none", "login_required")]
    public async Task A_request_that_falls_short_goes_back_to_the_client_with_the_issuer(string name, string? value, string error)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client, (name, value)));

        Assert.True(browser.Location is not null, browser.Page.ToString());
        Assert.StartsWith(OAuthTenantClient.Redirect, browser.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains($"error={error}", browser.Location.Query, StringComparison.Ordinal);
        Assert.Contains($"iss={Uri.EscapeDataString(tenant.Issuer)}", browser.Location.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_resource_of_another_tenant_is_refused()
    {
        var tenant = product.Lab;
        var other = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client, ("resource", other.Resource)));

        Assert.Contains("error=invalid_target", browser.Location!.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.example/callback/")]
    [InlineData("https://app.example/callback?x=1")]
    [InlineData("https://app.example:444/callback")]
    [InlineData("https://APP.example/callback")]
    [InlineData("https://app.example/Callback")]
    [InlineData("https://app.example/x/../callback")]
    [InlineData("https://app.example.evil.example/callback")]
    [InlineData("https://evil.example/callback")]
    [InlineData(null)]
    public async Task A_redirect_URI_that_is_not_registered_gets_nothing(string? uri)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client, ("redirect_uri", uri)));

        Assert.Equal((400, null), (browser.Page.Status, browser.Location));
    }

    [Fact]
    public async Task A_native_clients_loopback_redirect_may_use_any_port()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient(new { redirectUris = new[] { "http://127.0.0.1/callback" } });
        const string uri = "http://127.0.0.1:49152/callback";

        var code = await tenant.GivenCode(client, ("redirect_uri", uri));

        Assert.Equal(200, (await tenant.Exchange(client, code, ("redirect_uri", uri))).Status);
    }

    [Fact]
    public async Task A_confidential_clients_loopback_redirect_may_not()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient(new { kind = "confidential", redirectUris = new[] { "http://127.0.0.1/callback" } });
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client, ("redirect_uri", "http://127.0.0.1:49152/callback")));

        Assert.Equal(400, browser.Page.Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:49152/other")]
    [InlineData("http://127.0.0.1:49152/callback?x=1")]
    [InlineData("https://127.0.0.1:49152/callback")]
    [InlineData("http://127.0.0.2:49152/callback")]
    [InlineData("http://127.0.0.1.evil.example:49152/callback")]
    [InlineData("http://evil.example@127.0.0.1:49152/callback")]
    [InlineData("http://127.0.0.1@evil.example:49152/callback")]
    public async Task Nothing_but_the_port_of_a_loopback_redirect_is_free(string uri)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient(new { redirectUris = new[] { "http://127.0.0.1/callback" } });
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client, ("redirect_uri", uri)));

        Assert.Equal((400, null), (browser.Page.Status, browser.Location));
    }

    [Theory]
    [InlineData("resource", null, "invalid_target")]
    [InlineData("resource", "https://elsewhere.example/mcp", "invalid_target")]
    [InlineData("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX", "invalid_grant")]
    [InlineData("code_verifier", null, "invalid_request")]
    [InlineData("redirect_uri", "https://app.example/other", "invalid_grant")]
    [InlineData("code", "bm90IGEgY29kZSBhdCBhbGw", "invalid_grant")]
    public async Task A_code_is_worth_nothing_without_all_that_belongs_to_it(string name, string? value, string error)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var code = await tenant.GivenCode(client);

        var reply = await tenant.Exchange(client, code, (name, value));

        Assert.Equal((400, error), (reply.Status, reply.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Another_client_cannot_use_a_code()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var (thief, _) = await tenant.GivenClient();
        var code = await tenant.GivenCode(client);

        Assert.Equal("invalid_grant", (await tenant.Exchange(thief, code)).Json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_code_that_is_used_twice_ends_what_came_of_it()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var code = await tenant.GivenCode(client);
        var first = await tenant.Exchange(client, code);

        var second = await tenant.Exchange(client, code);

        Assert.Equal((200, 400), (first.Status, second.Status));
        Assert.Equal(400, (await tenant.Refresh(client, first.Json.GetProperty("refresh_token").GetString()!)).Status);
    }

    [Fact]
    public async Task Who_denies_gives_nothing()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();

        var back = await tenant.GivenBrowser().ConsentAsync(tenant.AuthorizeUrl(client), "deny");

        Assert.Equal(("access_denied", tenant.Issuer), (back["error"], back["iss"]));
        Assert.DoesNotContain("code", back.Keys);
    }

    [Fact]
    public async Task Nothing_is_given_when_the_key_ring_cannot_sign()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        product.Faults.FailSigning = true;
        try
        {
            var reply = await tenant.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", tenant.Resource));

            Assert.NotEqual(200, reply.Status);
            Assert.DoesNotContain("access_token", reply.Text, StringComparison.Ordinal);
        }
        finally
        {
            product.Faults.FailSigning = false;
        }
    }

    [Fact]
    public async Task Only_hashes_of_codes_and_refresh_tokens_are_on_disk()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var code = await tenant.GivenCode(client);
        var refresh = (await tenant.Exchange(client, code)).Json.GetProperty("refresh_token").GetString()!;

        foreach (var file in Directory.EnumerateFiles(Path.Combine(product.Platform.DataDirectory, "data"), "oauth.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            var text = await reader.ReadToEndAsync();
            Assert.DoesNotContain(code, text, StringComparison.Ordinal);
            Assert.DoesNotContain(refresh, text, StringComparison.Ordinal);
        }
    }
}
