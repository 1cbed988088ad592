using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Roles;

/// <summary>Ways to more than one has, each beside what an honest administrator of the same powers may do (AZ-3).</summary>
[Trait("Control", "AZ-3")]
public sealed class EscalationTests(Product product) : IAsyncLifetime
{
    private static readonly string[] Helpdesk = ["tenants:read", "roles:*", "principals:*", "keys:*", "management-keys:*", "tools:read", "resources:read:public/*"];

    private TenantClient _tenant = null!;
    private string _helpdesk = null!;
    private string _ownKey = null!;

    public async ValueTask InitializeAsync()
    {
        _tenant = await product.GivenTenant();
        (_helpdesk, _ownKey) = await product.Platform.GivenOperator(Helpdesk);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("*", 403)]
    [InlineData("tools:*", 403)]
    [InlineData("tools:call", 403)]
    [InlineData("resources:read", 403)]
    [InlineData("resources:*:public/*", 403)]
    [InlineData("platform-roles:write", 403)]
    [InlineData("tools:read", 201)]
    [InlineData("tools:read:echo", 201)]
    [InlineData("resources:read:public/a/*", 201)]
    public async Task Nobody_creates_a_role_with_more_than_they_hold(string grant, int status) =>
        Assert.Equal(status, (await Post("roles", new { name = Administration.RoleName(), allow = new[] { grant } })).Status);

    [Fact]
    public async Task Nobody_inherits_what_they_do_not_hold()
    {
        Assert.Equal(403, (await Post("roles", new { name = Administration.RoleName(), inherits = new[] { "admin" } })).Status);
        Assert.Equal(403, (await Post("roles", new { name = Administration.RoleName(), inherits = new[] { "user" } })).Status);
        Assert.Equal(201, (await Post("roles", new { name = Administration.RoleName(), inherits = new[] { "guest" } })).Status);
    }

    [Fact]
    public async Task Nobody_raises_a_role_that_they_or_others_have()
    {
        var role = await _tenant.GivenRole(["tools:read"]);

        Assert.Equal(403, (await Send(HttpMethod.Put, $"roles/{role}", new { allow = new[] { "*" } })).Status);
        Assert.Equal(200, (await Send(HttpMethod.Put, $"roles/{role}", new { allow = new[] { "tools:read:echo" } })).Status);
    }

    [Fact]
    public async Task Nobody_makes_an_admin()
    {
        var principal = await _tenant.GivenPrincipal();

        Assert.Equal(403, (await Post("principals", new { kind = "user", displayName = "m", roles = new[] { "admin" } })).Status);
        Assert.Equal(403, (await Post($"principals/{principal}:setRoles", new { roles = new[] { "admin" } })).Status);
        Assert.Equal(403, (await Post($"principals/{principal}:elevate", new { role = "admin", minutes = 1, justification = "only for a minute" })).Status);
        Assert.Equal(403, (await Post("keys", new { name = "k", roles = new[] { "admin" } })).Status);
        Assert.Equal(200, (await Post($"principals/{principal}:setRoles", new { roles = new[] { "guest" } })).Status);
    }

    [Fact]
    public async Task Nobody_takes_from_the_last_admin_by_a_role_that_denies()
    {
        Assert.Equal(201, (await Post("roles", new { name = "void", deny = new[] { "*" } })).Status);
        var admin = $"principals/svc_{_tenant.KeyId}";
        var group = (await Post("principals", new { kind = "group", displayName = "g" })).Json.GetProperty("id").GetString();

        Assert.Equal(409, (await Post($"{admin}:setRoles", new { roles = new[] { "admin", "void" } })).Status);
        Assert.Equal(400, (await Post($"{admin}:elevate", new { role = "void", minutes = 60, justification = "a test of power" })).Status);
        Assert.Equal(200, (await Post($"{admin}:setRoles", new { roles = new[] { "admin" }, groups = new[] { group } })).Status);
        Assert.Equal(409, (await Post($"principals/{group}:setRoles", new { roles = new[] { "void" } })).Status);
        Assert.Equal(201, (await Post("roles", new { name = "plain" })).Status);
        Assert.Equal(200, (await Post($"{admin}:setRoles", new { roles = new[] { "admin", "plain" } })).Status);
        Assert.Equal(409, (await Send(HttpMethod.Put, "roles/plain", new { deny = new[] { "tools:call" } })).Status);

        // An admin who is denied everything is none that the last one could be replaced by.
        Assert.Equal(201, (await Post("principals", new { kind = "service", name = "sham", displayName = "s", roles = new[] { "admin", "void" } })).Status);
        Assert.Equal(409, (await Post($"{admin}:block", new { reason = "gone" })).Status);
    }

    [Fact]
    public async Task Nobody_joins_a_group_that_has_more()
    {
        var admins = await _tenant.GivenPrincipal("group", roles: ["admin"]);
        var principal = await _tenant.GivenPrincipal();

        Assert.Equal(403, (await Post($"principals/{principal}:setRoles", new { roles = Array.Empty<string>(), groups = new[] { admins } })).Status);
        Assert.Equal(403, (await Post("principals", new { kind = "device", displayName = "m", groups = new[] { admins } })).Status);
    }

    [Fact]
    public async Task Nobody_raises_a_group_that_they_could_fill()
    {
        var group = await _tenant.GivenPrincipal("group");

        Assert.Equal(403, (await Post($"principals/{group}:setRoles", new { roles = new[] { "admin" } })).Status);
    }

    [Fact]
    public async Task Nobody_brings_a_blocked_admin_back()
    {
        var boss = await _tenant.GivenPrincipal(roles: ["admin"]);
        await _tenant.GivenPrincipal(roles: ["admin"]);
        Assert.Equal(200, (await Post($"principals/{boss}:block", new { })).Status);

        Assert.Equal(403, (await Post($"principals/{boss}:unblock", new { })).Status);
    }

    [Theory]
    [InlineData("POST", "/v1/platform/roles", """{"name":"mine","allow":["*"]}""")]
    [InlineData("GET", "/v1/platform/principals", null)]
    [InlineData("POST", "/v1/platform/principals", """{"kind":"user","displayName":"m","roles":[]}""")]
    [InlineData("POST", "/v1/platform/principals/svc_{0}:setRoles", """{"roles":["admin"]}""")]
    [InlineData("POST", "/v1/platform/principals/svc_{0}:elevate", """{"role":"admin","minutes":1,"justification":"only for a minute"}""")]
    [InlineData("POST", "/v1/platform/principals/usr_admin:block", "{}")]
    [InlineData("POST", "/v1/management-keys", """{"name":"m","roles":["admin"]}""")]
    public async Task Who_administers_tenants_does_not_administer_the_platform(string method, string path, string? body)
    {
        var reply = await product.Platform.Rest(new HttpMethod(method), path.Replace("{0}", _ownKey, StringComparison.Ordinal), body is null ? null : System.Text.Json.Nodes.JsonNode.Parse(body), _helpdesk);

        Assert.Equal(403, reply.Status);
    }

    [Fact]
    public async Task An_operator_who_may_change_operators_gives_no_more_than_they_hold_themselves_included()
    {
        var (secret, key) = await product.Platform.GivenOperator("platform-principals:*", "platform-roles:*");

        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, $"/v1/platform/principals/svc_{key}:setRoles", new { roles = new[] { "admin" } }, secret)).Status);
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/roles", new { name = Administration.RoleName(), allow = new[] { "tenants:read" } }, secret)).Status);
        Assert.Equal(201, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/roles", new { name = Administration.RoleName(), allow = new[] { "platform-roles:read" } }, secret)).Status);
    }

    [Fact]
    public async Task The_last_operator_is_neither_blocked_nor_deleted_nor_demoted()
    {
        Assert.Equal(409, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:block", new { })).Status);
        Assert.Equal(409, (await product.Platform.Rest(HttpMethod.Delete, "/v1/platform/principals/usr_admin")).Status);
        Assert.Equal(409, (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/principals/usr_admin:setRoles", new { roles = new[] { "user" } })).Status);
    }

    [Theory]
    [InlineData("roles", """{"name":"x","allow":["tools:read"],"builtIn":true}""")]
    [InlineData("roles", """{"name":"x","allow":["tools:read"],"tenantId":"_sys"}""")]
    [InlineData("roles", """{"name":"x","allow":["tools:read"],"tenant":"_sys"}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","tenantId":"_sys"}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","id":"usr_admin"}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","elevations":[{"role":"admin"}]}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","blocked":false}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","passwordHash":"x"}""")]
    [InlineData("principals", """{"kind":1,"displayName":"x"}""")]
    [InlineData("principals", """{"kind":"User","displayName":"x"}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","name":"../admin"}""")]
    [InlineData("principals", """{"kind":"user","displayName":"x","roles":["Admin"]}""")]
    [InlineData("principals/{0}:rename", """{"displayName":"x","roles":["admin"]}""")]
    [InlineData("principals/{0}:setRoles", """{"roles":["user"],"allow":["*"]}""")]
    [InlineData("principals/{0}:setRoles", """{"roles":["user"],"caller":{"principal":"usr_admin"}}""")]
    [InlineData("principals/{0}:elevate", """{"role":"user","minutes":1441,"justification":"for a very long time"}""")]
    [InlineData("principals/{0}:elevate", """{"role":"user","minutes":0,"justification":"for no time at all"}""")]
    [InlineData("principals/{0}:elevate", """{"role":"user","minutes":10,"justification":"      x      "}""")]
    [InlineData("principals/{0}:elevate", """{"role":"user","minutes":10}""")]
    [InlineData("principals/{0}:elevate", """{"role":"user","minutes":10,"justification":"a good reason","until":"2999-01-01T00:00:00Z"}""")]
    public async Task No_member_that_is_not_the_commands_own_is_taken(string path, string body)
    {
        var principal = await _tenant.GivenPrincipal();
        var before = (await _tenant.Rest(HttpMethod.Get, $"principals/{principal}")).Text;

        var reply = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/{path.Replace("{0}", principal, StringComparison.Ordinal)}", Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Equal(before, (await _tenant.Rest(HttpMethod.Get, $"principals/{principal}")).Text);
    }

    private Task<Reply> Post(string path, object body) => Send(HttpMethod.Post, path, body);

    private Task<Reply> Send(HttpMethod method, string path, object body) => _tenant.Rest(method, path, body, _helpdesk, method == HttpMethod.Put ? "*" : null);
}
