using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Management;

/// <summary>Access tokens at <c>/v1</c>: for the tenant of the path, by an audience of their own, and with what both scope and principal allow.</summary>
[Trait("Control", "AU-1"), Trait("Control", "AZ-4")]
public sealed class TokenTests(Product product)
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_token_for_the_management_API_manages_its_tenant_as_far_as_its_scope_goes()
    {
        var tenant = await product.GivenTenant();
        var token = await TokenAsync(tenant, "tenants:read keys:read");

        Assert.Equal(200, (await tenant.Rest(HttpMethod.Get, "keys", credential: token)).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Get, "principals", credential: token)).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Post, "keys", new { name = "k", roles = new[] { "user" } }, token)).Status);
    }

    [Fact, Trait("Control", "AU-7")]
    public async Task It_makes_keys_only_when_its_scope_names_that()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "keys", new { name = "k", roles = new[] { "guest" } }, await TokenAsync(tenant, "keys:write tools:read resources:read"))).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Post, "keys", new { name = "k", roles = new[] { "admin" } }, await TokenAsync(tenant, "keys:write tools:read"))).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Post, "keys", new { name = "k", roles = new[] { "guest" } }, await TokenAsync(tenant, "*"))).Status);

        // Nor does it get around that by giving itself the name, or by a client that is its like.
        var wide = await TokenAsync(tenant, "*");
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Post, "roles", new { name = "maker", allow = new[] { "keys:write" } }, wide)).Status);
        Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "roles", new { name = "reader", allow = new[] { "keys:read" } }, wide)).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Post, "oauth-clients", new { name = "c", kind = "confidential", principal = $"svc_{tenant.KeyId}", scopes = new[] { "keys:write" } }, wide)).Status);
    }

    [Fact, Trait("Control", "AU-10")]
    public async Task Neither_audience_opens_the_other()
    {
        var tenant = await product.GivenTenant();
        var management = await TokenAsync(tenant, "tools:call keys:read");
        var mcp = await tenant.Sign(TokenClaims.Honest(tenant, Now, "tools:call keys:read"));

        Assert.Equal(200, (await tenant.With(mcp).CallTool()).Status);
        Assert.Equal(401, (await tenant.Rest(HttpMethod.Get, "keys", credential: mcp)).Status);
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Get, "keys", credential: management)).Status);
        Assert.Equal(401, (await tenant.With(management).CallTool()).Status);

        // In the other order too: a verdict that is kept is kept for its use.
        Assert.Equal(200, (await tenant.With(mcp).CallTool()).Status);
    }

    [Theory]
    [InlineData("slash")]
    [InlineData("case")]
    [InlineData("site")]
    [InlineData("array")]
    public async Task Another_audience_is_refused(string which)
    {
        var tenant = await product.GivenTenant();
        var right = Audience(tenant);
        System.Text.Json.Nodes.JsonNode wrong = which switch
        {
            "slash" => right + "/",
            "case" => right.Replace("/v1/", "/V1/", StringComparison.Ordinal),
            "site" => right[..right.IndexOf("/v1/", StringComparison.Ordinal)],
            _ => new System.Text.Json.Nodes.JsonArray(right),
        };
        var token = await tenant.Sign(TokenClaims.Honest(tenant, Now, "keys:read").With("aud", wrong));

        Assert.Equal(401, (await tenant.Rest(HttpMethod.Get, "keys", credential: token)).Status);
    }

    [Fact]
    public async Task Another_tenants_path_answers_as_one_that_nobody_has()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        var token = await TokenAsync(mine, "keys:read");
        var there = await theirs.Rest(HttpMethod.Get, "keys", credential: token);
        var nowhere = await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/no-such-tenant/keys", credential: token);

        Assert.Equal(401, there.Status);
        Assert.Equal(nowhere.TextWithoutIds, there.TextWithoutIds);
    }

    [Theory]
    [InlineData("GET", "/v1/tenants")]
    [InlineData("GET", "/v1/management-keys")]
    [InlineData("GET", "/v1/platform/principals")]
    [InlineData("GET", "/v1/sessions/current")]
    public async Task Routes_without_a_tenant_take_no_token(string method, string path)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(401, (await product.Platform.Rest(new HttpMethod(method), path, credential: await TokenAsync(tenant, "*"))).Status);
    }

    [Fact]
    public async Task The_trail_of_the_tenant_names_the_principal_and_the_token()
    {
        var tenant = await product.GivenTenant();
        var token = await TokenAsync(tenant, "keys:write guest:none tools:read resources:read");
        Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "keys", new { name = "k", roles = new[] { "guest" } }, token)).Status);

        var entry = (await product.Platform.AuditEvents(tenant.Slug)).Select(found => found.ToString()).First(text => text.Contains("keys/issue", StringComparison.Ordinal));

        Assert.Contains("token:", entry, StringComparison.Ordinal);
        Assert.Contains($"svc_{tenant.KeyId}", entry, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], entry, StringComparison.Ordinal);
    }

    private static string Audience(TenantClient tenant) => $"{tenant.Platform.ManagementUrl.GetLeftPart(UriPartial.Authority)}/v1/tenants/{tenant.Slug}";

    private static Task<string> TokenAsync(TenantClient tenant, string scope) => tenant.Sign(TokenClaims.Honest(tenant, Now, scope).With("aud", Audience(tenant)));
}
