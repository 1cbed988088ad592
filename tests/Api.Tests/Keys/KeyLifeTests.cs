using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Keys;

/// <summary>Keys over REST: what they are narrowed to, how one follows another, how many are ended at once.</summary>
[Trait("Control", "AU-7")]
public sealed class KeyLifeTests(Product product)
{
    [Fact]
    public async Task A_rotation_shows_the_new_secret_once_and_each_key_names_the_other()
    {
        var tenant = await product.GivenTenant();

        var rotated = await Rotate(tenant, tenant.KeyId, 3_600);

        var secret = rotated.Json.GetProperty("secret").GetString()!;
        var id = rotated.Json.GetProperty("key").GetProperty("id").GetString()!;
        Assert.Equal((201, $"/v1/tenants/{tenant.Slug}/keys/{id}"), (rotated.Status, rotated.Header("Location")));
        Assert.Equal((200, 200), ((await tenant.CallTool()).Status, (await tenant.With(secret).CallTool()).Status));
        var (old, made) = (await Rest(tenant, HttpMethod.Get, $"/{tenant.KeyId}"), await Rest(tenant, HttpMethod.Get, $"/{id}"));
        Assert.Equal((id, tenant.KeyId), (old.Json.GetProperty("replacedBy").GetString(), made.Json.GetProperty("replaces").GetString()));
        Assert.DoesNotContain(secret[19..], made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_without_overlap_ends_the_old_key()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(200, (await tenant.CallTool()).Status);

        var rotated = await Rotate(tenant, tenant.KeyId, 0);

        Assert.Equal(401, (await Wire.Until(() => tenant.CallTool(), 401, TimeSpan.FromSeconds(5))).Status);
        Assert.Equal(200, (await tenant.With(rotated.Json.GetProperty("secret").GetString()!).CallTool()).Status);
        Assert.Equal(409, (await Rotate(tenant, tenant.KeyId, 0)).Status);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(604_801)]
    public async Task An_overlap_outside_its_bounds_is_refused(int seconds)
    {
        var key = await product.Lab.GivenKey();

        Assert.Equal(400, (await Rotate(key, key.KeyId, seconds)).Status);
        Assert.Equal(200, (await key.CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_key_is_rotated_under_its_own_tenant_only()
    {
        var other = await product.GivenTenant();

        Assert.Equal(404, (await Rotate(product.Lab, other.KeyId, 0)).Status);
        Assert.Equal(200, (await other.CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task A_narrowed_key_may_do_what_its_scopes_say_and_nothing_else()
    {
        var tenant = await product.GivenTenant();
        var narrow = await tenant.GivenKey(new { scopes = new[] { "tools:call:echo", "tools:read:echo" } });

        Assert.Equal(200, (await narrow.CallTool()).Status);
        Assert.Equal(403, (await narrow.CallTool("memory_set", new { key = "a", value = "b" })).Status);
        Assert.Equal(200, (await tenant.CallTool("memory_set", new { key = "a", value = "b" })).Status);
        var tools = (await narrow.Call("tools/list")).Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());
        Assert.Equal(["echo"], tools);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task A_scope_that_is_wider_than_the_roles_gives_nothing_more()
    {
        var tenant = await product.GivenTenant();
        var reader = await tenant.GivenKey(new { scopes = new[] { "*" } }, "user");

        Assert.Equal(403, (await reader.CallTool()).Status);
        Assert.Equal(200, (await reader.Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_second_key_of_a_principal_is_that_principals_and_the_list_finds_both()
    {
        var tenant = await product.GivenTenant("service");
        var principal = $"svc_{tenant.KeyId}";

        var second = await Rest(tenant, HttpMethod.Post, "", new { name = "second", principal });

        Assert.Equal((201, principal), (second.Status, second.Json.GetProperty("key").GetProperty("principal").GetString()));
        Assert.Equal(200, (await tenant.With(second.Json.GetProperty("secret").GetString()!).CallTool()).Status);
        Assert.Equal(2, (await Items(tenant, $"?principal={principal}")).Length);
        Assert.Empty(await Items(tenant, "?principal=svc_nobody"));
    }

    [Fact]
    public async Task A_list_is_filtered_by_status_and_kind_across_its_pages()
    {
        var tenant = await product.GivenTenant();
        var (second, third) = (await tenant.GivenKey(), await tenant.GivenKey());
        await Rest(tenant, HttpMethod.Post, $"/{second.KeyId}:revoke");
        await Rest(tenant, HttpMethod.Post, "", new { name = "ops", roles = new[] { "user" }, kind = "management" });

        Assert.Equal([second.KeyId], (await Items(tenant, "?status=revoked")).Select(key => key.GetProperty("id").GetString()));
        Assert.Equal(["management"], (await Items(tenant, "?kind=management")).Select(key => key.GetProperty("kind").GetString()));
        var first = await Rest(tenant, HttpMethod.Get, "?kind=mcp&status=active&pageSize=1");
        var next = await Rest(tenant, HttpMethod.Get, $"?kind=mcp&status=active&pageSize=1&pageToken={first.Json.GetProperty("nextPageToken").GetString()}");
        Assert.Equal((third.KeyId, tenant.KeyId), (Only(first), Only(next)));
    }

    [Fact]
    public async Task A_list_is_searched_by_name_and_by_what_ends_soon()
    {
        var tenant = await product.GivenTenant();
        await Rest(tenant, HttpMethod.Post, "", new { name = "Invoice agent", roles = new[] { "user" }, expiresAt = TimeProvider.System.GetUtcNow().AddDays(3) });
        await Rest(tenant, HttpMethod.Post, "", new { name = "Invoice archive", roles = new[] { "user" }, expiresAt = TimeProvider.System.GetUtcNow().AddDays(30) });
        var inAWeek = TimeProvider.System.GetUtcNow().AddDays(7).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(["Invoice archive", "Invoice agent"], (await Items(tenant, "?name=iNVOICE%20a")).Select(key => key.GetProperty("name").GetString()));
        Assert.Equal(["Invoice agent"], (await Items(tenant, $"?expiresBefore={inAWeek}")).Select(key => key.GetProperty("name").GetString()));
        Assert.Empty(await Items(tenant, "?name=%25"));
    }

    [Theory]
    [InlineData("?name=")]
    [InlineData("?expiresBefore=soon")]
    [InlineData("?status=Active")]
    [InlineData("?status=")]
    [InlineData("?status=active&status=revoked")]
    [InlineData("?kind=mcpk_")]
    [InlineData("?principal=")]
    public async Task A_filter_that_no_key_can_match_is_a_mistake(string query) =>
        Assert.Equal(400, (await Rest(product.Lab, HttpMethod.Get, query)).Status);

    [Fact]
    public async Task Many_keys_are_revoked_at_once_and_each_is_answered_for_itself()
    {
        var tenant = await product.GivenTenant();
        var (second, kept) = (await tenant.GivenKey(), await tenant.GivenKey());
        var other = await product.GivenTenant();

        var reply = await Rest(tenant, HttpMethod.Post, ":batchRevoke", new { ids = new[] { tenant.KeyId, second.KeyId, other.KeyId, "zzzzzzzz" } });

        var items = reply.Json.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["revoked", "revoked"], items[..2].Select(item => item.GetProperty("key").GetProperty("status").GetString()));
        Assert.Equal(["not-found", "not-found"], items[2..].Select(item => item.GetProperty("code").GetString()));
        Assert.Equal(401, (await Wire.Until(() => second.CallTool(), 401, TimeSpan.FromSeconds(5))).Status);
        Assert.Equal((200, 200), ((await kept.CallTool()).Status, (await other.CallTool()).Status));
        var events = await product.Platform.AuditEvents(tenant.Slug, 50);
        Assert.All([tenant.KeyId, second.KeyId], id => Assert.Contains(events, entry => entry.GetProperty("action").GetString() == "keys/revoke" && entry.GetProperty("target").GetString() == $"{tenant.Slug}/{id}"));
    }

    [Fact]
    public async Task A_batch_without_ids_or_with_101_is_refused()
    {
        Assert.Equal(400, (await Rest(product.Lab, HttpMethod.Post, ":batchRevoke", new { ids = Array.Empty<string>() })).Status);
        Assert.Equal(400, (await Rest(product.Lab, HttpMethod.Post, ":batchRevoke", new { ids = Enumerable.Range(0, 101).Select(i => $"id{i}") })).Status);
    }

    [Fact]
    public async Task A_tenants_maximum_life_binds_every_key_that_is_issued_from_then_on()
    {
        var tenant = await product.GivenTenant();
        var policy = $"/v1/tenants/{tenant.Slug}/key-policy";
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Put, policy, new { maxLifeDays = 30 }, ifMatch: "*")).Status);
        Assert.Equal(30, (await product.Platform.Rest(HttpMethod.Get, policy)).Json.GetProperty("maxLifeDays").GetInt32());

        Assert.Equal(400, (await Rest(tenant, HttpMethod.Post, "", new { name = "k", roles = new[] { "user" }, expiresIn = "90d" })).Status);
        Assert.Equal(400, (await Rest(tenant, HttpMethod.Post, "", new { name = "k", roles = new[] { "user" }, expiresIn = "never" })).Status);
        Assert.True((await Rest(tenant, HttpMethod.Post, "", new { name = "k", roles = new[] { "user" } })).Json.GetProperty("key").TryGetProperty("expiresAt", out _));
        Assert.Equal(201, (await Rest(tenant, HttpMethod.Post, "", new { name = "k", roles = new[] { "user" }, expiresIn = "30d" })).Status);
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Put, policy, new { maxLifeDays = 0 }, ifMatch: "*")).Status);
    }

    private Task<Reply> Rotate(TenantClient tenant, string id, int overlapSeconds) => Rest(tenant, HttpMethod.Post, $"/{id}:rotate", new { overlapSeconds });

    private Task<Reply> Rest(TenantClient tenant, HttpMethod method, string rest, object? body = null) =>
        product.Platform.Rest(method, $"/v1/tenants/{tenant.Slug}/keys{rest}", body);

    private async Task<JsonElement[]> Items(TenantClient tenant, string query) => [.. (await Rest(tenant, HttpMethod.Get, query)).Json.GetProperty("items").EnumerateArray()];

    private static string? Only(Reply page) => Assert.Single(page.Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();
}
