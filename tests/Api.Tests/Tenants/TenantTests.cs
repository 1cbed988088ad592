using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Tenants;

public sealed class TenantTests(Product product)
{
    [Fact]
    [Trait("Control", "IR-2")]
    public async Task A_suspended_tenant_is_served_nothing_until_it_is_resumed()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        Assert.Equal(200, (await tenant.CallTool()).Status);

        Assert.Equal("suspended", (await Act(tenant, "suspend", new { reason = "drill" })).Json.GetProperty("status").GetString());
        Assert.Equal((403, "tenant-suspended"), (await Wire.Until(() => tenant.CallTool(), 403, TimeSpan.FromSeconds(5))) is var refused ? (refused.Status, refused.Slug) : default);
        Assert.Equal(403, (await tenant.Call("tools/list")).Status);
        Assert.Equal(403, (await tenant.Legacy(session, null, """{"jsonrpc":"2.0","id":1,"method":"ping"}""")).Status);
        Assert.Equal(200, (await product.Lab.CallTool()).Status);

        Assert.Equal("active", (await Act(tenant, "resume")).Json.GetProperty("status").GetString());
        Assert.Equal(200, (await Wire.Until(() => tenant.CallTool(), 200, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_crowd_at_a_tenant_that_nobody_has_is_told_so_and_a_tenant_made_meanwhile_is_served()
    {
        var nobody = (await product.GivenTenant()) with { Slug = $"nobody-{Guid.NewGuid():N}"[..20] };

        var crowd = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => nobody.CallTool()));
        Assert.Equal(201, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = nobody.Slug })).Status);
        var own = await nobody.CallTool();

        Assert.All(await crowd, reply => Assert.True(reply.Status is 404 or 401, reply.ToString()));

        // The tenant is there now, and the key is another's.
        Assert.Equal(401, own.Status);
    }

    [Fact]
    [Trait("Control", "IR-4")]
    public async Task A_key_that_was_revoked_stays_dead_after_the_tenant_is_resumed()
    {
        var tenant = await product.GivenTenant();
        await Act(tenant, "suspend", new { });
        await product.Platform.Manage(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");
        await Act(tenant, "resume");

        Assert.Equal(401, (await Wire.Until(() => tenant.CallTool(), 401, TimeSpan.FromSeconds(5))).Status);
    }

    [Theory]
    [InlineData("\"slug\":\"UPPER\"")]
    [InlineData("\"slug\":\"_sys\"")]
    [InlineData("\"slug\":\"a--b\"")]
    [InlineData("\"slug\":\"-a\"")]
    [InlineData("\"slug\":\"\"")]
    [InlineData("\"slug\":null")]
    [InlineData("\"slug\":5")]
    [InlineData("\"displayName\":\"no slug\"")]
    [InlineData("\"slug\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("\"slug\":\"ok\",\"displayName\":\"a\\u0000b\"")]
    [InlineData("\"slug\":\"ok\",\"auditMode\":\"none\"")]
    [InlineData("\"slug\":\"ok\",\"auditMode\":99")]
    [InlineData("\"slug\":\"ok\",\"auditMode\":1")]
    [InlineData("\"slug\":\"ok\",\"auditMode\":\"1\"")]
    [InlineData("\"slug\":\"ok\",\"auditMode\":\"durable, batched\"")]
    [InlineData("\"slug\":\"ok\",\"rateLimit\":{\"permitsPerMinute\":0,\"burst\":1}")]
    [InlineData("\"slug\":\"ok\",\"rateLimit\":{\"permitsPerMinute\":1}")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"*\"]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"null\"]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[null]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"https://a.example/\"]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"https://A.example\"]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"https://a.example:443\"]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"https://a.example.\"]")]
    [InlineData("\"slug\":\"ok\",\"allowedOrigins\":[\"javascript:alert(1)\"]")]
    [Trait("Control", "IN-6")]
    public async Task A_tenant_that_is_not_valid_is_not_made(string members)
    {
        var slug = "ok" + Guid.NewGuid().ToString("N")[..8];

        var reply = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", Encoding.UTF8.GetBytes($"{{{members.Replace("\"ok\"", $"\"{slug}\"", StringComparison.Ordinal)}}}"));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Status);
    }

    [Fact]
    public async Task A_slug_is_taken_once()
    {
        var tenant = await product.GivenTenant();

        var reply = await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = tenant.Slug });

        Assert.Equal((409, "conflict"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Two_who_want_the_same_slug_at_once_get_one_tenant()
    {
        var slug = "race" + Guid.NewGuid().ToString("N")[..8];

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug })));

        Assert.Single(replies, reply => reply.Status == 201);
    }

    [Fact]
    public async Task Tenants_are_paged_by_slug_and_each_is_shown_once()
    {
        var prefix = "page" + Guid.NewGuid().ToString("N")[..8];
        var slugs = Enumerable.Range(0, 5).Select(i => $"{prefix}-{i}").ToArray();
        await Task.WhenAll(slugs.Select(slug => product.Platform.GivenTenant(slug)));

        var seen = await Paging.All(product.Platform, "/v1/tenants", 2, item => item.GetProperty("slug").GetString()!);

        Assert.Equal(slugs, seen.Where(slug => slug.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal(seen.Distinct(StringComparer.Ordinal), seen);
    }

    private Task<Reply> Act(TenantClient tenant, string action, object? body = null) =>
        product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:{action}", body);
}
