using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Legacy;

/// <summary>Batches, which 2025-03-26 alone has.</summary>
public sealed class BatchTests(McpProduct product)
{
    private const string Version = "2025-03-26";
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
    private const string List = """{"jsonrpc":"2.0","id":"two","method":"tools/list"}""";
    private const string Notice = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";
    private const string Wrong = """{"jsonrpc":"2.0","id":3,"method":"no/such"}""";

    [Fact]
    public async Task Requests_are_answered_in_their_order_and_notifications_not_at_all()
    {
        var tenant = await product.GivenTenant();

        var reply = await Send(tenant, Ping, Notice, Wrong, List);

        Assert.Equal(200, reply.Status);
        Assert.Equal(["1", "3", "\"two\""], reply.Json.EnumerateArray().Select(answer => answer.GetProperty("id").GetRawText()));
        Assert.Equal([true, false, true], reply.Json.EnumerateArray().Select(answer => answer.TryGetProperty("result", out _)));
    }

    [Fact]
    public async Task Notifications_alone_are_taken_without_an_answer() => Assert.Equal((202, ""), (await Send(await product.GivenTenant(), Notice, Notice)) is var reply ? (reply.Status, reply.Text) : default);

    [Fact]
    public async Task Initialize_inside_is_refused_and_the_others_are_served()
    {
        var reply = await Send(await product.GivenTenant(),
            """{"jsonrpc":"2.0","id":9,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""", Ping);

        Assert.Equal(-32600, reply.Json[0].GetProperty("error").GetProperty("code").GetInt32());
        Assert.True(reply.Json[1].TryGetProperty("result", out _));
        Assert.Null(reply.Header("Mcp-Session-Id"));
    }

    [Fact]
    [Trait("Control", "IN-1")]
    public async Task Fifty_messages_are_the_most()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(200, (await Send(tenant, [.. Enumerable.Repeat(Ping, 50)])).Status);
        Assert.Equal(400, (await Send(tenant, [.. Enumerable.Repeat(Ping, 51)])).Status);
    }

    [Theory]
    [InlineData("2024-11-05")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [Trait("Control", "IN-1")]
    public async Task Other_versions_have_no_batches(string version)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(400, (await tenant.Send(tenant.LegacyRequest(await tenant.GivenSession(version), $"[{Ping}]"))).Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task Each_message_is_on_record()
    {
        var tenant = await product.GivenTenant();
        await Send(tenant, Ping, List, Wrong);

        Assert.Equal(["ok", "ok", "method-not-found"], (await tenant.McpEvents()).Where(entry => entry.GetProperty("action").GetString() is "ping" or "tools/list" or "unknown").Select(entry => entry.GetProperty("outcome").GetString()));
    }

    [Fact]
    [Trait("Control", "AZ-1")]
    public async Task Each_message_is_permitted_for_itself()
    {
        var user = await (await product.GivenTenant()).GivenKey(null, "user");

        var reply = await Send(user, Ping, """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"message":"x"}}}""");

        Assert.Equal("permission-denied", reply.Json[1].GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    [Fact]
    [Trait("Control", "IN-8")]
    public async Task Each_message_costs_a_permit()
    {
        var tenant = await product.GivenTenant();

        // Four permits: one for initialize, three for the batch's first three messages.
        var key = await tenant.GivenKey(new { rateLimit = new { permitsPerMinute = 1, burst = 4 } });

        var reply = await Send(key, Ping, Ping, Ping, Ping, Ping);

        Assert.Equal([true, true, true, false, false], reply.Json.EnumerateArray().Select(answer => answer.TryGetProperty("result", out _)));
    }

    private static async Task<Reply> Send(TenantClient client, params string[] messages) =>
        await client.Send(client.LegacyRequest(await client.GivenSession(Version), $"[{string.Join(',', messages)}]"));
}
