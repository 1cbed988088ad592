using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Keys;

[Trait("Control", "AU-7")]
public sealed class KeyTests(Product product)
{
    private string Keys => $"/v1/tenants/{product.Lab.Slug}/keys";

    [Fact]
    public async Task A_secret_is_shown_once_and_has_the_documented_form()
    {
        var issued = (await product.Platform.Rest(HttpMethod.Post, Keys, new { name = "shown once", roles = new[] { "user" } })).Json;
        var secret = issued.GetProperty("secret").GetString()!;
        var id = issued.GetProperty("key").GetProperty("id").GetString();

        Assert.Matches("^mcpk_live_[0-9a-z]{8}_[0-9A-Za-z]{49}$", secret);
        Assert.Equal(id, secret[10..18]);
        Assert.DoesNotContain(secret[19..], (await product.Platform.Rest(HttpMethod.Get, $"{Keys}/{id}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[19..], (await product.Platform.Rest(HttpMethod.Get, $"{Keys}?pageSize=200")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[19..], (await product.Platform.Rest(HttpMethod.Post, $"{Keys}/{id}:revoke")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"k"}""")]
    [InlineData("""{"name":"k","roles":[]}""")]
    [InlineData("""{"name":"k","roles":null}""")]
    [InlineData("""{"name":"k","roles":[null]}""")]
    [InlineData("""{"name":"k","roles":"admin"}""")]
    [InlineData("""{"name":"","roles":["user"]}""")]
    [InlineData("""{"name":"a\u001bb","roles":["user"]}""")]
    [InlineData("""{"name":"k","roles":["user"],"expiresAt":"2001-01-01T00:00:00Z"}""")]
    [InlineData("""{"name":"k","roles":["user"],"expiresAt":"soon"}""")]
    [InlineData("""{"name":"k","roles":["user"],"rateLimit":{"permitsPerMinute":-1,"burst":1}}""")]
    [InlineData("""{"name":"k","roles":["user"],"kind":"Management"}""")]
    [InlineData("""{"name":"k","roles":["user"],"kind":1}""")]
    [InlineData("""{"name":"k","roles":["user"],"principal":"usr_admin"}""")]
    [InlineData("""{"name":"k","principal":"usr_admin"}""")]
    [InlineData("""{"name":"k","principal":"svc_nobody"}""")]
    [InlineData("""{"name":"k","roles":["user"],"scopes":[]}""")]
    [InlineData("""{"name":"k","roles":["user"],"scopes":["everything"]}""")]
    [InlineData("""{"name":"k","roles":["user"],"allowedAddresses":["localhost"]}""")]
    [InlineData("""{"name":"k","roles":["user"],"expiresIn":"2d"}""")]
    [InlineData("""{"name":"k","roles":["user"],"expiresIn":"30d","expiresAt":"2099-01-01T00:00:00Z"}""")]
    [InlineData("""{"name":"k","roles":["user"],"replaces":"aaaaaaaa"}""")]
    [InlineData("""{"name":"k","roles":["user"],"tenant":"_sys"}""")]
    [InlineData("""{"name":"k","roles":["user"],"$type":"System.Object"}""")]
    [Trait("Control", "IN-6")]
    public async Task A_key_that_is_not_valid_is_not_issued(string body)
    {
        var reply = await product.Platform.RestRaw(HttpMethod.Post, Keys, Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Keys_are_paged_newest_first_and_each_is_shown_once()
    {
        var tenant = await product.GivenTenant();
        var ids = new List<string> { tenant.KeyId };
        ids.Add((await tenant.GivenKey()).KeyId);
        ids.Add((await tenant.GivenKey()).KeyId);
        ids.Add((await tenant.GivenKey()).KeyId);
        ids.Add((await tenant.GivenKey()).KeyId);
        ids.Reverse();

        Assert.Equal(ids, await Paging.All(product.Platform, $"/v1/tenants/{tenant.Slug}/keys", 2, key => key.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Revoking_twice_changes_nothing()
    {
        var key = await product.Lab.GivenKey();

        var first = await product.Platform.Rest(HttpMethod.Post, $"{Keys}/{key.KeyId}:revoke");
        var second = await product.Platform.Rest(HttpMethod.Post, $"{Keys}/{key.KeyId}:revoke");

        Assert.Equal((200, first.Text), (second.Status, second.Text));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_key_is_found_under_its_own_tenant_only()
    {
        var other = await product.GivenTenant();

        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"{Keys}/{other.KeyId}")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, $"{Keys}/{other.KeyId}:revoke")).Status);
        Assert.Equal(200, (await other.CallTool()).Status);
    }

    [Fact]
    public async Task An_unknown_key_and_a_key_of_another_tenant_get_the_same_answer()
    {
        var other = await product.GivenTenant();
        string[] ids = ["aaaaaaaa", "AAAAAAAA", "x", other.KeyId, "..%2f..%2f_sys", new('a', 300)];

        var replies = await Task.WhenAll(ids.Select(id => product.Platform.Rest(HttpMethod.Get, $"{Keys}/{id}")));

        Assert.All(replies, reply => Assert.Equal(404, reply.Status));
        Assert.Single(replies.Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/keys")]
    [InlineData("GET", "/keys/aaaaaaaa")]
    [InlineData("GET", "/audit-events")]
    [InlineData("POST", ":resume")]
    [InlineData("POST", "/audit-events:verify")]
    public async Task Tenants_that_do_not_exist_get_the_same_answer_whatever_the_route(string method, string rest)
    {
        string[] slugs = ["nobody", "UPPER", "_sys2", "a--b", new('a', 300)];

        var replies = await Task.WhenAll(slugs.Select(slug => product.Platform.Rest(new HttpMethod(method), $"/v1/tenants/{slug}{rest}")));

        Assert.All(replies, reply => Assert.Equal((404, "tenant-not-found"), (reply.Status, reply.Json.GetProperty("code").GetString())));
        Assert.Single(replies.Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_platforms_own_keys_cannot_be_reached()
    {
        var id = product.Platform.AdminKey[10..18];

        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/_sys/keys/{id}")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/_sys/keys/{id}:revoke")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/_sys/keys", new { name = "k", roles = new[] { "admin" } })).Status);
    }
}
