using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Catalogue;

/// <summary>Requests within somebody else's rights: a way to see what they would meet, and no way to more than one's own.</summary>
[Trait("Control", "AZ-3")]
public sealed class OthersRightsTests(McpProduct product)
{
    [Fact]
    public async Task What_the_other_one_may_not_do_is_refused_and_what_they_may_is_done()
    {
        var tenant = await product.GivenTenant();
        var reader = await tenant.GivenPrincipal(roles: [await tenant.GivenRole(allow: ["tools:call:echo"])]);

        Assert.Equal(200, StatusOf(await As(tenant, reader, "echo", new { message = "hello" })));
        Assert.Equal(403, StatusOf(await As(tenant, reader, "memory_set", new { key = "a", value = "x" })));
        Assert.Equal(200, StatusOf(await tenant.TryTool("memory_set", new { key = "a", value = "x" })));
    }

    [Fact]
    public async Task Nobody_gains_by_naming_somebody_who_may_more()
    {
        var tenant = await product.GivenTenant();
        var admin = await tenant.GivenPrincipal(roles: ["admin"]);
        var sender = await tenant.ManagerOf(await tenant.GivenRole(allow: ["mcp:send", "roles:read", "tools:call:echo"], deny: ["resources:write"]));

        Assert.Equal(200, StatusOf(await As(tenant, admin, "echo", new { message = "hello" }, sender)));
        Assert.Equal(403, StatusOf(await As(tenant, admin, "memory_set", new { key = "a", value = "x" }, sender)));
        Assert.NotEqual(200, StatusOf(await tenant.SendMcp("resources/read", new { uri = "memory://a" }, sender, admin)));
    }

    [Fact]
    public async Task What_either_is_denied_is_denied()
    {
        var tenant = await product.GivenTenant();
        var other = await tenant.GivenPrincipal(roles: [await tenant.GivenRole(allow: ["*"], deny: ["tools:call:echo"])]);
        var denied = await tenant.ManagerOf(await tenant.GivenRole(allow: ["*"], deny: ["tools:call:memory_list"]));

        Assert.Equal(403, StatusOf(await As(tenant, other, "echo", new { message = "hello" }, denied)));
        Assert.Equal(403, StatusOf(await As(tenant, other, "memory_list", new { }, denied)));
    }

    [Fact]
    public async Task What_others_may_is_told_to_those_who_may_look_into_roles_alone()
    {
        var tenant = await product.GivenTenant();
        var other = await tenant.GivenPrincipal(roles: ["admin"]);
        var sender = await tenant.ManagerOf(await tenant.GivenRole(allow: ["mcp:send", "tools:call"]));

        var refused = await As(tenant, other, "echo", new { message = "hello" }, sender);

        Assert.Equal(403, refused.Status);
        Assert.Contains("roles:read", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_of_elsewhere_and_nobody_who_is_blocked_is_found()
    {
        var (tenant, neighbour) = (await product.GivenTenant(), await product.GivenTenant());
        var theirs = await neighbour.GivenPrincipal(roles: ["admin"]);
        var blocked = await tenant.GivenPrincipal(roles: ["user"]);
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Post, $"principals/{blocked}:block", new { })).Status);

        Assert.Equal(404, (await As(tenant, theirs, "echo", new { message = "hello" })).Status);
        Assert.Equal(404, (await As(tenant, "usr_nobody", "echo", new { message = "hello" })).Status);
        Assert.Equal(409, (await As(tenant, blocked, "echo", new { message = "hello" })).Status);
        Assert.Equal(400, (await As(tenant, "no id", "echo", new { message = "hello" })).Status);
        Assert.Equal(400, (await As(tenant, "../usr_a", "echo", new { message = "hello" })).Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task Both_records_name_the_caller_and_say_within_whose_rights()
    {
        var tenant = await product.GivenTenant();
        var other = await tenant.GivenPrincipal(roles: ["admin"]);

        await As(tenant, other, "echo", new { message = "hello" });

        var (call, asked) = (Assert.Single(await tenant.EventsOf("tools/call")), Assert.Single(await tenant.EventsOf("mcp/send")));
        Assert.Equal(($"echo as {other}", $"{tenant.Slug}/tools/call as {other}"), (Told(call, "target"), Told(asked, "target")));
        Assert.Equal(Told(asked, "principal"), Told(call, "principal"));
        Assert.DoesNotContain(other, Told(call, "principal"), StringComparison.Ordinal);
    }

    private static Task<Reply> As(TenantClient tenant, string other, string tool, object arguments, string? credential = null) =>
        tenant.SendMcp("tools/call", new { name = tool, arguments }, credential, other);

    private static int StatusOf(Reply reply) => reply.Status == 200 ? reply.Json.GetProperty("status").GetInt32() : throw new InvalidOperationException(reply.ToString());

    private static string Told(JsonElement record, string member) => record.GetProperty(member).GetString()!;
}
