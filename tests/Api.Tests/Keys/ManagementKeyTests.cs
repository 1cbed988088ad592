using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Keys;

[Trait("Control", "AU-7")]
public sealed class ManagementKeyTests(Product product)
{
    private const string Keys = "/v1/management-keys";

    [Fact]
    public async Task A_management_key_works_until_it_is_revoked()
    {
        var issued = (await product.Platform.Rest(HttpMethod.Post, Keys, new { name = "second operator", roles = new[] { "admin" } })).Json;
        var secret = issued.GetProperty("secret").GetString()!;
        var id = issued.GetProperty("key").GetProperty("id").GetString();

        Assert.StartsWith("mcpm_live_", secret, StringComparison.Ordinal);
        Assert.Equal(200, (int)(await product.Platform.Manage(HttpMethod.Get, "/v1/tenants", credential: secret)).StatusCode);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"{Keys}/{id}:revoke")).Status);
        Assert.Equal(401, (int)(await product.Platform.Manage(HttpMethod.Get, "/v1/tenants", credential: secret)).StatusCode);
        Assert.Contains(id, await Paging.All(product.Platform, Keys, 50, key => key.GetProperty("id").GetString()!));
    }

    [Theory]
    [InlineData("GET", "/v1/tenants")]
    [InlineData("GET", "/v1/management-keys")]
    [InlineData("POST", "/v1/management-keys")]
    [InlineData("GET", "/v1/tenants/_sys/audit-events")]
    [Trait("Control", "AZ-3")]
    public async Task A_management_key_may_do_only_what_its_roles_grant(string method, string path)
    {
        var issued = (await product.Platform.Rest(HttpMethod.Post, Keys, new { name = "weak", roles = new[] { "user" } })).Json;

        var reply = await product.Platform.Manage(new HttpMethod(method), path, credential: issued.GetProperty("secret").GetString());

        Assert.Equal(403, (int)reply.StatusCode);
    }

    [Fact]
    public async Task The_platform_is_no_tenant_of_the_keys_routes() =>
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/keys")).Status);
}
