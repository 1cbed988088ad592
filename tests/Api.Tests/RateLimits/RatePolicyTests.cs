using Platform.Api.Tests.Support;
using static Platform.Api.Tests.RateLimits.RateSetup;

namespace Platform.Api.Tests.RateLimits;

/// <summary>Each dimension holds, and none of them punishes who is not over it.</summary>
[Trait("Control", "IN-8")]
public sealed class RatePolicyTests(Product product)
{
    [Fact]
    public async Task Many_keys_of_a_tenant_get_no_more_than_the_tenant_has()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(1, 7) });
        var keys = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => tenant.GivenKey()));

        var served = await Task.WhenAll(keys.Select(key => key.ServedOf(5)));

        Assert.Equal(7, served.Sum());
        Assert.Equal("tenant", (await keys[0].Call("tools/list")).Data.GetProperty("limit").GetString());
    }

    [Fact]
    public async Task A_key_over_its_own_limit_does_not_drain_what_the_tenant_has_for_others()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(1, 10) });
        var greedy = await tenant.GivenKey(new { rateLimit = Rule(1, 2) });

        Assert.Equal(2, await greedy.ServedOf(50));

        Assert.Equal(8, await tenant.ServedOf(20));
    }

    [Fact]
    public async Task What_the_tenant_refuses_is_not_taken_from_the_key()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 5) });
        await tenant.GivenLimits(new { tenant = Rule(1, 1) });
        Assert.Equal(1, await key.ServedOf(20));

        await tenant.GivenLimits(new { });

        Assert.Equal(4, await key.ServedOf(20));
    }

    [Fact]
    public async Task All_keys_of_a_principal_count_as_one()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { principal = Rule(1, 3) });
        var second = await tenant.Rest(HttpMethod.Post, "keys", new { name = "second", principal = $"svc_{tenant.KeyId}" });

        var served = await tenant.ServedOf(3) + await tenant.With(second.Json.GetProperty("secret").GetString()!).ServedOf(3);

        Assert.Equal(3, served);
        Assert.Equal(3, await (await tenant.GivenKey()).ServedOf(5));
    }

    [Fact]
    public async Task The_tenants_rule_is_that_of_keys_which_name_none()
    {
        var tenant = await product.GivenTenant();
        var own = await tenant.GivenKey(new { rateLimit = Rule(1, 4) });
        await tenant.GivenLimits(new { key = Rule(1, 2) });

        Assert.Equal((2, 4), (await tenant.ServedOf(6), await own.ServedOf(6)));
    }

    [Fact]
    public async Task One_address_is_counted_over_all_keys_and_another_is_not()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { address = Rule(1, 2) });
        var other = await tenant.GivenKey();
        var (here, there) = (System.Net.IPAddress.Parse("127.0.0.7"), System.Net.IPAddress.Parse("127.0.0.8"));

        var replies = new[] { await tenant.Socket(from: here), await other.Socket(from: here), await tenant.Socket(from: here) };

        Assert.Equal([200, 200, 429], replies.Select(reply => reply.Status));
        Assert.Equal(200, (await tenant.Socket(from: there)).Status);
    }

    [Fact]
    public async Task An_expensive_tool_is_paid_for_and_a_call_that_cannot_be_paid_takes_nothing_but_its_request()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 10) });
        await tenant.GivenLimits(new { tools = new Dictionary<string, object> { ["echo"] = new { cost = 4 } } });

        var calls = new[] { await key.CallTool(), await key.CallTool(), await key.CallTool() };

        // 4, 4, then 1 of the 2 that are left; the other one is still there.
        Assert.Equal([200, 200, 429], calls.Select(reply => reply.Status));
        Assert.Equal((200, 429), ((await key.Call("tools/list")).Status, (await key.Call("tools/list")).Status));
    }

    [Fact]
    public async Task A_cost_above_the_burst_cannot_be_paid_and_takes_nothing_but_its_request()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 3) });
        await tenant.GivenLimits(new { tools = new Dictionary<string, object> { ["echo"] = new { cost = 1_000 } } });

        // The request itself has taken one already, so what is left is no whole burst.
        Assert.Equal(429, (await key.CallTool()).Status);
        Assert.Equal(2, await key.ServedOf(5));
    }

    [Fact]
    public async Task A_header_that_names_a_cheap_method_buys_no_expensive_one()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 10) });
        await tenant.GivenLimits(new { tools = new Dictionary<string, object> { ["echo"] = new { cost = 9 } } });
        var body = System.Text.Encoding.UTF8.GetBytes(Wire.Body("tools/call", "\"name\":\"echo\",\"arguments\":{\"message\":\"x\"},"));

        var lie = await key.Post(body, "tools/list");
        var honest = await key.CallTool();

        Assert.Equal((400, -32020), (lie.Status, lie.Code));
        Assert.Equal(200, honest.Status);
        Assert.Equal(429, (await key.Call("tools/list")).Status);
    }

    [Fact]
    public async Task A_methods_cost_holds_for_all_tools_that_have_none()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 6) });
        await tenant.GivenLimits(new { methods = new Dictionary<string, object> { ["tools/call"] = new { cost = 3 } }, tools = new Dictionary<string, object> { ["echo"] = new { cost = 1 } } });

        var replies = new[] { await key.CallTool("memory_list", new { }), await key.CallTool(), await key.CallTool(), await key.CallTool("memory_list", new { }) };

        Assert.Equal([200, 200, 200, 429], replies.Select(reply => reply.Status));
    }

    [Fact]
    public async Task A_methods_and_a_tools_own_limits_hold_for_all_callers_together()
    {
        var tenant = await product.GivenTenant();
        var other = await tenant.GivenKey();
        await tenant.GivenLimits(new { methods = new Dictionary<string, object> { ["tools/call"] = new { limit = Rule(1, 3) } }, tools = new Dictionary<string, object> { ["echo"] = new { limit = Rule(1, 1) } } });

        var echo = new[] { await tenant.CallTool(), await other.CallTool() };
        var list = new[] { await other.CallTool("memory_list", new { }), await tenant.CallTool("memory_list", new { }), await other.CallTool("memory_list", new { }) };

        Assert.Equal([200, 429], echo.Select(reply => reply.Status));
        Assert.Equal("tool", echo[1].Data.GetProperty("limit").GetString());

        // What the tool's limit refused was not taken from the method's.
        Assert.Equal([200, 200, 429], list.Select(reply => reply.Status));
        Assert.Equal("method", list[2].Data.GetProperty("limit").GetString());
        Assert.Equal(200, (await other.Call("tools/list")).Status);
    }

    [Fact]
    public async Task Every_call_of_a_batch_pays_its_cost()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tools = new Dictionary<string, object> { ["echo"] = new { cost = 3 } } });
        var calls = string.Join(',', Enumerable.Range(1, 4).Select(id => SocketClient.Call($"{id}", "echo", """{"message":"x"}""")));
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 7) });
        var own = await key.GivenSession("2025-03-26");

        // One permit went to initialize: 6 are two calls.
        var reply = await key.Legacy(own, "2025-03-26", $"[{calls}]");

        Assert.Equal(2, reply.Json.EnumerateArray().Count(answer => answer.TryGetProperty("result", out _)));
    }

    [Fact]
    public async Task Every_message_on_a_WebSocket_pays_its_cost()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 7) });
        await tenant.GivenLimits(new { tools = new Dictionary<string, object> { ["echo"] = new { cost = 3 } } });
        await using var socket = await SocketClient.OpenAsync(key);

        // The handshake took one.
        Assert.True((await socket.AskAsync(SocketClient.Echo("1", "a"))).TryGetProperty("result", out _));
        Assert.True((await socket.AskAsync(SocketClient.Echo("2", "b"))).TryGetProperty("result", out _));
        Assert.Equal(42901, (await socket.AskAsync(SocketClient.Echo("3", "c"))).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_tenant_that_is_flooded_can_still_be_managed()
    {
        var tenant = await product.GivenTenant();
        var manager = (await product.Platform.IssueKey(tenant.Slug, new { kind = "management", rateLimit = Rule(600, 100) }, "admin")).Secret;
        await tenant.GivenLimits(new { tenant = Rule(1, 1), principal = Rule(1, 1), address = Rule(1, 1) });
        await tenant.ServedOf(20);

        var version = (await tenant.Rest(HttpMethod.Get, "rate-limits", credential: manager)).Header("ETag");

        Assert.Equal(200, (await tenant.PutLimits(new { }, version, manager)).Status);
        Assert.Equal(5, await tenant.ServedOf(5));
    }

    [Fact]
    public async Task Requests_without_a_good_credential_spend_nothing_of_the_tenant()
    {
        var tenant = await product.GivenTenant();
        await tenant.GivenLimits(new { tenant = Rule(1, 3), address = Rule(1, 3) });
        var stranger = tenant.With(KeyForge.OtherSecret(tenant.Key));

        var refused = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => stranger.Call("tools/list")));

        Assert.All(refused, reply => Assert.Equal(401, reply.Status));
        Assert.Equal(3, await tenant.ServedOf(10));
    }
}
