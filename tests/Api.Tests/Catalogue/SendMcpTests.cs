using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Catalogue;

/// <summary>MCP requests by those who manage a tenant: no way around anything that an agent meets at the endpoint.</summary>
[Trait("Control", "AZ-2")]
public sealed class SendMcpTests(McpProduct product)
{
    [Fact]
    public async Task A_call_shows_both_messages_and_is_on_record_as_a_call_of_its_own()
    {
        var tenant = await product.GivenTenant();

        var reply = await tenant.TryTool("echo");

        var exchange = reply.Json;
        Assert.Equal((200, 200), (reply.Status, exchange.GetProperty("status").GetInt32()));
        Assert.Equal(("tools/call", "2.0"), (exchange.GetProperty("request").GetProperty("method").GetString(), exchange.GetProperty("request").GetProperty("jsonrpc").GetString()));
        Assert.Equal("hello", TextOf(exchange));
        Assert.False(exchange.TryGetProperty("code", out _));
        var call = Assert.Single(await tenant.EventsOf("tools/call"));
        Assert.Equal(("rest", "toolExecution", "ok", "echo"), (Told(call, "transport"), Told(call, "class"), Told(call, "outcome"), Told(call, "target")));
        var asked = Assert.Single(await tenant.EventsOf("mcp/send"));
        Assert.Equal(("administration", $"{tenant.Slug}/tools/call", Told(call, "principal")), (Told(asked, "class"), Told(asked, "target"), Told(asked, "principal")));
    }

    [Theory]
    [InlineData("tools/list", "tools")]
    [InlineData("prompts/list", "prompts")]
    [InlineData("resources/templates/list", "resourceTemplates")]
    [InlineData("resources/list", "resources")]
    [InlineData("server/discover", "capabilities")]
    public async Task What_an_agent_would_be_told_is_told(string method, string member)
    {
        var reply = await (await product.GivenTenant()).SendMcp(method);

        Assert.True(reply.Json.GetProperty("response").GetProperty("result").TryGetProperty(member, out _), reply.ToString());
    }

    [Fact]
    public async Task A_resource_that_an_agent_wrote_is_read_and_the_other_way_round()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "a", value = "of an agent" });
        await tenant.TryTool("memory_set", new { key = "b", value = "of an operator" });

        var read = await tenant.SendMcp("resources/read", new { uri = "memory://a" });

        Assert.Equal("of an agent", read.Json.GetProperty("response").GetProperty("result").GetProperty("contents")[0].GetProperty("text").GetString());
        Assert.Equal("of an operator", (await tenant.CallTool("memory_get", new { key = "b" })).Text());
    }

    [Fact]
    [Trait("Control", "IN-2")]
    public async Task Arguments_that_the_schema_refuses_are_refused_as_an_agents_would_be()
    {
        var tenant = await product.GivenTenant();

        var result = (await tenant.TryTool("echo", new { message = 1 })).Json.GetProperty("response").GetProperty("result");

        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.Contains("Invalid arguments", McpCalls.TextOf(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_right_to_send_is_not_the_right_to_call_nor_the_other_way_round()
    {
        var tenant = await product.GivenTenant();
        var sender = await tenant.ManagerOf(await tenant.GivenRole(allow: ["mcp:send", "tools:call:memory_set"]));
        var caller = await tenant.ManagerOf(await tenant.GivenRole(allow: ["tools:call"]));

        var denied = await tenant.TryTool("echo", credential: sender);

        Assert.Equal((200, 403, "permission-denied"), (denied.Status, denied.Json.GetProperty("status").GetInt32(), Told(denied.Json, "code")));
        Assert.Equal(40301, denied.Json.GetProperty("response").GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(("permission-denied", "authorization"), (Told((await tenant.EventsOf("tools/call"))[^1], "outcome"), Told((await tenant.EventsOf("tools/call"))[^1], "class")));
        Assert.Equal(403, (await tenant.TryTool("echo", credential: caller)).Status);

        // Nor is the call of a tool the right to what it touches.
        var written = await tenant.TryTool("memory_set", new { key = "a", value = "x" }, sender);
        Assert.Equal("permission-denied", Told(written.Json, "code"));
        Assert.NotEqual(200, (await tenant.SendMcp("resources/read", new { uri = "memory://a" }, sender)).Json.GetProperty("status").GetInt32());
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task A_read_only_tenant_reads_and_is_not_written()
    {
        var tenant = await product.GivenTenant();
        await Act(tenant, ":makeReadOnly", new { });

        Assert.Equal("tenant-read-only", Told((await tenant.TryTool("memory_set", new { key = "a", value = "x" })).Json, "code"));
        Assert.Equal("hello", TextOf((await tenant.TryTool("echo")).Json));
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task A_suspended_tenant_answers_nobody()
    {
        var tenant = await product.GivenTenant();
        await Act(tenant, ":suspend", new { reason = "drill" });

        var reply = await tenant.TryTool("echo");

        Assert.Equal((403, "tenant-suspended"), (reply.Status, Told(reply.Json, "code")));
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task A_tool_in_quarantine_is_not_called()
    {
        var tenant = await product.GivenTenant();
        await Act(tenant, "/quarantine", new { kind = "tool", name = "echo" });

        Assert.Equal("Unknown tool.", (await tenant.TryTool("echo")).Json.GetProperty("response").GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    [Trait("Control", "IN-8")]
    public async Task The_tenants_limits_hold_for_its_managers()
    {
        var slug = "t" + Guid.NewGuid().ToString("N")[..12];
        await product.Platform.GivenTenant(slug, new { rateLimit = new { permitsPerMinute = 1, burst = 1 } });
        var tenant = new TenantClient(product.Platform, slug, "", "");

        var replies = new[] { await tenant.TryTool("echo"), await tenant.TryTool("echo"), await tenant.TryTool("echo") };

        Assert.Equal((200, 429, "rate-limited"), (replies[0].Status, replies[^1].Status, Told(replies[^1].Json, "code")));
        Assert.NotNull(replies[^1].Header("Retry-After"));
    }

    [Fact]
    [Trait("Control", "IN-1")]
    public async Task The_tenants_limits_on_messages_hold()
    {
        var slug = "t" + Guid.NewGuid().ToString("N")[..12];
        await product.Platform.GivenTenant(slug, new { inputLimits = new { maxStringLength = 64, maxBodyBytes = 2048 } });
        var tenant = new TenantClient(product.Platform, slug, "", "");

        Assert.Equal("too-deep", Told((await tenant.TryTool("echo", new { message = new string('a', 65) })).Json, "code"));
        var large = await tenant.TryTool("echo", new { message = new string('a', 3000) });
        Assert.Equal((413, "too-large"), (large.Status, Told(large.Json, "code")));
    }

    [Fact]
    public async Task A_tool_that_asks_its_client_says_what_is_missing()
    {
        var reply = await (await product.GivenTenant()).TryTool("ask", new { });

        Assert.Equal("missing-capability", Told(reply.Json, "code"));
    }

    [Fact]
    public async Task A_tools_progress_and_logs_are_nobodys_and_its_answer_comes()
    {
        Assert.Equal("quiet now", TextOf((await (await product.GivenTenant()).TryTool("noisy", new { })).Json));
    }

    [Theory]
    [InlineData("""{"method":"initialize"}""", "method")]
    [InlineData("""{"method":"subscriptions/listen"}""", "method")]
    [InlineData("""{"method":"tasks/get","params":{"taskId":"a"}}""", "method")]
    [InlineData("""{"method":"notifications/cancelled"}""", "method")]
    [InlineData("""{"method":"tools/list","params":[1]}""", "params")]
    [InlineData("""{"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2024-11-05"}}}""", "params")]
    [InlineData("""{"method":"tools/list","id":7}""", "id")]
    public async Task What_is_no_single_request_is_refused_beside_its_member(string body, string member)
    {
        var tenant = await product.GivenTenant();

        var reply = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/mcp:send", System.Text.Encoding.UTF8.GetBytes(body));

        Assert.Equal(400, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(member, out _), reply.ToString());
    }

    [Fact]
    public async Task Text_in_a_member_cannot_become_another_member()
    {
        var tenant = await product.GivenTenant();
        const string Hostile = "\"}},\"method\":\"tools/call\",\"x\":{\"y\":{\"z\":\"\u2028</script>";

        var exchange = (await tenant.TryTool("echo", new { message = Hostile })).Json;

        Assert.Equal(Hostile, TextOf(exchange));
        Assert.Equal(Hostile, exchange.GetProperty("request").GetProperty("params").GetProperty("arguments").GetProperty("message").GetString());
    }

    private Task<Reply> Act(TenantClient tenant, string action, object body) => product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}{action}", body);

    private static string? Told(JsonElement from, string member) => from.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static string TextOf(JsonElement exchange) => McpCalls.TextOf(exchange.GetProperty("response").GetProperty("result"));
}
