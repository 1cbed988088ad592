using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Incidents;

[Trait("Control", "IR-2")]
public sealed class QuarantineTests(McpProduct product)
{
    [Fact]
    public async Task A_tool_in_quarantine_is_neither_listed_nor_callable_until_it_is_released()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        Assert.Contains("\"echo\"", (await tenant.Call("tools/list")).Text, StringComparison.Ordinal);

        Assert.Equal(200, (await Quarantine(tenant, "tool", "echo")).Status);

        var refused = await McpCalls.Until(() => tenant.CallTool(), reply => reply.Text.Contains("\"error\"", StringComparison.Ordinal));
        var unknown = await tenant.CallTool("nowhere");
        Assert.Equal((refused.Status, refused.Code, refused.Message), (unknown.Status, unknown.Code, unknown.Message));
        Assert.DoesNotContain("\"echo\"", (await tenant.Call("tools/list")).Text, StringComparison.Ordinal);
        Assert.Equal("hello", (await other.CallTool()).Text());
        Assert.Contains("\"echo\"", (await other.Call("tools/list")).Text, StringComparison.Ordinal);

        Assert.Equal(200, (await Release(tenant, "tool", "echo")).Status);
        Assert.Equal("hello", (await McpCalls.Until(() => tenant.CallTool(), reply => !reply.Text.Contains("\"error\"", StringComparison.Ordinal))).Text());
    }

    [Fact]
    public async Task A_prompt_in_quarantine_is_not_there()
    {
        var tenant = await product.GivenTenant();
        await Quarantine(tenant, "prompt", "ask");

        var refused = await McpCalls.Until(() => tenant.Call("prompts/get", new { name = "ask" }, "ask"), reply => reply.Text.Contains("\"error\"", StringComparison.Ordinal));

        Assert.Equal(-32602, refused.Code);
        Assert.DoesNotContain("\"ask\"", (await tenant.Call("prompts/list")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_of_a_tool_that_goes_into_quarantine_ends()
    {
        var tenant = await product.GivenTenant();
        await tenant.Send(tenant.ModernTool("job", $$"""{"mode":"wait","key":"{{tenant.Slug}}"}""", McpCalls.Tasks));
        var gate = product.Backend.GateOf(tenant.Slug);
        await gate.Entered.Task.WaitAsync(EventStream.Patience);

        await Quarantine(tenant, "tool", "job");

        Assert.True(await gate.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public async Task What_an_operator_put_there_a_tenants_admin_sees_and_cannot_release()
    {
        var tenant = await product.GivenTenant();
        var manager = (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;
        await Quarantine(tenant, "tool", "echo");
        await Quarantine(tenant, "tool", "mine", manager);

        var listed = await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/quarantine", credential: manager);

        Assert.Equal(["echo", "mine"], listed.Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()));
        Assert.Equal(403, (await Release(tenant, "tool", "echo", manager)).Status);
        Assert.Equal(200, (await Release(tenant, "tool", "mine", manager)).Status);
        Assert.Equal(404, (await Release(tenant, "tool", "mine", manager)).Status);
    }

    [Theory]
    [InlineData("tool", "")]
    [InlineData("tool", "a b")]
    [InlineData("tool", "a\u0000b")]
    [InlineData("upstream", "a")]
    public async Task What_names_no_entry_is_refused(string kind, string name)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(400, (await Quarantine(tenant, kind, name)).Status);
    }

    private Task<Reply> Quarantine(TenantClient tenant, string kind, string name, string? credential = null) =>
        product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/quarantine", new { kind, name, reason = "drill" }, credential);

    private Task<Reply> Release(TenantClient tenant, string kind, string name, string? credential = null) =>
        product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/quarantine:release", new { kind, name }, credential);
}
