using System.Text;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Configurations;

/// <summary>Ways to more than one has by a document, each of which fails as it does on the routes of its objects (AZ-3, AZ-4).</summary>
[Trait("Control", "AZ-3"), Trait("Control", "AZ-4")]
public sealed class ConfigurationAttackTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""{"alertRules":{"x":{"signal":"auth_failures_per_minute","threshold":3}},"roles":{"x":{}}}""", "roles:write")]
    [InlineData("""{"alertRules":{"x":{"signal":"auth_failures_per_minute","threshold":3}},"guestAccess":{"enabled":true}}""", "roles:write")]
    [InlineData("""{"alertRules":{"x":{"signal":"auth_failures_per_minute","threshold":3}},"rateLimits":{"tenant":{"permitsPerMinute":1,"burst":1}}}""", "rate-limits:write")]
    [InlineData("""{"alertRules":{"x":{"signal":"auth_failures_per_minute","threshold":3}},"members":{"svc_x":{"roles":[]}}}""", "principals:read")]
    [InlineData("""{"alertRules":{"x":{"signal":"auth_failures_per_minute","threshold":3}},"rateLimitPlan":{"name":"gold"}}""", "rate-limit-plans:write")]
    public async Task Who_may_not_change_one_kind_changes_nothing_at_all(string document, string needed)
    {
        var (manager, _) = await _tenant.GivenManager("configuration:*", "alerts:*", "roles:read", "rate-limits:read");

        foreach (var query in new[] { "", "?dryRun=true" })
        {
            var refused = await _tenant.Apply(document, query, manager);
            Assert.Equal((403, "permission-denied"), (refused.Status, refused.Json.GetProperty("code").GetString()));
            Assert.Contains(needed, refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "alert-rules/x")).Status);
        Assert.DoesNotContain("members", (await _tenant.Export(manager)).Text, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0, 0), (await _tenant.Apply("""{"roles":{},"alertRules":{"x":{"signal":"auth_failures_per_minute","threshold":3}}}""", credential: manager)).Counts());
    }

    [Fact]
    public async Task A_tenant_gives_itself_no_plan_whatever_its_roles()
    {
        var (manager, _) = await _tenant.GivenManager("*");

        var refused = await _tenant.Apply("""{"rateLimitPlan":{"name":"gold"}}""", credential: manager);

        Assert.Equal(403, refused.Status);
    }

    [Fact]
    public async Task Nobody_gives_more_than_they_hold()
    {
        var (manager, self) = await _tenant.GivenManager("configuration:*", "roles:*", "principals:*", "tools:read");
        var role = (await _tenant.Rest(HttpMethod.Get, $"principals/{self}")).Json.GetProperty("roles")[0].GetString();

        var document =
            $$$$"""
            {"roles":{"more":{"allow":["*"]},"heir":{"inherits":["admin"]},"{{{{role}}}}":{"allow":["*"]},"honest":{"allow":["tools:read:echo"]}},
             "members":{"{{{{self}}}}":{"roles":["admin"]},"svc_sham":{"roles":["admin"]},"grp_admins":{"roles":["admin"]},"svc_honest":{"roles":["honest"]}}}
            """;
        foreach (var query in new[] { "?dryRun=true", "" })
        {
            var tried = await _tenant.Apply(document, query, manager);
            Assert.Equal((403, "permission-denied"), (tried.Status, tried.Json.GetProperty("code").GetString()));
            Assert.Equal(new[] { "members.grp_admins", "members.svc_sham", $"members.{self}", "roles.heir", "roles.more", $"roles.{role}" }.Order(StringComparer.Ordinal), tried.Faults().Order(StringComparer.Ordinal));
        }

        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/more")).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/honest")).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "principals/svc_sham")).Status);
        Assert.Equal([role], (await _tenant.Rest(HttpMethod.Get, $"principals/{self}")).Json.GetProperty("roles").EnumerateArray().Select(given => given.GetString()));
        Assert.Equal((2, 0, 0, 0), (await _tenant.Apply("""{"roles":{"honest":{"allow":["tools:read:echo"]}},"members":{"svc_honest":{"roles":["honest"]}}}""", credential: manager)).Counts());
    }

    [Fact]
    public async Task Another_tenants_administrator_finds_no_tenant()
    {
        var (stranger, _) = await (await product.GivenTenant()).GivenManager("*");

        var (read, written) = (await _tenant.Export(stranger), await _tenant.Apply("""{"roles":{"x":{}}}""", credential: stranger, ifMatch: "*"));

        Assert.Equal((404, 404, "tenant-not-found"), (read.Status, written.Status, written.Json.GetProperty("code").GetString()));
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/x")).Status);
    }

    [Fact]
    public async Task The_platforms_own_things_are_no_tenants()
    {
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/config")).Status);
        Assert.Equal(404, (await (_tenant with { Slug = "_sys" }).Apply("""{"roles":{"x":{"allow":["*"]}}}""", ifMatch: "*")).Status);
    }

    [Fact]
    public async Task A_document_is_applied_to_what_was_read_and_to_nothing_else()
    {
        const string Document = """{"roles":{"late":{}}}""";
        var seen = (await _tenant.Export()).Header("ETag")!;
        await _tenant.GivenRole();

        Assert.Equal(428, (await _tenant.Apply(Document, ifMatch: "")).Status);
        Assert.Equal(412, (await _tenant.Apply(Document, ifMatch: seen)).Status);
        Assert.Equal(412, (await _tenant.Apply(Document, "?dryRun=true", ifMatch: seen)).Status);
        Assert.Equal(412, (await _tenant.Apply(Document, ifMatch: $"W/{(await _tenant.Export()).Header("ETag")}")).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/late")).Status);
        Assert.Equal(200, (await _tenant.Apply(Document, ifMatch: "*")).Status);
    }

    [Theory]
    [InlineData("""{"webhooks":{}}""", "webhooks")]
    [InlineData("""{"tenant":"_sys"}""", "tenant")]
    [InlineData("""{"Roles":{}}""", "Roles")]
    [InlineData("""{"roles":{"a":{"builtIn":true}}}""", "roles.a.builtIn")]
    [InlineData("""{"roles":{"a":{"allow":["nonsense"]}}}""", "roles.a.allow")]
    [InlineData("""{"roles":{"a":null}}""", "roles.a")]
    [InlineData("""{"roles":{"admin":{"allow":[]}}}""", "roles.admin")]
    [InlineData("""{"roles":{"No name":{}}}""", "roles")]
    [InlineData("""{"members":{"svc_a":{}}}""", "members.svc_a.roles")]
    [InlineData("""{"members":{"svc_a":{"roles":["x","x"]}}}""", "members.svc_a.roles")]
    [InlineData("""{"members":{"svc_a":{"roles":[],"blocked":false}}}""", "members.svc_a.blocked")]
    [InlineData("""{"members":{"grp_a":{"roles":[],"groups":["grp_b"]}}}""", "members.grp_a.groups")]
    [InlineData("""{"members":{"ext_0123456789012345678901234567890123456789":{"roles":["admin"]}}}""", "members")]
    [InlineData("""{"members":{"../../x":{"roles":[]}}}""", "members")]
    [InlineData("""{"alertRules":{"a":{"signal":"auth_failures_per_minute","threshold":0}}}""", "alertRules.a.threshold")]
    [InlineData("""{"alertRules":{"a":{"signal":"nonsense","threshold":1}}}""", "alertRules.a.signal")]
    [InlineData("""{"rateLimits":{"tenant":{"permitsPerMinute":0,"burst":1}}}""", "rateLimits.tenant.permitsPerMinute")]
    [InlineData("""{"rateLimits":{"methods":{"no/method":{"cost":1}}}}""", null)]
    [InlineData("""{"rateLimitPlan":{"name":"No plan"}}""", "rateLimitPlan.name")]
    [InlineData("""{"roles":{},"roles":{}}""", "roles")]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    [InlineData("{", null)]
    public async Task What_is_no_configuration_is_refused_by_the_name_of_what_is_wrong(string document, string? member)
    {
        var before = await _tenant.Export();

        var refused = await _tenant.Apply(document, ifMatch: "*");

        Assert.Equal(400, refused.Status);
        Assert.Equal(member ?? "", member is null ? "" : Assert.Single(refused.Json.GetProperty("errors").EnumerateObject()).Name);
        Assert.Equal(before.Header("ETag"), (await _tenant.Export()).Header("ETag"));
    }

    [Fact]
    public async Task Other_media_types_and_depths_are_refused()
    {
        Assert.Equal(415, (await product.Platform.RestRaw(HttpMethod.Put, $"/v1/tenants/{_tenant.Slug}/config", "{}"u8.ToArray(), "text/plain")).Status);
        var deep = Encoding.UTF8.GetBytes($$"""{"roles":{{string.Concat(Enumerable.Repeat("""{"a":""", 40))}}1{{new string('}', 40)}}}""");
        Assert.Equal(400, (await product.Platform.RestRaw(HttpMethod.Put, $"/v1/tenants/{_tenant.Slug}/config", deep)).Status);
    }

    [Fact]
    public async Task Pruning_keeps_what_is_built_in_and_whoever_asks_for_it_and_the_last_admin()
    {
        var (manager, self) = await _tenant.GivenManager("*");
        var role = (await _tenant.Rest(HttpMethod.Get, $"principals/{self}")).Json.GetProperty("roles")[0].GetString();
        var admin = $"svc_{_tenant.KeyId}";

        // Nobody but the last admin's role, and the caller's own one, which the caller keeps, would be taken.
        var pruned = await _tenant.Apply("""{"roles":{},"alertRules":{},"members":{}}""", "?prune=true", manager);
        Assert.Equal((409, "conflict"), (pruned.Status, pruned.Json.GetProperty("code").GetString()));
        Assert.Equal([$"members.{admin}", $"roles.{role}"], pruned.Faults());
        Assert.Equal(["admin"], (await _tenant.Rest(HttpMethod.Get, $"principals/{admin}")).Json.GetProperty("roles").EnumerateArray().Select(given => given.GetString()));

        Assert.Equal(201, (await _tenant.Rest(HttpMethod.Post, "roles", new { name = "unused" })).Status);
        var honest = await _tenant.Apply($$$$"""{"roles":{"{{{{role}}}}":{"allow":["*"]}},"alertRules":{},"members":{"{{{{admin}}}}":{"roles":["admin"]}}}""", "?prune=true", manager);
        Assert.Equal((0, 0, 1, 0), honest.Counts());
        Assert.DoesNotContain(honest.Changes(), change => change.GetProperty("name").GetString() == self);
        Assert.DoesNotContain(honest.Changes(), change => change.GetProperty("kind").GetString() == "alert-rule");
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, "roles/admin")).Status);
    }

    [Fact]
    public async Task A_read_only_tenant_is_exported_and_not_changed()
    {
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}:makeReadOnly", new { reason = "an incident" })).Status);

        Assert.Equal(200, (await _tenant.Export()).Status);
        Assert.Equal("tenant-read-only", (await _tenant.Apply("""{"roles":{"x":{}}}""")).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task More_changes_than_one_request_makes_are_refused_before_the_first_and_as_many_are_made()
    {
        var refused = await _tenant.Apply(Devices(501));
        Assert.Equal(400, refused.Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "principals/dev_m0")).Status);

        Assert.Equal((500, 0, 0, 0), (await _tenant.Apply(Devices(500))).Counts());
    }

    private static string Devices(int count) => $"{{\"members\":{{{string.Join(',', Enumerable.Range(0, count).Select(number => $"\"dev_m{number}\":{{\"roles\":[]}}"))}}}}}";
}
