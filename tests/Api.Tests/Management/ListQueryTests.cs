using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Management;

/// <summary>What the query of a list says: its own parameters once each, <c>filter</c> as another way to say them, and its order.</summary>
[Trait("Control", "IN-6")]
public sealed class ListQueryTests(Product product)
{
    [Theory]
    [InlineData("keys?Status=active", "Status")]
    [InlineData("keys?status=active&status=revoked", "status")]
    [InlineData("keys?pageSize=2&pageSize=3", "pageSize")]
    [InlineData("keys?status", "status")]
    [InlineData("keys?orderBy=name", "orderBy")]
    [InlineData("keys?orderBy=createdAt%20asc", "orderBy")]
    [InlineData("roles?orderBy=createdAt", "orderBy")]
    [InlineData("roles?filter=name%3Dx", "filter")]
    [InlineData("principals?status=gone", "status")]
    [InlineData("principals?role=", "role")]
    [InlineData("keys?pageSize=x", "pageSize")]
    [InlineData("keys?pageSize=99999999999", "pageSize")]
    [InlineData("keys?pageSize=", "pageSize")]
    [InlineData("audit-chain?from=x", "from")]
    [InlineData("keys?filter=", "filter")]
    [InlineData("keys?filter=status", "filter")]
    [InlineData("keys?filter=status%3D", "filter")]
    [InlineData("keys?filter=status!%3Dactive", "filter")]
    [InlineData("keys?filter=status%3Dactive%20OR%20kind%3Dmcp", "filter")]
    [InlineData("keys?filter=status%3Dactive%20AND", "filter")]
    [InlineData("keys?filter=status%3Dactive%20AND%20", "filter")]
    [InlineData("keys?filter=name%3D%22open", "filter")]
    [InlineData("keys?filter=name%3D%22open%5C", "filter")]
    [InlineData("keys?filter=name%3D%22a%22status%3Dactive", "filter")]
    [InlineData("keys?filter=pageSize%3D1", "filter")]
    [InlineData("keys?filter=statsu%3Dactive", "filter")]
    [InlineData("keys?filter=status%3Dactive&status=active", "filter")]
    [InlineData("keys?filter=status%3Dactive%20AND%20status%3Drevoked", "filter")]
    [InlineData("keys?filter=status%3Dgone", "status")]
    public async Task What_a_list_does_not_know_is_refused_by_name(string path, string name)
    {
        var reply = await product.Lab.Rest(HttpMethod.Get, path);

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Equal([name], reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task A_query_of_nonsense_is_answered_in_little_and_only_to_who_may_ask()
    {
        var path = $"/v1/tenants/{product.Lab.Slug}/keys?{string.Join('&', Enumerable.Range(0, 300).Select(number => $"x{number}=1"))}&{new string('y', 2_000)}=1";

        var reply = await product.Platform.Rest(HttpMethod.Get, path);

        Assert.Equal((400, 20), (reply.Status, reply.Json.GetProperty("errors").EnumerateObject().Count()));
        Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Get, path, credential: "mcpm_wrong")).Status);
        Assert.Equal(64, Assert.Single((await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants?{new string('y', 2_000)}=1")).Json.GetProperty("errors").EnumerateObject()).Name.Length);
    }

    [Fact]
    public async Task A_filter_finds_what_the_parameters_find()
    {
        var tenant = await product.GivenTenant();
        var odd = await Issue(tenant, "a \"quoted\" = (name) AND more");
        await Issue(tenant, "another");

        Assert.Equal([odd], await Ids(tenant, "filter=" + Uri.EscapeDataString("""name = "\"quoted\" = (name) AND" AND status=active""")));
        Assert.Equal(await Ids(tenant, "status=active&kind=mcp"), await Ids(tenant, "filter=" + Uri.EscapeDataString("status=active   AND   kind = mcp")));
        Assert.Equal([odd], await Ids(tenant, "status=active&filter=" + Uri.EscapeDataString("name=quoted")));
    }

    [Fact]
    public async Task Keys_come_from_the_oldest_on_too_page_by_page()
    {
        var tenant = await product.GivenTenant();
        await Issue(tenant, "second");
        await Issue(tenant, "third");
        var path = $"/v1/tenants/{tenant.Slug}/keys";

        var newest = await Paging.All(product.Platform, path, 2, key => key.GetProperty("id").GetString()!);
        var oldest = await Paging.All(product.Platform, path + "?orderBy=createdAt", 2, key => key.GetProperty("id").GetString()!);

        Assert.Equal(3, newest.Count);
        Assert.Equal(newest.AsEnumerable().Reverse(), oldest);
        Assert.Equal(newest, await Paging.All(product.Platform, path + "?orderBy=createdAt+desc", 1, key => key.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Roles_and_rules_are_paged_like_every_list()
    {
        var tenant = await product.GivenTenant();
        foreach (var name in (string[])["a-role", "zz-role"])
        {
            Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "roles", new { name, allow = new[] { "tools:read" } })).Status);
        }

        var whole = (await tenant.Rest(HttpMethod.Get, "roles?pageSize=200")).Items().Select(role => role.GetProperty("name").GetString()!).ToArray();
        var paged = await Paging.All(product.Platform, $"/v1/tenants/{tenant.Slug}/roles", 2, role => role.GetProperty("name").GetString()!);

        Assert.Contains("a-role", whole);
        Assert.Equal(whole, paged);
        Assert.Equal(
            (await tenant.Rest(HttpMethod.Get, "alert-rules")).Items().Select(rule => rule.GetProperty("name").GetString()!),
            await Paging.All(product.Platform, $"/v1/tenants/{tenant.Slug}/alert-rules", 1, rule => rule.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Principals_are_found_by_name_role_and_state()
    {
        var tenant = await product.GivenTenant();
        foreach (var (name, role) in new[] { ("ada", "admin"), ("alan", "power-user"), ("grace", "power-user") })
        {
            Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name, displayName = $"{name} of the lab".ToUpperInvariant(), roles = new[] { role } })).Status);
        }

        Assert.Equal(200, (await tenant.Rest(HttpMethod.Post, "principals/usr_alan:block", new { })).Status);

        Assert.Equal(["usr_ada"], await Principals(tenant, "name=ADA%20of"));
        Assert.Equal(["usr_alan", "usr_grace"], await Principals(tenant, "role=power-user&kind=user"));
        Assert.Equal(["usr_alan"], await Principals(tenant, "filter=" + Uri.EscapeDataString("role=power-user AND status=blocked")));
        Assert.Equal(["usr_grace"], await Principals(tenant, "status=active&role=power-user&kind=user"));
        Assert.Empty(await Principals(tenant, "name=nobody"));
    }

    [Fact]
    public async Task Tenants_are_found_by_name_and_state_and_a_search_goes_on_where_it_ended()
    {
        var mark = $"srch{Guid.NewGuid():N}"[..12];
        foreach (var number in Enumerable.Range(0, 3))
        {
            Assert.Equal(201, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = $"t{number}-{mark}", displayName = $"Number {number} {mark.ToUpperInvariant()}" })).Status);
        }

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/t1-{mark}:suspend", new { reason = "a test" })).Status);

        Assert.Equal([$"t0-{mark}", $"t1-{mark}", $"t2-{mark}"], await Paging.All(product.Platform, $"/v1/tenants?name={mark}", 1, tenant => tenant.GetProperty("slug").GetString()!));
        Assert.Equal([$"t2-{mark}"], await Slugs($"name=number%202%20{mark}"));
        Assert.Equal([$"t1-{mark}"], await Slugs($"name={mark}&status=suspended"));

        // More than are asked at once.
        await Task.WhenAll(Enumerable.Range(100, 60).Select(number => product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = $"u{number}-{mark}" })));
        Assert.Equal(63, (await Paging.All(product.Platform, $"/v1/tenants?name={mark}", 50, tenant => tenant.GetProperty("slug").GetString()!)).Distinct().Count());
        Assert.Equal([$"u159-{mark}"], await Slugs($"name=u159-{mark}"));
        Assert.Empty(await Slugs("name=nobody-has-this"));
        Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants?status=Suspended")).Status);
    }

    private async Task<string[]> Slugs(string query) => [.. (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants?{query}")).Items().Select(tenant => tenant.GetProperty("slug").GetString()!)];

    private static async Task<string[]> Principals(TenantClient tenant, string query) => [.. (await tenant.Rest(HttpMethod.Get, $"principals?{query}")).Items().Select(principal => principal.GetProperty("id").GetString()!)];

    private static async Task<string[]> Ids(TenantClient tenant, string query) => [.. (await tenant.Rest(HttpMethod.Get, $"keys?{query}")).Items().Select(key => key.GetProperty("id").GetString()!)];

    private static async Task<string> Issue(TenantClient tenant, string name) =>
        (await tenant.Rest(HttpMethod.Post, "keys", new { name, roles = new[] { "user" } })).Json.GetProperty("key").GetProperty("id").GetString()!;
}
