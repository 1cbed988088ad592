using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.SigningKeys;

[Trait("Control", "AU-4")]
public sealed class SigningKeyTests(Product product)
{
    [Fact]
    public async Task Keys_are_listed_rotated_and_published_without_a_private_part()
    {
        var tenant = await product.GivenTenant();
        var first = await Rotate(tenant);
        var second = await Rotate(tenant);
        var listed = await product.Platform.Rest(HttpMethod.Get, Path(tenant));
        var set = await KeySet(tenant);

        Assert.Equal(("active", "pending"), (first.Json.GetProperty("status").GetString(), second.Json.GetProperty("status").GetString()));
        Assert.Equal(["pending", "active"], listed.Json.GetProperty("items").EnumerateArray().Select(key => key.GetProperty("status").GetString()));
        Assert.Equal([Kid(first), Kid(second)], set.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()));
        Assert.All([first, second, listed, set], reply => Assert.All(["\"d\":", "\"p\":", "\"q\":", "\"dp\":", "\"k\":"], member => Assert.DoesNotContain(member, reply.Text, StringComparison.Ordinal)));
        Assert.All(set.Json.GetProperty("keys").EnumerateArray(), key => Assert.Equal(["kty", "use", "alg", "kid", "n", "e"], key.EnumerateObject().Select(member => member.Name)));
    }

    [Fact]
    public async Task The_key_set_may_be_cached_no_longer_than_a_new_key_is_public_before_it_signs()
    {
        var tenant = await product.GivenTenant();
        await Rotate(tenant);

        var set = await KeySet(tenant);

        Assert.Equal((200, "public, max-age=300", "application/jwk-set+json", "nosniff"), (set.Status, set.Header("Cache-Control"), set.Header("Content-Type"), set.Header("X-Content-Type-Options")));
        var request = new HttpRequestMessage(HttpMethod.Get, Url(tenant));
        request.Headers.TryAddWithoutValidation("If-None-Match", set.Header("ETag"));
        Assert.Equal((304, ""), await product.Platform.Send(request) is var unchanged ? (unchanged.Status, unchanged.Text) : default);
        await Rotate(tenant);
        Assert.NotEqual(set.Header("ETag"), (await KeySet(tenant)).Header("ETag"));
    }

    [Theory]
    [InlineData("/t/no-such-tenant/oauth/jwks")]
    [InlineData("/oauth/jwks")]
    [InlineData("/t/SLUG/oauth/jwks/")]
    [InlineData("/t/SLUG/OAuth/jwks")]
    [InlineData("/t/../oauth/jwks")]
    public async Task There_is_a_key_set_at_its_own_path_only(string path) =>
        Assert.Equal(404, (await product.Platform.Get(new Uri(product.Platform.McpUrl, path.Replace("SLUG", product.Lab.Slug, StringComparison.Ordinal)))).Status);

    [Fact]
    public async Task A_suspended_tenant_publishes_no_keys()
    {
        var tenant = await product.GivenTenant();
        await Rotate(tenant);
        Assert.Equal(200, (await KeySet(tenant)).Status);

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { });

        Assert.Equal(404, (await KeySet(tenant)).Status);
    }

    [Fact]
    public async Task An_emergency_leaves_none_of_the_old_keys_in_the_set()
    {
        var tenant = await product.GivenTenant();
        string[] old = [Kid(await Rotate(tenant)), Kid(await Rotate(tenant))];

        var reply = await product.Platform.Rest(HttpMethod.Post, $"{Path(tenant)}:emergencyRotate");

        Assert.Equal(200, reply.Status);
        var left = (await KeySet(tenant)).Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!).ToArray();
        Assert.Single(left);
        Assert.Empty(left.Intersect(old));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("rs256")]
    [InlineData("")]
    public async Task An_algorithm_that_is_not_offered_is_refused(string algorithm) =>
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, $"{Path(product.Lab)}:rotate", new { algorithm })).Status);

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", ":rotate")]
    [InlineData("POST", ":emergencyRotate")]
    [Trait("Control", "AZ-3")]
    public async Task Who_lacks_the_permission_is_refused(string method, string action)
    {
        var issued = await product.Platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "weak", roles = new[] { "user" } });

        var reply = await product.Platform.Rest(new HttpMethod(method), Path(product.Lab) + action, method == "POST" ? new { } : null, issued.Json.GetProperty("secret").GetString());

        Assert.Equal(403, reply.Status);
    }

    [Fact]
    public async Task A_rotation_is_on_record_with_the_key_it_made()
    {
        var tenant = await product.GivenTenant();
        var kid = Kid(await Rotate(tenant));

        Assert.Contains(await product.Platform.AuditEvents(tenant.Slug), entry => entry.ToString().Contains("signing-keys/rotate", StringComparison.Ordinal) && entry.ToString().Contains(kid, StringComparison.Ordinal));
    }

    private Task<Reply> Rotate(TenantClient tenant) => product.Platform.Rest(HttpMethod.Post, $"{Path(tenant)}:rotate", new { });

    private Task<Reply> KeySet(TenantClient tenant) => product.Platform.Get(Url(tenant));

    private Uri Url(TenantClient tenant) => new(product.Platform.McpUrl, $"/t/{tenant.Slug}/oauth/jwks");

    private static string Path(TenantClient tenant) => $"/v1/tenants/{tenant.Slug}/signing-keys";

    private static string Kid(Reply reply) => reply.Json.GetProperty("kid").GetString()!;
}
