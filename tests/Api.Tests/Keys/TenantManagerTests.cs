using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Keys;

/// <summary>Management keys of a tenant: they manage that tenant, as far as their roles go, and know of no other.</summary>
[Trait("Control", "AU-7")]
public sealed class TenantManagerTests(Product product)
{
    private static readonly string[] KeyMaker = ["keys:write", "keys:read", "tools:read", "resources:read"];

    [Fact]
    public async Task It_manages_its_own_tenant()
    {
        var tenant = await product.GivenTenant();
        var manager = await GivenManager(tenant);

        Assert.StartsWith("mcpm_live_", manager, StringComparison.Ordinal);
        Assert.Equal(tenant.Slug, (await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.GetProperty("slug").GetString());
        Assert.Equal(200, (await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys")).Status);
        Assert.Equal(200, (await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events")).Status);
        Assert.Equal(200, (await As(manager, HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/key-policy", new { maxLifeDays = 90 }, ifMatch: "*")).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task The_list_of_tenants_and_the_platforms_own_things_are_not_its()
    {
        var manager = await GivenManager(await product.GivenTenant());
        (HttpMethod Method, string Path, object? Body)[] platforms =
        [
            (HttpMethod.Get, "/v1/tenants", null), (HttpMethod.Post, "/v1/tenants", new { slug = "mine" }), (HttpMethod.Get, "/v1/management-keys", null),
            (HttpMethod.Post, "/v1/management-keys", new { name = "k", roles = new[] { "user" } }),
        ];

        foreach (var (method, path, body) in platforms)
        {
            Assert.Equal((403, "permission-denied"), await As(manager, method, path, body) is var reply ? (reply.Status, reply.Json.GetProperty("code").GetString()) : default);
        }

        Assert.Equal(404, (await As(manager, HttpMethod.Get, "/v1/tenants/_sys/audit-events")).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task It_cannot_put_another_tenant_beside_the_one_of_the_path()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var manager = await GivenManager(tenant);

        var listed = await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys?tenant={other.Slug}");

        Assert.Equal(400, listed.Status);
        Assert.DoesNotContain(other.KeyId, listed.Text, StringComparison.Ordinal);
        Assert.Contains(tenant.KeyId, (await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Everything_does_not_include_the_making_of_keys()
    {
        var tenant = await product.GivenTenant();
        var manager = await GivenManager(tenant);

        Assert.Equal(403, (await Issue(tenant, manager, "user")).Status);
        Assert.Equal(403, (await As(manager, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke")).Status);
        Assert.Equal(403, (await As(manager, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:rotate", new { overlapSeconds = 0 })).Status);
        Assert.Equal(403, (await As(manager, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys:batchRevoke", new { ids = new[] { tenant.KeyId } })).Status);
        Assert.Equal(200, (await tenant.CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task A_maker_of_keys_gives_what_it_has_and_nothing_more()
    {
        var tenant = await product.GivenTenant();
        var maker = await GivenManager(tenant, KeyMaker);

        Assert.Equal(201, (await Issue(tenant, maker, "user")).Status);
        Assert.Equal(403, (await Issue(tenant, maker, "admin")).Status);
        Assert.Equal(403, (await Issue(tenant, maker, "service")).Status);
        Assert.Equal(403, (await As(maker, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "k", roles = new[] { "admin" }, scopes = KeyMaker })).Status);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task A_maker_of_keys_gets_no_stronger_key_by_rotation_or_by_another_principal()
    {
        var tenant = await product.GivenTenant();
        var maker = await GivenManager(tenant, KeyMaker);
        var keys = $"/v1/tenants/{tenant.Slug}/keys";

        Assert.Equal(403, (await As(maker, HttpMethod.Post, $"{keys}/{tenant.KeyId}:rotate", new { overlapSeconds = 0 })).Status);
        Assert.Equal(403, (await As(maker, HttpMethod.Post, keys, new { name = "k", principal = $"svc_{tenant.KeyId}" })).Status);
        Assert.Equal(403, (await As(maker, HttpMethod.Post, keys, new { name = "k", principal = $"svc_{tenant.KeyId}", scopes = new[] { "tools:call" } })).Status);
        Assert.Equal(201, (await As(maker, HttpMethod.Post, keys, new { name = "k", principal = $"svc_{tenant.KeyId}", scopes = new[] { "tools:read" } })).Status);
        Assert.Equal(200, (await tenant.CallTool()).Status);
    }

    [Fact]
    public async Task It_opens_no_endpoint_and_a_key_of_an_endpoint_manages_nothing()
    {
        var tenant = await product.GivenTenant();
        var manager = await GivenManager(tenant);
        var path = $"/v1/tenants/{tenant.Slug}";

        Assert.Equal(401, (await tenant.With(manager).Call("tools/list")).Status);
        Assert.Equal(401, (await tenant.With(KeyForge.OtherKind(manager)).Call("tools/list")).Status);
        Assert.Equal(401, (await As(tenant.Key, HttpMethod.Get, path)).Status);
        Assert.Equal(401, (await As(KeyForge.OtherKind(tenant.Key), HttpMethod.Get, path)).Status);
        Assert.Equal((200, 200), ((await tenant.Call("tools/list")).Status, (await As(manager, HttpMethod.Get, path)).Status));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task It_stops_when_it_is_revoked_and_the_operator_goes_on()
    {
        var tenant = await product.GivenTenant();
        var manager = await GivenManager(tenant);
        Assert.Equal(200, (await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Status);

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{manager[10..18]}:revoke");

        Assert.Equal(401, (await Wire.Until(() => As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}"), 401, TimeSpan.FromSeconds(5))).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Status);
    }

    [Fact]
    public async Task A_suspended_tenants_manager_is_told_so_and_cannot_resume_it()
    {
        var tenant = await product.GivenTenant();
        var manager = await GivenManager(tenant);
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { });

        var read = await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}");
        var resume = await As(manager, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume");

        Assert.Equal((403, "tenant-suspended"), (read.Status, read.Json.GetProperty("code").GetString()));
        Assert.Equal(403, resume.Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task What_it_does_and_what_it_is_refused_is_in_its_tenants_trail()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var manager = await GivenManager(tenant);
        await As(manager, HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys");
        var refused = await As(manager, HttpMethod.Get, $"/v1/tenants/{other.Slug}/keys");

        var trail = await product.Platform.AuditEvents(tenant.Slug, 50);

        Assert.Contains(trail, entry => entry.GetProperty("action").GetString() == "keys/list" && entry.GetProperty("outcome").GetString() == "ok");
        Assert.Contains(trail, entry => entry.GetProperty("correlation").GetString() == refused.Json.GetProperty("requestId").GetString());
        Assert.DoesNotContain(await product.Platform.AuditEvents(other.Slug, 50), entry => entry.GetProperty("correlation").GetString() == refused.Json.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task The_platform_issues_no_MCP_key()
    {
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "k", roles = new[] { "user" }, kind = "mcp" })).Status);
    }

    private Task<Reply> Issue(TenantClient tenant, string credential, string role) =>
        As(credential, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "k", roles = new[] { role } });

    private Task<Reply> As(string credential, HttpMethod method, string path, object? body = null, string? ifMatch = null) => product.Platform.Rest(method, path, body, credential, ifMatch);

    private async Task<string> GivenManager(TenantClient tenant, string[]? scopes = null)
    {
        var body = JsonSerializer.SerializeToNode(new { name = "manager", roles = new[] { "admin" }, kind = "management" })!.AsObject();
        if (scopes is not null)
        {
            body["scopes"] = JsonSerializer.SerializeToNode(scopes);
        }

        return (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", body)).Json.GetProperty("secret").GetString()!;
    }
}
