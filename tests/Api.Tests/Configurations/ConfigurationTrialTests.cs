using System.Text.Json;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Configurations;

/// <summary>What would be refused in the middle of a document refuses all of it, and a dry run says the same: nothing is begun that is known not to come to its end.</summary>
public sealed class ConfigurationTrialTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""{"members":{"svc_x":{"roles":["nowhere"]}}}""", "members.svc_x.roles")]
    [InlineData("""{"members":{"svc_x":{"roles":[],"conditionalRoles":[{"role":"nowhere","condition":{"allOf":[{"anyOf":[{"weekdays":["monday"]}]}]}}]}}}""", "members.svc_x.roles")]
    [InlineData("""{"members":{"svc_x":{"roles":[],"groups":["grp_none"]}}}""", "members.svc_x.groups")]
    [InlineData("""{"members":{"grp_x":{"roles":["nowhere"]},"svc_x":{"roles":[],"groups":["grp_x"]}}}""", "members.grp_x.roles")]
    [InlineData("""{"roles":{"orphan":{"inherits":["nowhere"]},"heir":{"inherits":["orphan"]}},"members":{"svc_x":{"roles":["heir"]}}}""", "roles.orphan.inherits")]
    [InlineData("""{"roles":{"one":{"inherits":["other"]},"other":{"inherits":["one"]}}}""", "roles.other.inherits")]
    [InlineData("""{"roles":{"orphan":{"inherits":["nowhere"]}},"members":{"svc_x":{"roles":["gone"]}}}""", "roles.orphan.inherits", "members.svc_x.roles")]
    [InlineData("""{"rateLimitPlan":{"name":"nowhere"}}""", "rateLimitPlan.name")]
    [InlineData("""{"alertRules":{"own":{"signal":"memory_usage_percentage","threshold":5}}}""", "alertRules.own.signal")]
    [InlineData("""{"alertRules":{"auth-failures":{"signal":"latency_p95_milliseconds","threshold":5}}}""", "alertRules.auth-failures.signal")]
    public async Task What_cannot_be_is_known_before_anything_is_changed(string document, params string[] faults)
    {
        var before = (await _tenant.Export()).Header("ETag");
        var whole = """{"guestAccess":{"enabled":true},""" + document[1..];

        foreach (var query in new[] { "?dryRun=true", "" })
        {
            var refused = await _tenant.Apply(whole, query);
            Assert.Equal((400, "invalid-params"), (refused.Status, refused.Json.GetProperty("code").GetString()));
            Assert.Equal(faults.Order(StringComparer.Ordinal), refused.Faults().Order(StringComparer.Ordinal));
        }

        Assert.Equal(before, (await _tenant.Export()).Header("ETag"));
        Assert.Equal((0, 1, 0, 0), (await _tenant.Apply("""{"guestAccess":{"enabled":true}}""")).Counts());
    }

    [Theory]
    [InlineData("usr_anna", "usr_bob")]
    [InlineData("usr_bob", "usr_anna")]
    public async Task An_admin_hands_over_to_another_whatever_their_names(string from, string to)
    {
        Assert.Equal(0, (await _tenant.Apply(Members((from, "admin"), (to, null)))).Counts().Failed);

        var handed = await _tenant.Apply(Members((from, null), (to, "admin")));

        Assert.Equal((0, 2, 0, 0), handed.Counts());
        Assert.Equal(409, (await _tenant.Apply(Members((to, null)))).Status);

        static string Members(params (string Id, string? Role)[] members) => JsonSerializer.Serialize(new
        {
            members = members.ToDictionary(member => member.Id, member => new { roles = member.Role is { } role ? new[] { role } : [] }, StringComparer.Ordinal),
        });
    }

    [Fact]
    public async Task A_rule_makes_room_for_another_where_there_are_as_many_as_there_may_be()
    {
        Assert.Equal((20, 0, 0, 0), (await _tenant.Apply(Rules(0))).Counts());

        var full = await _tenant.Apply(Rules(1));
        var exchanged = await _tenant.Apply(Rules(1), "?prune=true");

        Assert.Equal((429, "quota-exceeded"), (full.Status, full.Json.GetProperty("code").GetString()));
        Assert.Equal((1, 0, 1, 0), exchanged.Counts());
        Assert.Equal((404, 200), ((await _tenant.Rest(HttpMethod.Get, "alert-rules/rule-0")).Status, (await _tenant.Rest(HttpMethod.Get, "alert-rules/rule-20")).Status));

        static string Rules(int first) => JsonSerializer.Serialize(new
        {
            alertRules = Enumerable.Range(first, 20).ToDictionary(number => $"rule-{number}", _ => new { signal = "auth_failures_per_minute", threshold = 3 }, StringComparer.Ordinal),
        });
    }

    [Fact]
    public async Task A_circle_is_called_one()
    {
        var refused = await _tenant.Apply("""{"roles":{"one":{"inherits":["other"]},"other":{"inherits":["one"]}}}""", "?dryRun=true");

        Assert.Contains("inherit itself", refused.Json.GetProperty("errors").GetProperty("roles.other.inherits")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_goes_must_be_nobodys_when_all_else_is_done()
    {
        await _tenant.Apply("""{"roles":{"old":{},"base":{},"heir":{"inherits":["base"]}},"members":{"svc_stays":{"roles":["old"]},"svc_named":{"roles":["old"]}}}""");
        var before = (await _tenant.Export()).Header("ETag");

        // Members that the document leaves alone, names with the role, or that inherit it.
        foreach (var (document, fault) in new[]
        {
            ("""{"roles":{"base":{},"heir":{"inherits":["base"]}}}""", "roles.old"),
            ("""{"roles":{"base":{},"heir":{"inherits":["base"]}},"members":{"svc_named":{"roles":["old"]},"svc_KEY":{"roles":["admin"]}}}""", "roles.old"),
            ("""{"roles":{"old":{},"heir":{"inherits":["base"]}}}""", "roles.base"),
        })
        {
            foreach (var query in new[] { "?prune=true&dryRun=true", "?prune=true" })
            {
                var refused = await _tenant.Apply(document.Replace("KEY", _tenant.KeyId, StringComparison.Ordinal), query);
                Assert.Equal((409, fault), (refused.Status, Assert.Single(refused.Faults())));
            }
        }

        Assert.Equal(before, (await _tenant.Export()).Header("ETag"));

        // The same when who had it has another by the same document.
        var honest = $$$$"""{"roles":{"new":{}},"members":{"svc_named":{"roles":["new"]},"svc_{{{{_tenant.KeyId}}}}":{"roles":["admin"]}}}""";
        Assert.Equal((1, 2, 3, 0), (await _tenant.Apply(honest, "?prune=true&dryRun=true")).Counts());
        Assert.Equal((1, 2, 3, 0), (await _tenant.Apply(honest, "?prune=true")).Counts());
    }

    [Fact]
    public async Task Who_was_deleted_is_not_added_again()
    {
        await _tenant.Apply("""{"members":{"svc_gone":{"roles":[]}}}""");
        Assert.Equal(204, (await _tenant.Rest(HttpMethod.Delete, "principals/svc_gone")).Status);

        foreach (var query in new[] { "?dryRun=true", "" })
        {
            var refused = await _tenant.Apply("""{"members":{"svc_gone":{"roles":[]},"svc_new":{"roles":[]}}}""", query);
            Assert.Equal((409, "members.svc_gone"), (refused.Status, Assert.Single(refused.Faults())));
        }

        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "principals/svc_new")).Status);
    }

    [Fact]
    public async Task The_last_admin_is_not_denied_anything_by_a_document()
    {
        var admin = $"svc_{_tenant.KeyId}";
        await _tenant.Apply($$$$"""{"roles":{"extra":{}},"members":{"{{{{admin}}}}":{"roles":["admin","extra"]}}}""");

        foreach (var query in new[] { "?dryRun=true", "" })
        {
            var refused = await _tenant.Apply("""{"roles":{"extra":{"deny":["tools:call"]},"other":{}}}""", query);
            Assert.Equal((409, "roles.extra"), (refused.Status, Assert.Single(refused.Faults())));
        }

        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/other")).Status);
    }

    [Fact]
    public async Task What_a_document_makes_is_there_for_what_comes_after_it()
    {
        const string Document = """
            {"roles":{"caller":{"inherits":["reader"]},"reader":{"allow":["tools:read"]}},
             "members":{"svc_x":{"roles":["caller"],"groups":["grp_x"]},"grp_x":{"roles":["reader"]}}}
            """;

        Assert.All((await _tenant.Apply(Document, "?dryRun=true")).Changes(), change => Assert.Equal("planned", change.Text("outcome")));
        Assert.All((await _tenant.Apply(Document)).Changes(), change => Assert.Equal("applied", change.Text("outcome")));
    }
}
