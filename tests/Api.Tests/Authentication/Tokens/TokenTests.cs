using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Authentication.Tokens;

/// <summary>Access tokens at an endpoint: honest ones of every algorithm, and what they may do.</summary>
[Trait("Control", "AU-1")]
public sealed class TokenTests(Product product)
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task An_honest_token_opens_the_endpoint(string algorithm)
    {
        var tenant = await product.GivenTenant();
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/signing-keys:rotate", new { algorithm });

        var token = await tenant.Sign(TokenClaims.Honest(tenant, Now), algorithm: algorithm);

        Assert.Equal(200, (await tenant.With(token).CallTool()).Status);
        Assert.Equal(200, (await tenant.With(token).CallTool()).Status);
    }

    [Fact]
    public async Task A_token_without_nbf_and_with_claims_nobody_knows_is_honest()
    {
        var claims = TokenClaims.Honest(product.Lab, Now).With("nbf", null).With("acr", "1").With("address", new JsonObject { ["country"] = "AT" });

        Assert.Equal(200, (await product.Lab.With(await product.Lab.Sign(claims)).CallTool()).Status);
    }

    [Fact]
    public async Task The_trail_names_the_principal_and_the_token_but_not_its_text()
    {
        var tenant = await product.GivenTenant();
        var claims = TokenClaims.Honest(tenant, Now);
        var token = await tenant.Sign(claims);
        await tenant.With(token).CallTool();

        var entry = (await tenant.McpEvents())[^1].ToString();

        Assert.Contains($"svc_{tenant.KeyId}", entry, StringComparison.Ordinal);
        Assert.Contains($"token:{claims["jti"]}", entry, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], entry, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools:call", 200)]
    [InlineData("tools:call:echo", 200)]
    [InlineData("tools:*", 200)]
    [InlineData("*", 200)]
    [InlineData("openid offline_access tools:call", 200)]
    [InlineData("tools:read", 403)]
    [InlineData("tools:call:other", 403)]
    [InlineData("TOOLS:CALL", 403)]
    [InlineData("tools:call,tools:read", 403)]
    [InlineData("openid", 403)]
    public async Task A_token_may_do_what_its_scope_names_and_no_more(string scope, int status)
    {
        var token = await product.Lab.Sign(TokenClaims.Honest(product.Lab, Now, scope));

        Assert.Equal(status, (await product.Lab.With(token).CallTool()).Status);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("tools:call")]
    public async Task A_token_may_not_do_what_its_principal_may_not(string scope)
    {
        var user = await product.Lab.GivenKey(null, "user");
        var token = await user.Sign(TokenClaims.Honest(user, Now, scope));

        Assert.Equal(403, (await user.With(token).CallTool()).Status);
    }

    [Fact]
    public async Task A_token_of_a_principal_that_is_not_there_is_refused()
    {
        var token = await product.Lab.Sign(TokenClaims.Honest(product.Lab, Now).With("sub", "svc_nobody00"));

        Assert.Equal(401, (await product.Lab.With(token).CallTool()).Status);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("AT+JWT")]
    [InlineData("dpop-jwt")]
    [InlineData("logout-jwt")]
    public async Task A_token_of_another_type_is_no_access_token(string type) =>
        Assert.Equal(401, (await product.Lab.With(await product.Lab.Sign(TokenClaims.Honest(product.Lab, Now), type)).CallTool()).Status);

    [Fact]
    public async Task An_ID_token_is_no_access_token()
    {
        var claims = TokenClaims.Honest(product.Lab, Now).With("aud", "https://client.example/metadata.json").With("nonce", "n").With("scope", null);

        Assert.Equal(401, (await product.Lab.With(await product.Lab.Sign(claims, "JWT")).CallTool()).Status);
    }

    public static TheoryData<string, string> WrongClaims()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in new[] { "iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope" })
        {
            data.Add(name, "");
            data.Add(name, "null");
            data.Add(name, "[]");
            data.Add(name, "{}");
            data.Add(name, "true");
        }

        data.Add("aud", """["URL"]""");
        data.Add("aud", "\"URL/\"");
        data.Add("aud", "\"URL?x=1\"");
        data.Add("aud", "\"URL#x\"");
        data.Add("aud", "\"*\"");
        data.Add("aud", "\"http://localhost/t/demo/mcp\"");
        data.Add("aud", "\"http://127.0.0.1:1/t/SLUG/mcp\"");
        data.Add("aud", "\" URL\"");
        data.Add("iss", "\"ISS/\"");
        data.Add("iss", "\"https://evil.example\"");
        data.Add("iss", "\"ISS/../demo\"");
        data.Add("exp", "\"9999999999\"");
        data.Add("exp", "1e400");
        data.Add("exp", "99999999999999999999");
        data.Add("exp", "253402300799");
        data.Add("exp", "-1");
        data.Add("exp", "9999999999.5");
        data.Add("iat", "9999999999");
        data.Add("nbf", "9999999999");
        data.Add("nbf", "\"0\"");
        data.Add("sub", "\"../_sys/usr_admin\"");
        data.Add("sub", "\"usr_admin\\u0000\"");
        data.Add("sub", "\"\"");
        return data;
    }

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task A_token_whose_claims_are_not_exactly_right_is_refused(string name, string value)
    {
        var honest = TokenClaims.Honest(product.Lab, Now).With(name, null).ToJsonString();
        var url = product.Platform.McpUrlOf(product.Lab.Slug).ToString();
        var member = value.Length == 0 ? "" : $",\"{name}\":{value.Replace("URL", url, StringComparison.Ordinal).Replace("ISS", TokenClaims.Issuer(product.Lab), StringComparison.Ordinal).Replace("SLUG", product.Lab.Slug, StringComparison.Ordinal)}";

        var token = await product.Platform.SignToken(product.Lab.Slug, Encoding.UTF8.GetBytes($"{honest[..^1]}{member}}}"));

        Assert.Equal(401, (await product.Lab.With(token).CallTool()).Status);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("scope")]
    [InlineData("\\u0073ub")]
    public async Task A_claim_that_is_there_twice_is_refused(string name)
    {
        var honest = TokenClaims.Honest(product.Lab, Now);
        var value = honest[name.Replace("\\u0073", "s", StringComparison.Ordinal)]!.ToJsonString();

        var token = await product.Platform.SignToken(product.Lab.Slug, Encoding.UTF8.GetBytes($"{honest.ToJsonString()[..^1]},\"{name}\":{value}}}"));

        Assert.Equal(401, (await product.Lab.With(token).CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_token_is_refused_whatever_it_says()
    {
        var mine = await product.GivenTenant();
        var theirs = await product.GivenTenant();
        var own = await mine.Sign(TokenClaims.Honest(mine, Now));
        Assert.Equal(200, (await mine.With(own).CallTool()).Status);

        string[] tokens =
        [
            own,
            await mine.Sign(TokenClaims.Honest(theirs, Now)),
            await mine.Sign(TokenClaims.Honest(mine, Now).With("aud", product.Platform.McpUrlOf(theirs.Slug).ToString())),
            await theirs.Sign(TokenClaims.Honest(theirs, Now).With("aud", product.Platform.McpUrlOf(mine.Slug).ToString())),
        ];

        Assert.All(await Task.WhenAll(tokens.Select(token => theirs.With(token).CallTool())), reply => Assert.Equal(401, reply.Status));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_token_an_authorization_and_a_principal_can_be_taken_back()
    {
        var tenant = await product.GivenTenant();
        var claims = Enumerable.Range(0, 3).Select(_ => TokenClaims.Honest(tenant, Now)).ToArray();
        var tokens = await Task.WhenAll(claims.Select(one => tenant.Sign(one)));
        Assert.All(await Task.WhenAll(tokens.Select(token => tenant.With(token).CallTool())), reply => Assert.Equal(200, reply.Status));

        await product.Platform.RevokeTokens(tenant.Slug, Abstractions.Tokens.RevokedKind.Token, claims[0]["jti"]!.GetValue<string>());
        Assert.Equal("401 200 200", await StatusesAsync(tenant, tokens));
        await product.Platform.RevokeTokens(tenant.Slug, Abstractions.Tokens.RevokedKind.Family, claims[1]["family"]!.GetValue<string>());
        Assert.Equal("401 401 200", await StatusesAsync(tenant, tokens));
        await product.Platform.RevokeTokens(tenant.Slug, Abstractions.Tokens.RevokedKind.Principal, $"svc_{tenant.KeyId}");
        Assert.Equal("401 401 401", await StatusesAsync(tenant, tokens));

        // What is issued later is good.
        var later = TokenClaims.Honest(tenant, Now).With("iat", Now.ToUnixTimeSeconds() + 2);
        Assert.Equal(200, (await tenant.With(await tenant.Sign(later)).CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AU-4")]
    public async Task After_an_emergency_rotation_no_old_token_is_good_and_a_new_one_is()
    {
        var tenant = await product.GivenTenant();
        var old = await tenant.Sign(TokenClaims.Honest(tenant, Now));
        Assert.Equal(200, (await tenant.With(old).CallTool()).Status);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/signing-keys:emergencyRotate")).Status);

        Assert.Equal(401, (await tenant.With(old).CallTool()).Status);
        Assert.Equal(200, (await tenant.With(await tenant.Sign(TokenClaims.Honest(tenant, Now))).CallTool()).Status);
    }

    [Fact]
    public async Task A_token_that_is_refused_gets_the_answer_that_a_key_gets()
    {
        var expired = await product.Lab.Sign(TokenClaims.Honest(product.Lab, Now).With("exp", 1));

        var (key, token) = (await product.Lab.With("mcpk_live_x").CallTool(), await product.Lab.With(expired).CallTool());

        Assert.Equal((key.Status, key.TextWithoutIds, key.Header("WWW-Authenticate")), (token.Status, token.TextWithoutIds, token.Header("WWW-Authenticate")));
    }

    [Fact]
    public async Task A_token_in_the_query_is_not_looked_at()
    {
        var request = product.Lab.With("").ToolRequest();
        request.RequestUri = new Uri($"{request.RequestUri}?access_token={await product.Lab.Sign(TokenClaims.Honest(product.Lab, Now))}");

        Assert.Equal(401, (await product.Lab.Send(request)).Status);
    }

    private static async Task<string> StatusesAsync(TenantClient tenant, string[] tokens) =>
        string.Join(' ', await Task.WhenAll(tokens.Select(async token => (await tenant.With(token).CallTool()).Status)));
}
