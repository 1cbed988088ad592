using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Secrets;

/// <summary>Names and versions by REST, and never a value.</summary>
[Trait("Control", "AU-5")]
public sealed class SecretEndpointTests(Product product)
{
    private static readonly string[] Members = ["name", "state", "use", "usedBy", "versionCount", "versions"];
    private static readonly string[] VersionMembers = ["createdAt", "enabled", "expiresAt", "id"];

    [Fact]
    public async Task A_webhooks_secret_is_listed_by_name_and_its_value_is_not_in_the_answer()
    {
        var tenant = await product.GivenTenant();
        var made = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/webhooks", new { url = "https://hooks.example/", eventTypes = new[] { "alert.fired" } });
        var value = made.Json.GetProperty("secret").GetString()!;

        var listed = await product.Platform.Rest(HttpMethod.Get, Path(tenant));

        var secret = Assert.Single(listed.Items(), item => item.GetProperty("use").GetString() == "webhook");
        Assert.Equal((made.Json.GetProperty("webhook").GetProperty("id").GetString(), "kept", 1), (secret.GetProperty("usedBy")[0].GetString(), secret.GetProperty("state").GetString(), secret.GetProperty("versionCount").GetInt32()));
        Assert.DoesNotContain(value, listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(value["whsec_".Length..], listed.Text, StringComparison.Ordinal);
        Assert.All(listed.Items(), item =>
        {
            Assert.Empty(item.EnumerateObject().Select(member => member.Name).Except(Members, StringComparer.Ordinal));
            Assert.All(item.GetProperty("versions").EnumerateArray(), version => Assert.Empty(version.EnumerateObject().Select(member => member.Name).Except(VersionMembers, StringComparer.Ordinal)));
        });
    }

    [Fact]
    public async Task Operators_see_what_the_platform_itself_needs_and_that_the_vault_has_it()
    {
        var listed = await product.Platform.Rest(HttpMethod.Get, "/v1/platform/secrets?pageSize=200");

        var own = listed.Items().Where(item => item.GetProperty("use").GetString() == "platform").ToArray();
        Assert.Equal(["api-key-pepper", "data-protection", "login-factors", "mcp-sealing"], own.Select(item => item.GetProperty("name").GetString()));
        Assert.All(own, item => Assert.Equal("kept", item.GetProperty("state").GetString()));
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task The_permission_is_its_own_and_the_platforms_another()
    {
        var tenant = await product.GivenTenant();
        var (reader, _) = await product.Platform.GivenOperator("secrets:read");
        var (others, _) = await product.Platform.GivenOperator("signing-keys:*", "webhooks:*", "identity-providers:*", "platform-webhooks:*");

        Assert.Equal((200, 403), ((await Ask(Path(tenant), reader)).Status, (await Ask("/v1/platform/secrets", reader)).Status));
        Assert.Equal((403, 403), ((await Ask(Path(tenant), others)).Status, (await Ask("/v1/platform/secrets", others)).Status));
    }

    [Theory]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=201")]
    [InlineData("pageToken=Li4vLi4vdmF1bHQ")]
    [InlineData("pageToken=%00")]
    [Trait("Control", "IN-1")]
    public async Task A_page_that_no_list_gave_out_is_refused(string query) =>
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Get, $"{Path(product.Lab)}?{query}")).Status);

    [Theory]
    [InlineData("POST", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/api-key-pepper")]
    [InlineData("GET", "/api-key-pepper/versions/1")]
    public async Task There_is_no_other_way_to_a_secret(string method, string rest) =>
        Assert.Contains((await product.Platform.Rest(new HttpMethod(method), $"/v1/platform/secrets{rest}", method == "GET" ? null : new { })).Status, new[] { 404, 405 });

    private static string Path(TenantClient tenant) => $"/v1/tenants/{tenant.Slug}/secrets";

    private Task<Reply> Ask(string path, string credential) => product.Platform.Rest(HttpMethod.Get, path, null, credential);
}
