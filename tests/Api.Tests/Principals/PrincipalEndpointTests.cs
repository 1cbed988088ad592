using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Principals;

[Trait("Control", "AZ-3")]
public sealed class PrincipalEndpointTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_principal_is_created_seen_renamed_and_deleted()
    {
        var made = await _tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "anna", displayName = "Anna", roles = new[] { "user" } });
        Assert.Equal((201, $"/v1/tenants/{_tenant.Slug}/principals/usr_anna"), (made.Status, made.Header("Location")));

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, "principals/usr_anna:rename", new { displayName = "Anna B." })).Status);
        var seen = (await _tenant.Rest(HttpMethod.Get, "principals/usr_anna")).Json;
        Assert.Equal(("Anna B.", "user", false), (seen.GetProperty("displayName").GetString(), seen.GetProperty("kind").GetString(), seen.GetProperty("blocked").GetBoolean()));

        Assert.Equal(204, (await _tenant.Rest(HttpMethod.Delete, "principals/usr_anna")).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "principals/usr_anna")).Status);
        Assert.Equal(409, (await _tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "anna", displayName = "Another" })).Status);
    }

    [Fact]
    public async Task A_change_that_names_a_version_overwrites_nobody_elses()
    {
        var made = await _tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "vera", displayName = "Vera", roles = new[] { "user" } });
        var read = await _tenant.Rest(HttpMethod.Get, "principals/usr_vera");
        Assert.Equal(made.Header("ETag"), read.Header("ETag"));
        var shown = read.Header("ETag")!;

        var first = await _tenant.Rest(HttpMethod.Post, "principals/usr_vera:setRoles", new { roles = new[] { "service" } }, ifMatch: shown);
        var roles = await _tenant.Rest(HttpMethod.Post, "principals/usr_vera:setRoles", new { roles = new[] { "admin" } }, ifMatch: shown);
        var name = await _tenant.Rest(HttpMethod.Post, "principals/usr_vera:rename", new { displayName = "Vera the Late" }, ifMatch: shown);

        Assert.Equal((200, 412, 412), (first.Status, roles.Status, name.Status));
        Assert.NotEqual(shown, first.Header("ETag"));
        var now = await _tenant.Rest(HttpMethod.Get, "principals/usr_vera");
        Assert.Equal(("Vera", "service", first.Header("ETag")), (now.Json.GetProperty("displayName").GetString(), now.Json.GetProperty("roles")[0].GetString(), now.Header("ETag")));
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, "principals/usr_vera:rename", new { displayName = "Vera B." }, ifMatch: now.Header("ETag"))).Status);
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, "principals/usr_vera:setRoles", new { roles = new[] { "user" } })).Status);
    }

    [Fact]
    public async Task Of_two_that_change_the_same_version_at_once_one_is_refused()
    {
        await _tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "rita", displayName = "Rita", roles = new[] { "user" } });
        var shown = (await _tenant.Rest(HttpMethod.Get, "principals/usr_rita")).Header("ETag");

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            _tenant.Rest(HttpMethod.Post, "principals/usr_rita:setRoles", new { roles = new[] { i % 2 == 0 ? "service" : "user" } }, ifMatch: shown)));

        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(7, replies.Count(reply => reply.Status == 412));
    }

    [Fact]
    public async Task A_group_gives_its_roles_to_its_members()
    {
        var group = await _tenant.GivenPrincipal("group", roles: ["service"]);
        var caller = await _tenant.GivenKey(null, "user");
        Assert.Equal(403, (await caller.CallTool()).Status);

        await caller.SetRoles(new { roles = new[] { "user" }, groups = new[] { group } });
        Assert.Equal(200, (await caller.CallTool()).Status);

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, $"principals/{group}:setRoles", new { roles = Array.Empty<string>() })).Status);
        Assert.Equal(403, (await caller.CallTool()).Status);
    }

    [Theory]
    [Trait("Control", "AZ-6")]
    [InlineData(":block", "POST")]
    [InlineData("", "DELETE")]
    public async Task Who_is_blocked_or_deleted_is_refused_from_the_next_request_on(string action, string method)
    {
        var caller = await _tenant.GivenKey(null, "user");
        Assert.Equal(200, (await caller.Call("tools/list")).Status);

        Assert.InRange((await _tenant.Rest(new HttpMethod(method), $"principals/svc_{caller.KeyId}{action}", method == "POST" ? new { } : null)).Status, 200, 204);

        Assert.Equal(401, (await caller.Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_condition_on_the_address_is_judged_by_where_the_request_comes_from()
    {
        var caller = await _tenant.GivenKey(null, "user");
        await caller.SetRoles(new { roles = Array.Empty<string>(), conditionalRoles = new[] { new { role = "user", condition = new { addresses = new[] { "127.0.0.2" } } } } });

        Assert.Equal(200, (await caller.Socket(from: IPAddress.Parse("127.0.0.2"))).Status);
        Assert.Equal(403, (await caller.Socket(from: IPAddress.Parse("127.0.0.3"))).Status);
        Assert.Equal(403, (await caller.Socket(from: IPAddress.Parse("127.0.0.3"), more: "X-Forwarded-For: 127.0.0.2\r\n")).Status);
        Assert.Equal(200, (await caller.Socket(from: IPAddress.Parse("127.0.0.2"))).Status);
    }

    [Fact]
    public async Task A_deny_at_some_addresses_takes_there_only()
    {
        var careful = await _tenant.GivenRole(deny: ["tools:read"]);
        var caller = await _tenant.GivenKey(null, "user");
        await caller.SetRoles(new { roles = new[] { "user" }, conditionalRoles = new[] { new { role = careful, condition = new { addresses = new[] { "127.0.0.2" } } } } });

        Assert.Equal(403, (await caller.Socket(from: IPAddress.Parse("127.0.0.2"))).Status);
        Assert.Equal(200, (await caller.Socket(from: IPAddress.Parse("127.0.0.3"))).Status);
    }

    [Fact]
    public async Task A_condition_on_the_trust_of_the_credential_is_not_met_by_a_key()
    {
        var caller = await _tenant.GivenKey(null, "user");
        await caller.SetRoles(new { roles = Array.Empty<string>(), conditionalRoles = new[] { new { role = "user", condition = new { trustLevel = "medium" } } } });
        Assert.Equal(403, (await caller.Call("tools/list")).Status);

        await caller.SetRoles(new { roles = Array.Empty<string>(), conditionalRoles = new[] { new { role = "user", condition = new { trustLevel = "low" } } } });
        Assert.Equal(200, (await caller.Call("tools/list")).Status);
    }

    [Theory]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":{}}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user"}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":null}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":{"allOf":[]}}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":{"anyOf":[{"anyOf":[{"anyOf":[{"trustLevel":"low"}]}]}]}}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":{"time":{"from":"8","to":"9"}}}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":{"addresses":["10.0.0.1/8"]}}]}""")]
    [InlineData("""{"roles":[],"conditionalRoles":[{"role":"user","condition":{"trustLevel":"none"}}]}""")]
    [InlineData("""{"roles":["user","user"]}""")]
    [InlineData("""{"roles":["no-such-role"]}""")]
    [InlineData("""{"roles":[],"groups":["usr_admin"]}""")]
    [InlineData("""{"roles":[],"groups":["grp_nobody"]}""")]
    public async Task Roles_that_are_not_plain_are_refused(string body)
    {
        var principal = await _tenant.GivenPrincipal();

        var reply = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/principals/{principal}:setRoles", System.Text.Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_principal_of_one_tenant_does_not_exist_in_another()
    {
        var principal = await _tenant.GivenPrincipal();
        var other = await product.GivenTenant();
        var routes = new (HttpMethod Method, string Path, object? Body)[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Delete, "", null), (HttpMethod.Post, ":setRoles", new { roles = Array.Empty<string>() }),
            (HttpMethod.Post, ":rename", new { displayName = "x" }), (HttpMethod.Post, ":block", new { }), (HttpMethod.Post, ":unblock", new { }),
            (HttpMethod.Post, ":elevate", new { role = "user", minutes = 1, justification = "a good reason" }), (HttpMethod.Post, ":endElevations", new { }),
        };

        foreach (var (method, path, body) in routes)
        {
            var theirs = await other.Rest(method, $"principals/{principal}{path}", body);
            var nobodys = await other.Rest(method, $"principals/usr_nobody{path}", body);
            Assert.Equal((404, nobodys.TextWithoutIds), (theirs.Status, theirs.TextWithoutIds));
        }

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, $"principals/{principal}")).Status);
    }

    [Fact]
    public async Task Principals_are_listed_in_pages_and_by_kind()
    {
        var group = await _tenant.GivenPrincipal("group");
        var users = new[] { await _tenant.GivenPrincipal(), await _tenant.GivenPrincipal() };
        var path = $"/v1/tenants/{_tenant.Slug}/principals";

        var all = await Paging.All(product.Platform, path, 1, principal => principal.GetProperty("id").GetString()!);
        var groups = (await _tenant.Rest(HttpMethod.Get, "principals?kind=group")).Items();

        string[] made = [group, $"svc_{_tenant.KeyId}", .. users];
        Assert.Equal(made.Order(StringComparer.Ordinal), all);
        Assert.Equal([group], groups.Select(item => item.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=201")]
    [InlineData("pageToken=LTE")]
    [InlineData("pageToken=!!!")]
    [InlineData("kind=nobody")]
    [InlineData("kind=Group")]
    [InlineData("kind=3")]
    [InlineData("kind=")]
    public async Task A_page_that_was_never_offered_is_refused(string query) =>
        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Get, $"principals?{query}")).Status);

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task An_elevation_is_on_record_with_who_and_what()
    {
        var principal = await _tenant.GivenPrincipal();

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, $"principals/{principal}:elevate", new { role = "user", minutes = 5, justification = "to look after the demo" })).Status);

        var entry = (await product.Platform.AuditEvents(_tenant.Slug)).First(entry => entry.GetProperty("action").GetString() == "principals/elevate");
        Assert.Equal($"{_tenant.Slug}/{principal}/user", entry.GetProperty("target").GetString());
        Assert.Equal("to look after the demo", (await _tenant.Rest(HttpMethod.Get, $"principals/{principal}")).Json.GetProperty("elevations")[0].GetProperty("justification").GetString());
    }
}
