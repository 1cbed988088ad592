using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Inputs;

/// <summary>What time ends. One test at a time: the clock has one driver.</summary>
public sealed class HurriedTests(HurriedProduct product) : IClassFixture<HurriedProduct>
{
    private const string Accepted = """{"who":{"action":"accept","content":{"name":"Ada"}}}""";

    [Fact]
    [Trait("Control", "RS-5")]
    public async Task A_state_opens_for_fifteen_minutes()
    {
        var tenant = await product.GivenTenant();
        var state = (await tenant.Send(tenant.ModernTool("ask", "{}", McpCalls.Elicitation))).Result.GetProperty("requestState").GetString()!;

        product.Clock.Advance(TimeSpan.FromMinutes(14));
        var inTime = await Again(tenant, state);
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        var late = await Again(tenant, state);

        Assert.Equal("Ada/left behind", inTime.Text());
        Assert.Equal((200, -32602), (late.Status, late.Code));
    }

    [Fact]
    [Trait("Control", "TR-9")]
    public async Task A_backend_that_takes_too_long_is_told_to_stop()
    {
        var tenant = await product.GivenTenant();

        var reply = await tenant.Send(tenant.ModernTool("slow", """{"key":"late"}"""));

        Assert.Equal((504, "timeout"), (reply.Status, reply.Slug));
        Assert.True(await product.Backend.GateOf("late").Cancelled.Task.WaitAsync(EventStream.Patience));
        Assert.Equal("timeout", (await tenant.EventsOf("tools/call"))[0].GetProperty("outcome").GetString());
    }

    private static Task<Reply> Again(TenantClient tenant, string state) => tenant.Send(tenant.Modern(
        "tools/call", $"\"name\":\"ask\",\"arguments\":{{}},\"requestState\":\"{state}\",\"inputResponses\":{Accepted}", "ask", McpCalls.Elicitation));
}
