using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>What an honest client gets on a WebSocket, in both eras.</summary>
[Trait("Control", "TR-10")]
public sealed class WebSocketTests(SocketProduct product)
{
    private const string Listen = """{"jsonrpc":"2.0","id":"sub","method":"subscriptions/listen","params":{"notifications":{"resourcesListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    [Fact]
    public async Task A_modern_client_calls_a_tool_at_once()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        var reply = await client.AskAsync(SocketClient.Echo("1", "hé中"));

        Assert.Equal("mcp", client.Protocol);
        Assert.Equal("hé中", reply.TextOf());
        Assert.Equal("complete", reply.GetProperty("result").GetProperty("resultType").GetString());
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    [InlineData("2024-11-05")]
    public async Task An_older_client_initializes_and_calls_a_tool(string version)
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        var agreed = await client.AskAsync(SocketClient.Initialize(version));
        var reply = await client.AskAsync(SocketClient.Call("2", "echo", """{"message":"old friend"}"""));

        Assert.Equal(version, agreed.GetProperty("result").GetProperty("protocolVersion").GetString());
        Assert.Equal("old friend", reply.TextOf());
        Assert.False(reply.GetProperty("result").TryGetProperty("resultType", out _));
    }

    [Fact]
    public async Task A_message_in_fragments_is_one_message()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        var bytes = System.Text.Encoding.UTF8.GetBytes(SocketClient.Echo("1", "in pieces é"));

        foreach (var piece in bytes[..^1].Chunk(7))
        {
            await client.SendAsync(piece, isEnd: false);
        }

        await client.SendAsync(bytes[^1..]);

        Assert.Equal("in pieces é", (await client.ResponseAsync("1")).TextOf());
    }

    [Fact]
    public async Task Requests_run_side_by_side()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        await client.SendAsync(SocketClient.ModernCall("1", "wait", """{"name":"side"}"""));
        await SlowBackend.Started("side");

        Assert.Equal("meanwhile", (await client.AskAsync(SocketClient.Echo("2", "meanwhile"))).TextOf());
        SlowBackend.LetGo("side");
        Assert.Equal("let go", (await client.ResponseAsync("1")).TextOf());
    }

    [Fact]
    public async Task A_subscription_hears_what_another_client_changes_over_HTTP()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);
        await client.SendAsync(Listen);
        await client.NotificationAsync("notifications/subscriptions/acknowledged");

        await tenant.CallTool("memory_set", new { key = "k", value = "v" });

        var heard = await client.NotificationAsync("notifications/resources/list_changed");
        Assert.Equal("sub", heard.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetString());
    }

    [Fact]
    public async Task An_older_client_hears_of_lists_and_of_resources_it_subscribed_to()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "k", value = "v" });
        await using var client = await SocketClient.InitializedAsync(tenant);
        await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"memory://k"}}""");

        await tenant.CallTool("memory_set", new { key = "k", value = "w" });
        var updated = await client.NotificationAsync("notifications/resources/updated");
        await tenant.CallTool("memory_set", new { key = "another", value = "v" });
        var changed = await client.NotificationAsync("notifications/resources/list_changed");

        Assert.Equal("memory://k", updated.GetProperty("params").GetProperty("uri").GetString());
        Assert.False(changed.TryGetProperty("params", out var parameters) && parameters.TryGetProperty("_meta", out _));
    }

    [Fact]
    [Trait("Control", "AZ-5")]
    public async Task An_older_client_hears_no_more_of_what_it_may_not_read_any_more()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "mine", value = "v" });
        await tenant.CallTool("memory_set", new { key = "kept", value = "v" });
        await using var client = await SocketClient.InitializedAsync(tenant);
        await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"memory://mine"}}""");
        await client.AskAsync("""{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"memory://kept"}}""");
        await product.Taken.LeaveOnlyAsync(tenant, "tools:call", "resources:write", "resources:read:memory/kept");
        await McpCalls.Until(() => tenant.Read("memory://mine"), reply => reply.Status == 403);

        await tenant.CallTool("memory_set", new { key = "mine", value = "w" });
        await tenant.CallTool("memory_set", new { key = "kept", value = "w" });
        var first = await client.NotificationAsync("notifications/resources/updated");
        await tenant.CallTool("memory_set", new { key = "kept", value = "x" });

        // The second of what may be read follows everything before it.
        Assert.All([first, await client.NotificationAsync("notifications/resources/updated")], updated => Assert.Equal("memory://kept", updated.GetProperty("params").GetProperty("uri").GetString()));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_subscription_hears_no_more_of_what_may_not_be_read_any_more()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "mine", value = "v" });
        await tenant.CallTool("memory_set", new { key = "kept", value = "v" });
        await using var client = await SocketClient.OpenAsync(tenant);
        await client.SendAsync(Wire.Body("subscriptions/listen", """ "notifications":{"resourceSubscriptions":["memory://mine","memory://kept"]}, """, "\"sub\""));
        await client.NotificationAsync("notifications/subscriptions/acknowledged");
        await product.Taken.LeaveOnlyAsync(tenant, "tools:call", "resources:write", "resources:read:memory/kept");
        await McpCalls.Until(() => tenant.Read("memory://mine"), reply => reply.Status == 403);

        await tenant.CallTool("memory_set", new { key = "mine", value = "w" });
        await tenant.CallTool("memory_set", new { key = "kept", value = "w" });
        var first = await client.NotificationAsync("notifications/resources/updated");
        await tenant.CallTool("memory_set", new { key = "kept", value = "x" });

        // The second of what may be read follows everything before it.
        Assert.All([first, await client.NotificationAsync("notifications/resources/updated")], updated => Assert.Equal("memory://kept", updated.GetProperty("params").GetProperty("uri").GetString()));
    }

    [Fact]
    public async Task The_server_asks_an_older_client_on_the_same_socket()
    {
        await using var client = await SocketClient.InitializedAsync(await product.GivenTenant(), capabilities: """{"elicitation":{}}""");
        await client.SendAsync(SocketClient.Call("7", "ask", "{}"));

        var asked = await client.NotificationAsync("elicitation/create");
        await client.SendAsync($$$$"""{"jsonrpc":"2.0","id":"{{{{asked.GetProperty("id").GetString()}}}}","result":{"action":"accept","content":{"color":"green"}}}""");

        Assert.Equal("green", (await client.ResponseAsync("7")).TextOf());
    }

    [Fact]
    public async Task Another_connections_question_cannot_be_answered()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.InitializedAsync(tenant, capabilities: """{"elicitation":{}}""");
        await using var other = await SocketClient.InitializedAsync(tenant, capabilities: """{"elicitation":{}}""");
        await client.SendAsync(SocketClient.Call("7", "ask", "{}"));
        var id = (await client.NotificationAsync("elicitation/create")).GetProperty("id").GetString();

        await other.SendAsync($$$$"""{"jsonrpc":"2.0","id":"{{{{id}}}}","result":{"action":"accept","content":{"color":"red"}}}""");
        await other.AskAsync("""{"jsonrpc":"2.0","id":9,"method":"ping"}""");
        await client.SendAsync($$$$"""{"jsonrpc":"2.0","id":"{{{{id}}}}","result":{"action":"accept","content":{"color":"green"}}}""");

        Assert.Equal("green", (await client.ResponseAsync("7")).TextOf());
    }

    [Fact]
    public async Task A_cancelled_request_stops_and_is_not_answered()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);
        await client.SendAsync(SocketClient.ModernCall("1", "wait", """{"name":"modern"}"""));
        await SlowBackend.Started("modern");

        await client.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
        await SlowBackend.Cancelled("modern");
        await tenant.SocketEvent("tools/call", "cancelled");
        await client.AskAsync(SocketClient.Echo("2", "still here"));

        Assert.Empty(client.Passed);
    }

    [Fact]
    public async Task An_older_client_cancels_in_the_same_way()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.InitializedAsync(tenant);
        await client.SendAsync(SocketClient.Call("\"a\"", "wait", """{"name":"legacy"}"""));
        await SlowBackend.Started("legacy");

        await client.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}""");
        await SlowBackend.Cancelled("legacy");
        await tenant.SocketEvent("tools/call", "cancelled");
        await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"ping"}""");

        Assert.Empty(client.Passed);
    }

    [Fact]
    public async Task A_subscription_is_cancelled_and_another_one_goes_on()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);
        await client.SendAsync(Listen);
        await client.NotificationAsync("notifications/subscriptions/acknowledged");
        await client.SendAsync(Listen.Replace("\"sub\"", "\"other\"", StringComparison.Ordinal));
        await client.NotificationAsync("notifications/subscriptions/acknowledged");

        await client.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"sub"}}""");
        await client.AskAsync(SocketClient.Echo("2", "after"));
        await tenant.CallTool("memory_set", new { key = "k", value = "v" });
        await client.NotificationAsync("notifications/resources/list_changed");

        // One of another id would have come first, or with it.
        await client.AskAsync(SocketClient.Echo("3", "end"));
        Assert.Empty(client.Passed);
    }

    [Fact]
    public async Task What_runs_ends_with_its_connection_in_both_eras()
    {
        var tenant = await product.GivenTenant();
        await using var modern = await SocketClient.OpenAsync(tenant);
        await using var legacy = await SocketClient.InitializedAsync(tenant);
        await modern.SendAsync(SocketClient.ModernCall("1", "wait", """{"name":"gone modern"}"""));
        await legacy.SendAsync(SocketClient.Call("1", "wait", """{"name":"gone legacy"}"""));
        await SlowBackend.Started("gone modern");
        await SlowBackend.Started("gone legacy");

        modern.Abort();
        legacy.Abort();

        await SlowBackend.Cancelled("gone modern");
        await SlowBackend.Cancelled("gone legacy");
    }

    [Fact]
    public async Task A_client_that_closes_is_answered_with_1000()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        await client.AskAsync(SocketClient.Echo("1", "x"));

        await client.CloseAsync();

        Assert.Equal(1000, (await client.ClosedAsync()).Code);
    }

    [Fact]
    public async Task The_first_request_decides_the_era()
    {
        var tenant = await product.GivenTenant();
        await using var modern = await SocketClient.OpenAsync(tenant);
        await using var legacy = await SocketClient.InitializedAsync(tenant);
        await modern.AskAsync(SocketClient.Echo("1", "x"));

        Assert.Equal(-32600, (await modern.AskAsync(SocketClient.Initialize(id: "2"))).CodeOf());
        Assert.Equal(-32600, (await legacy.AskAsync(SocketClient.Echo("2", "x"))).CodeOf());
        Assert.Equal("on", (await modern.AskAsync(SocketClient.Echo("3", "on"))).TextOf());
        Assert.Equal("on", (await legacy.AskAsync(SocketClient.Call("3", "echo", """{"message":"on"}"""))).TextOf());
    }

    [Fact]
    public async Task A_connection_is_initialized_once()
    {
        await using var client = await SocketClient.InitializedAsync(await product.GivenTenant());

        Assert.Equal(-32600, (await client.AskAsync(SocketClient.Initialize(id: "2"))).CodeOf());
    }

    [Fact]
    public async Task A_modern_request_carries_its_own_metadata_each_time()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        await client.AskAsync(SocketClient.Echo("1", "x"));

        Assert.Equal(-32602, (await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}""")).CodeOf());
    }

    [Fact]
    public async Task A_version_that_nobody_serves_is_refused_with_those_that_are_and_decides_nothing()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        var refused = await client.AskAsync(SocketClient.Echo("1", "x").Replace("2026-07-28", "2099-01-01", StringComparison.Ordinal));

        Assert.Equal(-32022, refused.CodeOf());
        Assert.True((await client.AskAsync(SocketClient.Initialize())).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task Before_the_first_request_nothing_is_served()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        Assert.Equal(-32602, (await client.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""")).CodeOf());
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"1.0","method":"ping"}""", -32600)]
    [InlineData("[]", -32600)]
    public async Task What_is_no_message_is_answered_and_the_connection_goes_on(string text, int code)
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        await client.SendAsync(text);

        Assert.Equal(code, (await client.NextAsync()).CodeOf());
        Assert.Equal("on", (await client.AskAsync(SocketClient.Echo("3", "on"))).TextOf());
    }

    [Fact]
    public async Task Notifications_and_responses_are_never_answered()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        await client.SendAsync("""{"jsonrpc":"2.0","method":"no/such"}""");
        await client.SendAsync("""{"jsonrpc":"2.0","id":5,"result":{}}""");
        await client.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}""");

        await client.AskAsync(SocketClient.Echo("1", "x"));

        Assert.Empty(client.Passed);
    }

    [Fact]
    [Trait("Control", "AZ-1")]
    public async Task A_missing_permission_is_refused()
    {
        var user = await (await product.GivenTenant()).GivenKey(null, "user");
        await using var client = await SocketClient.OpenAsync(user);

        Assert.Equal(40301, (await client.AskAsync(SocketClient.Echo("1", "x"))).CodeOf());
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task The_connection_and_each_message_are_on_record()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);
        await client.AskAsync(SocketClient.Echo("1", "x"));
        await client.AskAsync(Wire.Body("no/such", id: "2"));

        var events = await tenant.SocketEvents();

        Assert.Equal([("socket/open", "ok"), ("tools/call", "ok"), ("unknown", "method-not-found")],
            events.Select(entry => (entry.GetProperty("action").GetString()!, entry.GetProperty("outcome").GetString()!)));
        Assert.All(events, entry => Assert.Equal(tenant.KeyId, entry.GetProperty("credential").GetString()));
    }
}
