using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Roles;

[Trait("Control", "AZ-1")]
public sealed class RoleEndpointTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_role_is_created_seen_replaced_and_deleted()
    {
        var name = Administration.RoleName();
        var created = await _tenant.Rest(HttpMethod.Post, "roles", new { name, description = "Reads.", allow = new[] { "resources:read" }, deny = new[] { "resources:read:secret/*" }, inherits = new[] { "user" } });
        Assert.Equal((201, $"/v1/tenants/{_tenant.Slug}/roles/{name}"), (created.Status, created.Header("Location")));

        var seen = (await _tenant.Rest(HttpMethod.Get, $"roles/{name}")).Json;
        Assert.Equal(["name", "description", "allow", "deny", "inherits", "builtIn", "changedAt", "changedBy"], seen.EnumerateObject().Select(member => member.Name));
        Assert.Contains(name, (await _tenant.Rest(HttpMethod.Get, "roles")).Items().Select(role => role.GetProperty("name").GetString()));

        var replaced = await _tenant.Rest(HttpMethod.Put, $"roles/{name}", new { allow = new[] { "tools:read" } }, ifMatch: "*");
        Assert.Equal((200, """["tools:read"]""", "[]", "[]"),
            (replaced.Status, replaced.Json.GetProperty("allow").GetRawText(), replaced.Json.GetProperty("deny").GetRawText(), replaced.Json.GetProperty("inherits").GetRawText()));

        Assert.Equal(204, (await _tenant.Rest(HttpMethod.Delete, $"roles/{name}", ifMatch: "*")).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, $"roles/{name}")).Status);
    }

    [Theory]
    [InlineData("""{"name":"Bad"}""", "name")]
    [InlineData("""{"name":"bad-"}""", "name")]
    [InlineData("""{"name":"1bad"}""", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"bad","allow":["tools"]}""", "allow")]
    [InlineData("""{"name":"bad","allow":["*:*"]}""", "allow")]
    [InlineData("""{"name":"bad","allow":["tools:reed"]}""", "allow")]
    [InlineData("""{"name":"bad","allow":["*"],"deny":["keyz:write"]}""", "deny")]
    [InlineData("""{"name":"bad","deny":["TOOLS:read"]}""", "deny")]
    [InlineData("""{"name":"bad","deny":["resources:read:a/../b"]}""", "deny")]
    [InlineData("""{"name":"bad","deny":["resources:read:a*"]}""", "deny")]
    [InlineData("""{"name":"bad","allow":[null]}""", "allow")]
    [InlineData("""{"name":"bad","inherits":["user","user"]}""", "inherits")]
    [InlineData("""{"name":"bad","inherits":["nobody"]}""", "inherits")]
    [InlineData("""{"name":"bad","inherits":["a","b","c","d","e","f","g","h","i","j","k"]}""", "inherits")]
    public async Task A_role_that_is_not_plain_is_refused_by_the_member_at_fault(string body, string member)
    {
        var reply = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/roles", Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, member), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_built_in_role_cannot_be_changed(string method) =>
        Assert.Equal(409, (await _tenant.Rest(new HttpMethod(method), "roles/admin", method == "PUT" ? new { allow = Array.Empty<string>() } : null, ifMatch: "*")).Status);

    [Fact]
    public async Task A_role_in_use_is_not_deleted_and_the_answer_says_by_whom()
    {
        var role = await _tenant.GivenRole(["tools:read"]);
        var principal = await _tenant.GivenPrincipal(roles: [role]);

        var reply = await _tenant.Rest(HttpMethod.Delete, $"roles/{role}", ifMatch: "*");

        Assert.Equal(409, reply.Status);
        Assert.Contains(principal, reply.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_role_of_one_tenant_is_unknown_in_another_and_on_the_platform()
    {
        var role = await _tenant.GivenRole(["tools:read"]);
        var other = await product.GivenTenant();

        Assert.Equal(404, (await other.Rest(HttpMethod.Get, $"roles/{role}")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/platform/roles/{role}")).Status);
        Assert.Equal(400, (await other.Rest(HttpMethod.Post, "keys", new { name = "k", roles = new[] { role } })).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/roles")).Status);
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_changed_role_counts_from_the_next_request_on()
    {
        var role = await _tenant.GivenRole(["tools:call"]);
        var caller = await _tenant.GivenKey(null, role);
        Assert.Equal(200, (await caller.CallTool()).Status);

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Put, $"roles/{role}", new { allow = new[] { "tools:call" }, deny = new[] { "tools:call:echo" } }, ifMatch: "*")).Status);

        Assert.Equal(403, (await caller.CallTool()).Status);
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task What_is_denied_is_neither_listed_nor_served()
    {
        await _tenant.CallTool("memory_set", new { key = "seen", value = "x" });
        await _tenant.CallTool("memory_set", new { key = "hidden", value = "x" });
        var role = await _tenant.GivenRole(["*"], ["tools:*:memory_set", "prompts:read:summarize_memory", "resources:read:memory/hidden"]);
        var caller = await _tenant.GivenKey(null, role);

        var tools = (await caller.Call("tools/list")).Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()).ToList();
        Assert.Contains("echo", tools);
        Assert.DoesNotContain("memory_set", tools);
        Assert.Empty((await caller.Call("prompts/list")).Result.GetProperty("prompts").EnumerateArray());
        Assert.Equal(["seen"], (await caller.Call("resources/list")).Result.GetProperty("resources").EnumerateArray().Select(resource => resource.GetProperty("name").GetString()));

        Assert.Equal(403, (await caller.CallTool("memory_set", new { key = "hidden", value = "y" })).Status);
        Assert.Equal(403, (await caller.Call("prompts/get", new { name = "summarize_memory", arguments = new { key = "seen" } }, "summarize_memory")).Status);
        Assert.Equal(403, (await caller.Read("memory://hidden")).Status);
        Assert.Equal(200, (await caller.Read("memory://seen")).Status);
    }

    [Fact]
    [Trait("Control", "CF-4")]
    public async Task Guest_access_is_off_until_somebody_turns_it_on()
    {
        var guest = await _tenant.GivenKey(null, "guest");
        Assert.Equal("""{"enabled":false}""", (await _tenant.Rest(HttpMethod.Get, "guest-access")).Text);
        Assert.Equal(401, (await guest.Call("tools/list")).Status);

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Put, "guest-access", new { enabled = true }, ifMatch: "*")).Status);
        Assert.Equal(200, (await guest.Call("tools/list")).Status);
        Assert.Equal(403, (await guest.CallTool()).Status);

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Put, "guest-access", new { enabled = false }, ifMatch: "*")).Status);
        Assert.Equal(401, (await guest.Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_test_of_permissions_answers_the_rule_that_decides()
    {
        var careful = await _tenant.GivenRole(deny: ["resources:read:secret/*"]);
        var staff = await _tenant.GivenPrincipal("group", roles: ["user"]);
        var principal = await _tenant.GivenPrincipal(roles: [careful], groups: [staff]);

        Assert.Equal($$"""{"allowed":true,"rule":"resources:read","role":"user","group":"{{staff}}","reason":"'resources:read' of the role 'user' allows it."}""",
            (await AskAsync(new { principal, area = "resources", action = "read", target = "public/x" })).Text);
        Assert.Equal((false, "resources:read:secret/*", careful), Verdict(await AskAsync(new { principal, area = "resources", action = "read", target = "secret/x" })));
        Assert.Equal((false, null, null), Verdict(await AskAsync(new { principal, area = "tools", action = "call", target = "echo" })));
    }

    [Fact]
    public async Task A_test_of_permissions_judges_conditions_by_what_is_asked()
    {
        var caller = await _tenant.GivenKey(null, "user");
        await caller.SetRoles(new
        {
            roles = Array.Empty<string>(),
            conditionalRoles = new[] { new { role = "user", condition = new { addresses = new[] { "10.0.0.0/8" }, time = new { from = "08:00", to = "18:00" }, weekdays = new[] { "wednesday" }, trustLevel = "medium" } } },
        });
        var principal = $"svc_{caller.KeyId}";

        Assert.True(Verdict(await AskAsync(new { principal, area = "tools", action = "read", address = "10.1.1.1", time = "2026-07-01T12:00:00Z", trustLevel = "high" })).Allowed);
        Assert.False(Verdict(await AskAsync(new { principal, area = "tools", action = "read", time = "2026-07-01T12:00:00Z", trustLevel = "high" })).Allowed);
        Assert.False(Verdict(await AskAsync(new { principal, area = "tools", action = "read", address = "10.1.1.1", time = "2026-07-01T18:00:00Z", trustLevel = "high" })).Allowed);
        Assert.False(Verdict(await AskAsync(new { principal, area = "tools", action = "read", address = "10.1.1.1", time = "2026-07-02T12:00:00Z", trustLevel = "high" })).Allowed);
        var elsewhere = await AskAsync(new { principal, area = "tools", action = "read", address = "10.1.1.1", time = "2026-07-01T12:00:00Z" });
        Assert.False(Verdict(elsewhere).Allowed);
        Assert.Contains("'user' would", elsewhere.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_permissions_judges_others_as_a_whole_beside_it()
    {
        var careful = await _tenant.GivenRole(["prompts:read:summary"], ["resources:read:secret/*", "tools:call"]);
        var staff = await _tenant.GivenPrincipal("group", roles: ["user"]);
        var principal = await _tenant.GivenPrincipal(roles: [careful], groups: [staff]);

        var answer = await AskAsync(new { principal, area = "tools", action = "read", permissions = new[] { "tools:read", "tools:call", "resources:read", "resources:read:public/*", "keys:write", "prompts:read:summary" } });

        Assert.Equal(
            ["tools:read allowed", "tools:call denied", "resources:read partly", "resources:read:public/* allowed", "keys:write denied", "prompts:read:summary allowed"],
            answer.Json.GetProperty("permissions").EnumerateArray().Select(verdict => $"{verdict.GetProperty("permission")} {verdict.GetProperty("effect")}"));
        Assert.Equal(
            $$"""{"permission":"resources:read","effect":"partly","rules":[{"allows":false,"rule":"resources:read:secret/*","role":"{{careful}}"},{"allows":true,"rule":"resources:read","role":"user","group":"{{staff}}"}],"more":false}""",
            answer.Json.GetProperty("permissions")[2].GetRawText());
        Assert.Equal($$"""[{"allows":false,"rule":"tools:call","role":"{{careful}}"}]""", answer.Json.GetProperty("permissions")[1].GetProperty("rules").GetRawText());
        Assert.Equal(0, answer.Json.GetProperty("permissions")[4].GetProperty("rules").GetArrayLength());
    }

    [Fact]
    public async Task A_test_of_many_permissions_is_bounded_and_knows_them()
    {
        var principal = await _tenant.GivenPrincipal(roles: ["user"]);

        Assert.Equal(200, (await AskAsync(new { principal, area = "tools", action = "read", permissions = Enumerable.Repeat("tools:read", 200) })).Status);
        Assert.Equal(400, (await AskAsync(new { principal, area = "tools", action = "read", permissions = Enumerable.Repeat("tools:read", 201) })).Status);
        Assert.Equal(400, (await AskAsync(new { principal, area = "tools", action = "read", permissions = new[] { "tools:rede" } })).Status);
        Assert.Equal(400, (await AskAsync(new { principal, area = "tools", action = "read", permissions = new[] { "nonsense" } })).Status);
    }

    [Fact]
    public async Task A_test_of_permissions_knows_who_is_blocked_and_who_does_not_exist()
    {
        var principal = await _tenant.GivenPrincipal(roles: ["user"]);
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, $"principals/{principal}:block", new { })).Status);

        Assert.False(Verdict(await AskAsync(new { principal, area = "tools", action = "read" })).Allowed);
        Assert.Equal("denied", (await AskAsync(new { principal, area = "tools", action = "read", permissions = new[] { "tools:read" } })).Json.GetProperty("permissions")[0].GetProperty("effect").GetString());
        Assert.Equal(404, (await AskAsync(new { principal = "usr_nobody", area = "tools", action = "read" })).Status);
        Assert.Equal(400, (await AskAsync(new { principal, area = "tools", action = "read", address = "nowhere" })).Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task A_change_of_a_role_is_on_record_with_its_name()
    {
        var role = await _tenant.GivenRole(["tools:read"]);

        var entry = (await product.Platform.AuditEvents(_tenant.Slug)).First(entry => entry.GetProperty("action").GetString() == "roles/create");

        Assert.Equal(($"{_tenant.Slug}/{role}", "ok"), (entry.GetProperty("target").GetString(), entry.GetProperty("outcome").GetString()));
    }

    private Task<Reply> AskAsync(object question) => _tenant.Rest(HttpMethod.Post, "roles:testPermissions", question);

    private static (bool Allowed, string? Rule, string? Role) Verdict(Reply reply) =>
        (reply.Json.GetProperty("allowed").GetBoolean(), Member(reply, "rule"), Member(reply, "role"));

    private static string? Member(Reply reply, string name) => reply.Json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
