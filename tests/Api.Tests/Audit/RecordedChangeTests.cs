using System.Text;
using System.Text.Json;
using Platform.Api.Audit;
using Platform.Api.Tests.Configurations;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>What an event says of what was changed: enough to know who made what of what, and nothing that a trail must not have.</summary>
[Trait("Control", "AL-1"), Trait("Control", "AL-3")]
public sealed class RecordedChangeTests(Product product)
{
    [Fact]
    public async Task A_role_that_is_replaced_is_told_before_and_after()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "roles", new { name = "editor", allow = new[] { "tools:read" } });
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Put, "roles/editor", new { allow = new[] { "tools:read", "tools:call" }, description = "Calls" }, ifMatch: "*")).Status);

        var changes = await Changes(tenant, "roles/replace");

        Assert.Equal("""{"allow":{"before":["tools:read"],"after":["tools:read","tools:call"]},"description":{"before":"","after":"Calls"}}""", changes.GetRawText());
    }

    [Fact]
    public async Task What_a_member_may_do_is_told_and_its_name_is_not()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "ada", displayName = "Ada Lovelace", roles = new[] { "user" } });
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Post, "principals/usr_ada:setRoles", new { roles = new[] { "user", "power-user" } })).Status);
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Post, "principals/usr_ada:rename", new { displayName = "Ada King" })).Status);

        Assert.Equal("""{"roles":{"before":["user"],"after":["user","power-user"]}}""", (await Changes(tenant, "principals/set-roles")).GetRawText());
        Assert.DoesNotContain((await product.Platform.AuditEvents(tenant.Slug, 100)).Select(entry => entry.GetRawText()), record => record.Contains("Ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_limits_rules_and_policies_are_told()
    {
        var tenant = await product.GivenTenant();
        await Put(tenant, "rate-limits", new { tenant = new { permitsPerMinute = 77, burst = 7 } });
        await Put(tenant, "key-policy", new { maxLifeDays = 30 });
        await Put(tenant, "guest-access", new { enabled = true });

        Assert.Equal(77, (await Changes(tenant, "rate-limits/set")).GetProperty("tenant").GetProperty("after").GetProperty("permitsPerMinute").GetInt32());
        Assert.Equal("""{"maxLifeDays":{"after":30}}""", (await Changes(tenant, "key-policy/set")).GetRawText());
        Assert.Equal("""{"enabled":{"before":false,"after":true}}""", (await Changes(tenant, "guest-access/set")).GetRawText());
    }

    [Fact]
    public async Task A_document_tells_what_each_of_its_changes_changed()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "ada", displayName = "Ada Lovelace", roles = new[] { "user" } });
        Assert.Equal(200, (await tenant.Apply("""{"roles":{"late":{"allow":["tools:call"]}},"members":{"usr_ada":{"displayName":"Ada King","roles":["power-user"]}}}""", "")).Status);

        Assert.Equal("""["tools:call"]""", (await Changes(tenant, "roles/create")).GetProperty("allow").GetProperty("after").GetRawText());
        Assert.Equal("""["power-user"]""", (await Changes(tenant, "principals/set-roles")).GetProperty("roles").GetProperty("after").GetRawText());
        Assert.DoesNotContain((await product.Platform.AuditEvents(tenant.Slug, 100)).Select(entry => entry.GetRawText()), record => record.Contains("Ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_made_and_what_is_deleted_is_told_too()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "roles", new { name = "wide", allow = new[] { "tools:call" } });
        await tenant.Rest(HttpMethod.Post, "principals", new { kind = "service", name = "bot", displayName = "Bot of Ada", roles = new[] { "wide" } });
        Assert.Equal(204, (await tenant.Rest(HttpMethod.Delete, "principals/svc_bot")).Status);
        Assert.Equal(204, (await tenant.Rest(HttpMethod.Delete, "roles/wide", ifMatch: "*")).Status);

        Assert.Equal("""{"after":["tools:call"]}""", (await Changes(tenant, "roles/create")).GetProperty("allow").GetRawText());
        Assert.Equal("""{"before":["tools:call"]}""", (await Changes(tenant, "roles/delete")).GetProperty("allow").GetRawText());
        Assert.Equal("""{"after":["wide"]}""", (await Changes(tenant, "principals/add")).GetProperty("roles").GetRawText());
        Assert.Equal("""{"before":["wide"]}""", (await Changes(tenant, "principals/delete")).GetProperty("roles").GetRawText());
        Assert.DoesNotContain((await product.Platform.AuditEvents(tenant.Slug, 100)).Select(entry => entry.GetRawText()), record => record.Contains("Ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_somebody_chose_are_hidden_one_by_one_and_the_record_has_none_twice()
    {
        var tenant = await product.GivenTenant();
        var rule = new { permitsPerMinute = 5, burst = 5 };
        await Put(tenant, "rate-limits", new { tools = new Dictionary<string, object> { ["ada@example.com"] = new { limit = rule }, ["bob@example.com"] = new { limit = rule }, ["[Redacted]"] = new { limit = rule } } });

        var changes = await Changes(tenant, "rate-limits/set");

        Assert.Equal(["[Redacted]", "[Redacted] 2", "[Redacted] 3"], changes.GetProperty("tools").GetProperty("after").EnumerateObject().Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("example.com", changes.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_nested_deep_is_text_and_the_trail_can_be_read()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "ada", displayName = "Ada", roles = new[] { "user" } });
        var set = await tenant.Rest(HttpMethod.Post, "principals/usr_ada:setRoles", new
        {
            roles = new[] { "user" },
            conditionalRoles = new[] { new { role = "power-user", condition = new { weekdays = new[] { "monday" }, addresses = new[] { "10.0.0.0/8" } } } },
        });
        Assert.True(set.Status == 200, set.Text);

        var given = (await Changes(tenant, "principals/set-roles")).GetProperty("conditionalRoles").GetProperty("after")[0].GetProperty("condition");

        Assert.Equal("""["10.0.0.0/8"]""", given.GetProperty("addresses").GetString());
    }

    [Fact]
    public void Whom_a_rule_of_a_provider_names_is_an_HMAC()
    {
        var entry = new AuditEntry(TimeProvider.System, "rest", null)
        {
            Changes = new SortedDictionary<string, ChangedField>(StringComparer.Ordinal) { ["rules"] = new(null, JsonSerializer.SerializeToElement(new[] { new { claim = "name", value = "Ada Lovelace", roles = new[] { "admin" } } })) },
        };
        entry.Succeed();
        var record = entry.Seal();

        Assert.DoesNotContain("Ada", Encoding.UTF8.GetString(record.Record), StringComparison.Ordinal);
        Assert.Single(record.Hashed);
        Assert.Equal("""[{"claim":"name","value":"","roles":["admin"]}]""", JsonElement.Parse(record.Record).GetProperty("changes").GetProperty("rules").GetProperty("after").GetRawText());
    }

    [Fact]
    public async Task A_change_that_is_refused_tells_of_none()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "roles", new { name = "editor", allow = new[] { "tools:read" } });

        Assert.Equal(412, (await tenant.Rest(HttpMethod.Put, "roles/editor", new { allow = new[] { "*" } }, ifMatch: "\"999\"")).Status);

        Assert.False((await Event(tenant, "roles/replace")).TryGetProperty("changes", out _));
    }

    [Fact]
    public async Task A_credential_in_a_setting_is_an_HMAC()
    {
        const string Secret = "mcpk_live_aaaaaaaa_0123456789abcdefghijABCDEFGHIJ0123456789abcdefghi";
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "roles", new { name = "editor", allow = new[] { "tools:read" } });
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Put, "roles/editor", new { allow = new[] { "tools:read" }, description = $"for {Secret}, not more" }, ifMatch: "*")).Status);

        Assert.Matches("^for hmac:[A-Za-z0-9_-]{43}, not more$", (await Changes(tenant, "roles/replace")).GetProperty("description").GetProperty("after").GetString()!);
        Assert.DoesNotContain((await product.Platform.AuditEvents(tenant.Slug, 100)).Select(entry => entry.GetRawText()), record => record.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_too_long_is_cut_and_stays_JSON()
    {
        var many = JsonSerializer.SerializeToElement(Enumerable.Range(0, 5_000).Select(number => $"tools:call:tool-{number}"));
        var nested = JsonSerializer.SerializeToElement(Enumerable.Range(0, 5_000).ToDictionary(number => $"tool-{number}", number => new { limit = number }));
        var secret = JsonSerializer.SerializeToElement(new Dictionary<string, int> { ["mcpm_live_aaaaaaaa_abc"] = 1 });

        var entry = new AuditEntry(TimeProvider.System, "rest", null)
        {
            Changes = new SortedDictionary<string, ChangedField>(StringComparer.Ordinal) { ["a"] = new(many, nested), ["b"] = new(null, secret), ["c"] = new(secret, null) },
        };
        entry.Succeed();
        var record = entry.Seal().Record;

        Assert.InRange(record.Length, 4_096, 8_000);
        var changes = JsonElement.Parse(record).GetProperty("changes");
        Assert.Equal("…", changes.GetProperty("a").GetProperty("before").EnumerateArray().Last().GetString());
        Assert.Equal("…", changes.GetProperty("a").GetProperty("after").GetString());
        Assert.Equal("…", changes.GetProperty("c").GetProperty("before").GetString());
        Assert.DoesNotContain("mcpm_live", Encoding.UTF8.GetString(record), StringComparison.Ordinal);
    }

    private static async Task Put(TenantClient tenant, string path, object body) => Assert.Equal(200, (await tenant.Rest(HttpMethod.Put, path, body, ifMatch: "*")).Status);

    private async Task<JsonElement> Event(TenantClient tenant, string action) =>
        (await product.Platform.AuditEvents(tenant.Slug, 100)).First(entry => entry.GetProperty("action").GetString() == action);

    private async Task<JsonElement> Changes(TenantClient tenant, string action) => (await Event(tenant, action)).GetProperty("changes");
}
