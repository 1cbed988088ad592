using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Authentication;

[Trait("Control", "AU-7")]
public sealed class KeyAttackTests(Product product)
{
    private TenantClient Lab => product.Lab;

    public static TheoryData<string> Forgeries =>
    [
        "", "x", "mcpk_live_", "null", "undefined", "' OR 1=1 --", "mcpk_live_" + new string('0', 4000),
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_is_no_key_is_refused(string key)
    {
        Assert.Equal(401, (await Lab.With(key).Call("tools/list")).Status);
    }

    [Fact]
    public async Task Every_way_to_fail_gets_the_same_answer()
    {
        var revoked = await Lab.GivenKey();
        await product.Platform.Manage(HttpMethod.Post, $"/v1/tenants/{Lab.Slug}/keys/{revoked.KeyId}:revoke");
        var stranger = await product.GivenTenant();
        string[] keys =
        [
            "", "garbage", KeyForge.WrongChecksum(Lab.Key), KeyForge.UnknownId(Lab.Key), KeyForge.OtherSecret(Lab.Key), KeyForge.OtherEnvironment(Lab.Key),
            KeyForge.OtherKind(Lab.Key), Lab.Key.ToUpperInvariant(), Lab.Key + "A", Lab.Key[..^1], stranger.Key, product.Platform.AdminKey, revoked.Key,
        ];

        var replies = await Task.WhenAll(keys.Select(key => Lab.With(key).Call("tools/list")));

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        Assert.Single(replies.Select(reply => (reply.TextWithoutIds, reply.Header("WWW-Authenticate"))).Distinct());
    }

    [Fact]
    public async Task The_forge_makes_a_key_that_is_accepted_when_nothing_was_forged()
    {
        Assert.Equal(200, (await Lab.With(KeyForge.Sign(Lab.Key[..^6])).Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_key_that_is_verified_and_cached_opens_no_other_tenant()
    {
        var mine = await product.GivenTenant();
        var theirs = await product.GivenTenant();
        Assert.Equal(200, (await mine.Call("tools/list")).Status);

        Assert.Equal(401, (await theirs.With(mine.Key).Call("tools/list")).Status);
        Assert.Equal(200, (await mine.Call("tools/list")).Status);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_not_case_sensitive(string scheme)
    {
        Assert.Equal(200, (await Authorized($"{scheme} {Lab.Key}")).Status);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("Basic {0}")]
    [InlineData("Token {0}")]
    [InlineData("Bearer{0}")]
    [InlineData("Bearer {0} {0}")]
    [InlineData("Bearer {0}, Bearer {0}")]
    [InlineData("Bearer \"{0}\"")]
    public async Task Only_one_bearer_is_read(string header)
    {
        Assert.Equal(401, (await Authorized(string.Format(System.Globalization.CultureInfo.InvariantCulture, header, Lab.Key))).Status);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused()
    {
        Assert.Equal(401, (await Lab.Socket(more: $"Authorization: Bearer {Lab.Key}\r\n")).Status);
    }

    [Theory]
    [Trait("Control", "TR-10")]
    [InlineData("access_token")]
    [InlineData("key")]
    [InlineData("api_key")]
    [InlineData("Authorization")]
    public async Task A_key_in_the_query_string_is_no_credential(string name)
    {
        var request = Lab.With("").Request("tools/list");
        request.RequestUri = new Uri($"{request.RequestUri}?{name}={Lab.Key}");

        Assert.Equal(401, (await Lab.Send(request)).Status);
    }

    [Theory]
    [InlineData("X-Api-Key")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Cookie")]
    public async Task A_key_in_another_header_is_no_credential(string name)
    {
        var request = Lab.With("").Request("tools/list");
        request.Headers.TryAddWithoutValidation(name, Lab.Key);

        Assert.Equal(401, (await Lab.Send(request)).Status);
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_revoked_key_stops_at_once_and_for_good_and_its_sibling_goes_on()
    {
        var key = await Lab.GivenKey();
        Assert.Equal(200, (await key.Call("tools/list")).Status);

        var revoked = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{Lab.Slug}/keys/{key.KeyId}:revoke");

        Assert.Equal("revoked", revoked.Json.GetProperty("status").GetString());
        Assert.Equal(401, (await Wire.Until(() => key.Call("tools/list"), 401, TimeSpan.FromSeconds(5))).Status);
        Assert.Equal(401, (await key.Call("tools/list")).Status);
        Assert.Equal(200, (await Lab.Call("tools/list")).Status);
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task The_challenge_leads_to_metadata_that_names_this_endpoint()
    {
        var challenge = (await Lab.With("").Call("tools/list")).Header("WWW-Authenticate")!;
        var url = challenge.Split("resource_metadata=\"")[1].Split('"')[0];

        var metadata = await product.Platform.Get(new Uri(url));

        Assert.StartsWith("Bearer ", challenge, StringComparison.Ordinal);
        Assert.Equal((200, "application/json"), (metadata.Status, metadata.Header("Content-Type")));
        Assert.Equal(product.Platform.McpUrlOf(Lab.Slug).ToString(), metadata.Json.GetProperty("resource").GetString());
        Assert.Equal(["header"], metadata.Json.GetProperty("bearer_methods_supported").EnumerateArray().Select(way => way.GetString()));
        Assert.DoesNotContain("offline_access", metadata.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task The_challenge_asks_for_the_scopes_that_the_metadata_lists()
    {
        var challenge = (await Lab.With("").Call("tools/list")).Header("WWW-Authenticate");
        var metadata = await product.Platform.Get(new Uri(product.Platform.McpUrl, $"/.well-known/oauth-protected-resource/t/{Lab.Slug}/mcp"));

        var scopes = string.Join(' ', metadata.Json.GetProperty("scopes_supported").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Contains($"scope=\"{scopes}\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AU-10")]
    public async Task Metadata_does_not_tell_which_tenants_exist()
    {
        var known = await product.Platform.Get(new Uri(product.Platform.McpUrl, $"/.well-known/oauth-protected-resource/t/{Lab.Slug}/mcp"));
        var unknown = await product.Platform.Get(new Uri(product.Platform.McpUrl, "/.well-known/oauth-protected-resource/t/nobody/mcp"));

        Assert.Equal(known.Text.Replace(Lab.Slug, "nobody", StringComparison.Ordinal), unknown.Text);
    }

    private Task<Reply> Authorized(string header)
    {
        var request = Lab.With("").Request("tools/list");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        return Lab.Send(request);
    }
}

[Collection(ClockedTests.Name)]
[Trait("Control", "AU-7")]
public sealed class KeyExpiryTests(ClockedProduct product)
{
    [Fact]
    public async Task A_key_works_until_it_expires_and_not_a_moment_longer()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var key = await tenant.GivenKey(new { expiresAt = product.Clock.GetUtcNow() + TimeSpan.FromMinutes(10) });
        product.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(200, (await key.Call("tools/list")).Status);

        product.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(401, (await key.Call("tools/list")).Status);
        Assert.Equal(200, (await tenant.Call("tools/list")).Status);
        var view = await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys/{key.KeyId}");
        Assert.Equal("expired", view.Json.GetProperty("status").GetString());
    }
}
