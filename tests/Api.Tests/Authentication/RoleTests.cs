using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Authentication;

/// <summary>The guide's three roles over every method (AZ-1), and lists that show only what may be used (AZ-5).</summary>
[Trait("Control", "AZ-1")]
public sealed class RoleTests(Product product)
{
    // role, method, scope that is missing ("" when it is served)
    public static TheoryData<string, string, string> Table => new()
    {
        { "admin", "server/discover", "" }, { "user", "server/discover", "" }, { "service", "server/discover", "" },
        { "admin", "tools/list", "" }, { "user", "tools/list", "" }, { "service", "tools/list", "tools:read" },
        { "admin", "tools/call", "" }, { "user", "tools/call", "tools:call" }, { "service", "tools/call", "" },
        { "admin", "resources/list", "" }, { "user", "resources/list", "" }, { "service", "resources/list", "" },
        { "admin", "resources/templates/list", "" }, { "user", "resources/templates/list", "" }, { "service", "resources/templates/list", "" },
        { "admin", "resources/read", "" }, { "user", "resources/read", "" }, { "service", "resources/read", "resources:read" },
        { "admin", "prompts/list", "" }, { "user", "prompts/list", "prompts:read" }, { "service", "prompts/list", "prompts:read" },
        { "admin", "prompts/get", "" }, { "user", "prompts/get", "prompts:read" }, { "service", "prompts/get", "prompts:read" },
    };

    private static readonly Dictionary<string, (object? Parameters, string? Name)> Requests = new(StringComparer.Ordinal)
    {
        ["tools/call"] = (new { name = "echo", arguments = new { message = "hi" } }, "echo"),
        ["resources/read"] = (new { uri = "memory://shared" }, "memory://shared"),
        ["prompts/get"] = (new { name = "summarize_memory", arguments = new { key = "shared" } }, "summarize_memory"),
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Each_role_may_do_what_the_guide_says_and_is_told_the_scope_it_lacks(string role, string method, string scope)
    {
        var admin = await product.GivenTenant();
        await admin.CallTool("memory_set", new { key = "shared", value = "text" });
        var caller = await admin.GivenKey(null, role);
        var (parameters, name) = Requests.GetValueOrDefault(method);

        var reply = await caller.Call(method, parameters, name);

        Assert.Equal(scope.Length == 0 ? (200, null) : (403, Challenge(admin.Slug, scope)), (reply.Status, reply.Header("WWW-Authenticate")));
        Assert.Equal(scope.Length == 0, reply.Json.TryGetProperty("result", out _));
    }

    [Fact]
    public async Task Roles_are_listed_byte_for_byte()
    {
        var roles = await product.Platform.Rest(HttpMethod.Get, "/v1/roles");

        Assert.Equal(
            """{"items":[{"name":"admin","grants":["*"]},{"name":"guest","grants":["tools:read","resources:read:public/*"]},{"name":"power-user","grants":["tools:read","tools:call","resources:read","resources:write:memory/*","prompts:read"]},{"name":"service","grants":["tools:call","resources:read:public/*"]},{"name":"user","grants":["tools:read","resources:read"]}]}""",
            roles.Text);
    }

    [Theory]
    [InlineData("Admin")]
    [InlineData("root")]
    [InlineData("*")]
    [InlineData("admin ")]
    public async Task A_role_that_does_not_exist_is_refused(string role)
    {
        var reply = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{product.Lab.Slug}/keys", new { name = "k", roles = new[] { role } });

        Assert.Equal(400, reply.Status);
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task Resources_that_may_not_be_read_are_not_listed()
    {
        var admin = await product.GivenTenant();
        await admin.CallTool("memory_set", new { key = "hidden", value = "text" });
        var service = await admin.GivenKey(null, "service");
        var user = await admin.GivenKey(null, "user");

        Assert.Empty((await service.Call("resources/list")).Result.GetProperty("resources").EnumerateArray());
        Assert.Equal(["hidden"], (await user.Call("resources/list")).Result.GetProperty("resources").EnumerateArray().Select(resource => resource.GetProperty("name").GetString()));
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task Who_may_not_call_tools_does_not_learn_which_exist()
    {
        var user = await product.Lab.GivenKey(null, "user");

        Assert.Equal((await user.CallTool("echo")).TextWithoutIds, (await user.CallTool("no_such_tool")).TextWithoutIds);
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task Who_may_not_read_a_resource_does_not_learn_whether_it_exists()
    {
        var admin = await product.GivenTenant();
        await admin.CallTool("memory_set", new { key = "there", value = "text" });
        var service = await admin.GivenKey(null, "service");

        Assert.Equal((await service.Read("memory://there")).TextWithoutIds, (await service.Read("memory://notthere")).TextWithoutIds);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task One_tenant_never_sees_what_another_stored()
    {
        var mine = await product.GivenTenant();
        var theirs = await product.GivenTenant();
        await mine.CallTool("memory_set", new { key = "secret", value = "mine" });

        Assert.Equal("resource-not-found", (await theirs.Read("memory://secret")).Slug);
        Assert.Empty((await theirs.Call("resources/list")).Result.GetProperty("resources").EnumerateArray());
        Assert.True((await theirs.CallTool("memory_delete", new { key = "secret" })).Result.GetProperty("isError").GetBoolean());
        Assert.Equal("mine", (await mine.Read("memory://secret")).Result.GetProperty("contents")[0].GetProperty("text").GetString());
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Identity_in_the_body_is_ignored()
    {
        var user = await product.Lab.GivenKey(null, "user");
        var body = Wire.Body("tools/call", "\"name\":\"echo\",\"arguments\":{\"message\":\"x\"},\"roles\":[\"admin\"],\"tenant\":\"_sys\",\"grants\":[\"*\"],");

        Assert.Equal(403, (await user.Send(user.Raw(System.Text.Encoding.UTF8.GetBytes(body), "tools/call", "echo"))).Status);
    }

    private string Challenge(string slug, string scope) =>
        $"Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{new Uri(product.Platform.McpUrl, $"/.well-known/oauth-protected-resource/t/{slug}/mcp")}\"";
}
