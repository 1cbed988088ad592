using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Configurations;

/// <summary>A tenant's configuration as one document, in honest hands.</summary>
public sealed class ConfigurationEndpointTests(Product product) : IAsyncLifetime
{
    private const string Whole =
        """
        {
          "guestAccess": { "enabled": true },
          "roles": {
            "author": { "inherits": ["reader"], "allow": ["resources:write:memory/*"] },
            "reader": { "description": "Reads.", "allow": ["resources:read"] }
          },
          "rateLimits": { "tenant": { "permitsPerMinute": 6000, "burst": 600 }, "methods": { "tools/call": { "cost": 3 } } },
          "alertRules": {
            "auth-failures": { "signal": "auth_failures_per_minute", "threshold": 7 },
            "slow": { "signal": "latency_p95_milliseconds", "threshold": 900, "enabled": false }
          },
          "members": {
            "svc_ci": { "displayName": "CI", "roles": ["author"], "groups": ["grp_dev"] },
            "grp_dev": { "roles": ["reader"],
              "conditionalRoles": [ { "role": "author", "condition": { "allOf": [ { "anyOf": [ { "weekdays": ["monday"], "time": { "from": "08:00", "to": "17:00" } } ] } ] } } ] }
          }
        }
        """;

    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_document_makes_everything_once_and_then_nothing_more()
    {
        var made = await _tenant.Apply(Whole);
        Assert.Equal((5, 3, 0, 0), made.Counts());
        Assert.All(made.Changes(), change => Assert.Equal("applied", change.Text("outcome")));

        var again = await _tenant.Apply(Whole);
        Assert.Equal((0, 0, 0, 0), again.Counts());
        Assert.All(again.Changes(), change => Assert.Equal(("unchanged", "unchanged"), (change.Text("action"), change.Text("outcome"))));
        Assert.Equal(made.Header("ETag"), again.Header("ETag"));

        Assert.Equal(["resources:write:memory/*"], (await _tenant.Rest(HttpMethod.Get, "roles/author")).Json.GetProperty("allow").EnumerateArray().Select(grant => grant.GetString()!));
        Assert.Equal(7, (await _tenant.Rest(HttpMethod.Get, "alert-rules/auth-failures")).Json.GetProperty("threshold").GetDecimal());
        Assert.Equal("CI", (await _tenant.Rest(HttpMethod.Get, "principals/svc_ci")).Json.GetProperty("displayName").GetString());
        Assert.Equal(3, (await _tenant.Rest(HttpMethod.Get, "rate-limits")).Json.GetProperty("policy").GetProperty("methods").GetProperty("tools/call").GetProperty("cost").GetInt32());
        Assert.True((await _tenant.Rest(HttpMethod.Get, "guest-access")).Json.GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task What_is_exported_is_applied_to_another_tenant_without_a_difference_left()
    {
        await _tenant.Apply(Whole);
        var exported = await _tenant.Export();
        var document = exported.Document();
        document["members"]!.AsObject().Remove($"svc_{_tenant.KeyId}");
        var other = await product.GivenTenant();

        Assert.Equal((5, 3, 0, 0), (await other.Apply(document.ToJsonString())).Counts());
        var copy = (await other.Export()).Document();
        copy["members"]!.AsObject().Remove($"svc_{other.KeyId}");
        Assert.Equal(document.ToJsonString(), copy.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_changes_nothing()
    {
        var before = await _tenant.Export();
        var planned = await _tenant.Apply(Whole, "?dryRun=true");

        Assert.Equal((5, 3, 0, 0), planned.Counts());
        Assert.True(planned.Json.GetProperty("dryRun").GetBoolean());
        Assert.All(planned.Changes(), change => Assert.Equal("planned", change.Text("outcome")));
        var threshold = planned.Change("alert-rule", "auth-failures").GetProperty("fields").GetProperty("threshold");
        Assert.Equal((10, 7), (threshold.GetProperty("before").GetInt32(), threshold.GetProperty("after").GetInt32()));
        Assert.Equal((before.Text, before.Header("ETag"), before.Header("ETag")), ((await _tenant.Export()).Text, (await _tenant.Export()).Header("ETag"), planned.Header("ETag")));
    }

    [Fact]
    public async Task Each_change_is_on_record_as_by_its_own_route()
    {
        await _tenant.Apply(Whole);
        await _tenant.Apply("""{"members":{"svc_ci":{"displayName":"Build","roles":[]}}}""");
        await _tenant.Apply($$$$"""{"roles":{},"members":{"grp_dev":{"roles":[]},"svc_{{{{_tenant.KeyId}}}}":{"roles":["admin"]}}}""", "?dryRun=true&prune=true");

        var events = (await product.Platform.AuditEvents(_tenant.Slug, 100)).Select(entry => $"{entry.Text("action")} {entry.Text("target")} {entry.Text("outcome")}").ToArray();
        foreach (var expected in new[]
        {
            "roles/create {0}/author ok", "roles/create {0}/reader ok", "guest-access/set {0} ok", "rate-limits/set {0} ok", "alert-rules/put {0}/slow ok", "alert-rules/put {0}/auth-failures ok",
            "principals/add {0}/svc_ci ok", "principals/add {0}/grp_dev ok", "principals/set-roles {0}/svc_ci ok", "principals/rename {0}/svc_ci ok", "configuration/apply {0}/dryRun ok",
        })
        {
            Assert.Single(events, expected.Replace("{0}", _tenant.Slug, StringComparison.Ordinal));
        }

        Assert.Equal(2, events.Count(text => text == $"configuration/apply {_tenant.Slug} ok"));
        Assert.DoesNotContain(events, text => text.StartsWith("roles/delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_document_does_not_name_goes_only_when_that_is_asked_for()
    {
        await _tenant.Apply(Whole);
        const string Less = """{"roles":{},"alertRules":{},"members":{"grp_dev":{"roles":[]}}}""";

        Assert.Equal((0, 1, 0, 0), (await _tenant.Apply(Less)).Counts());
        await _tenant.GivenKey(null, "admin");
        await product.Platform.GivenUser(_tenant.Slug, "boss", "admin");
        var pruned = await _tenant.Apply("""{"roles":{},"alertRules":{},"members":{"usr_boss":{"roles":["admin"]},"grp_dev":{"roles":[]}}}""", "?prune=true");

        Assert.Equal(0, pruned.Counts().Failed);
        Assert.Equal("delete", pruned.Change("role", "author").Text("action"));
        Assert.Equal("delete", pruned.Change("role", "reader").Text("action"));
        Assert.Equal("update", pruned.Change("member", "svc_ci").Text("action"));
        Assert.Equal("delete", pruned.Change("alert-rule", "slow").Text("action"));
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/author")).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "alert-rules/slow")).Status);
        Assert.Equal(7, (await _tenant.Rest(HttpMethod.Get, "alert-rules/auth-failures")).Json.GetProperty("threshold").GetDecimal());
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "principals/svc_ci")).Json.GetProperty("roles").EnumerateArray());
    }

    [Fact]
    public async Task A_section_that_is_absent_is_left_alone_even_when_the_rest_is_pruned()
    {
        await _tenant.Apply(Whole);

        Assert.Equal((0, 0, 1, 0), (await _tenant.Apply("""{"alertRules":{}}""", "?prune=true")).Counts());
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, "roles/author")).Status);
    }

    [Fact]
    public async Task A_document_that_is_right_at_last_is_applied_as_a_whole()
    {
        const string Document = """{"roles":{"orphan":{"inherits":["nowhere"]},"fine":{"allow":["tools:read"]}},"members":{"svc_x":{"roles":["orphan"]},"svc_y":{"roles":["fine"]}}}""";
        Assert.Equal(400, (await _tenant.Apply(Document)).Status);

        Assert.Equal(201, (await _tenant.Rest(HttpMethod.Post, "roles", new { name = "nowhere" })).Status);
        Assert.Equal((4, 0, 0, 0), (await _tenant.Apply(Document, "?dryRun=true")).Counts());
        Assert.Equal((4, 0, 0, 0), (await _tenant.Apply(Document)).Counts());
    }

    [Fact]
    public async Task Limits_fit_the_plan_or_nothing_of_the_document_is_applied()
    {
        var plan = $"p{Guid.NewGuid():N}"[..12];
        using var put = new HttpRequestMessage(HttpMethod.Put, new Uri(product.Platform.ManagementUrl, $"/v1/rate-limit-plans/{plan}"))
        {
            Content = new StringContent("""{"tenant":{"permitsPerMinute":100,"burst":10}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        put.Headers.TryAddWithoutValidation("Authorization", $"Bearer {product.Platform.AdminKey}");
        put.Headers.TryAddWithoutValidation("If-None-Match", "*");
        Assert.Equal(201, (await product.Platform.Send(put)).Status);

        var above = await _tenant.Apply($$$$"""{"roles":{"r":{}},"rateLimitPlan":{"name":"{{{{plan}}}}"},"rateLimits":{"tenant":{"permitsPerMinute":200,"burst":10}}}""");
        Assert.Equal(400, above.Status);
        Assert.All(above.Json.GetProperty("errors").EnumerateObject(), error => Assert.StartsWith("rateLimits.tenant", error.Name, StringComparison.Ordinal));
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "roles/r")).Status);

        Assert.Equal((0, 2, 0, 0), (await _tenant.Apply($$$$"""{"rateLimitPlan":{"name":"{{{{plan}}}}"},"rateLimits":{"tenant":{"permitsPerMinute":100,"burst":10}}}""")).Counts());
        Assert.Equal(plan, (await _tenant.Rest(HttpMethod.Get, "rate-limit-plan")).Json.GetProperty("assigned").GetString());
        Assert.Equal((0, 1, 0, 0), (await _tenant.Apply("""{"rateLimitPlan":{}}""")).Counts());

        // The trail says it by the name that the plan's own route says it by.
        var assigned = Assert.Single(await product.Platform.AuditEvents(_tenant.Slug, 50), entry => entry.Text("action") == "rate-limit-plans/assign");
        Assert.Equal(plan, assigned.GetProperty("changes").GetProperty("plan").GetProperty("after").GetString());
    }

    [Fact]
    public async Task A_tenants_own_administrator_exports_and_applies_the_whole_document()
    {
        var (manager, _) = await _tenant.GivenManager("*");
        var exported = await _tenant.Export(manager);
        Assert.Equal(0, (await _tenant.Apply(exported.Text, credential: manager)).Counts().Failed);
        Assert.Equal((5, 3, 0, 0), (await _tenant.Apply(Whole, credential: manager)).Counts());
    }
}
