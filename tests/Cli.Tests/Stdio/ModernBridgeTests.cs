namespace Platform.Cli.Tests.Stdio;

/// <summary>2026-07-28 over the bridge.</summary>
public sealed class ModernBridgeTests
{
    private const string Progress = """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}""";

    [Fact]
    public async Task A_request_becomes_a_POST_with_its_headers_and_its_answer_a_line()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("""{"resultType":"complete","content":[]}"""));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("\"a\"", "tools/call", ""","name":"echo","arguments":{"message":"hi"}""");
        var answer = await bridge.Receive();
        Assert.Equal("a", answer.GetProperty("id").GetString());
        var seen = Assert.Single(endpoint.Seen);
        Assert.Equal("POST", seen.Verb);
        Assert.Equal($"Bearer {BridgeHarness.Key}", seen.Header("Authorization"));
        Assert.Equal("application/json, text/event-stream", seen.Header("Accept"));
        Assert.Equal("application/json", seen.Header("Content-Type"));
        Assert.Equal("2026-07-28", seen.Header("MCP-Protocol-Version"));
        Assert.Equal("tools/call", seen.Header("Mcp-Method"));
        Assert.Equal("echo", seen.Header("Mcp-Name"));
        Assert.Null(seen.Header("Mcp-Session-Id"));
    }

    [Fact]
    public async Task A_stream_brings_progress_and_then_the_answer()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await exchange.Stream();
            await exchange.Raw(": keep-alive\n\n");
            await exchange.Event(Progress);
            await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"slow" """, ""","progressToken":"p" """);
        Assert.Equal("notifications/progress", (await bridge.Receive()).GetProperty("method").GetString());
        Assert.Equal(1, (await bridge.Receive()).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Requests_run_at_the_same_time()
    {
        var first = new TaskCompletionSource();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Id == "1")
            {
                await first.Task;
            }

            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        await bridge.SendModern("2", "tools/list");
        Assert.Equal(2, (await bridge.Receive()).GetProperty("id").GetInt32());
        first.SetResult();
        Assert.Equal(1, (await bridge.Receive()).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task No_more_requests_than_allowed_are_on_their_way_and_none_is_lost()
    {
        var (now, most) = (0, 0);
        var gate = new SemaphoreSlim(0);
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await gate.WaitAsync();
            Interlocked.Decrement(ref now);
            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { InFlight = 3, Waiting = 2 });
        for (var id = 0; id < 20; id++)
        {
            await bridge.SendModern($"{id}", "tools/list");
        }

        var ids = new HashSet<int>();
        for (var id = 0; id < 20; id++)
        {
            gate.Release();
            ids.Add((await bridge.Receive()).GetProperty("id").GetInt32());
        }

        Assert.Equal(20, ids.Count);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task Reading_pauses_while_too_many_requests_wait()
    {
        var gate = new SemaphoreSlim(0);
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await gate.WaitAsync();
            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { InFlight = 1, Waiting = 1, Subscriptions = 1 });
        for (var id = 0; id < 10; id++)
        {
            await bridge.SendModern($"{id}", "tools/list");
        }

        await bridge.Send("junk");
        gate.Release(10);
        var answered = 0;
        while (!(await bridge.Receive()).TryGetProperty("error", out _))
        {
            answered++;
        }

        // Three of the ten were read at once; the junk behind the ten only when seven had been answered.
        Assert.InRange(answered, 7, 10);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_while_it_waits_is_never_sent()
    {
        var gate = new TaskCompletionSource();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await gate.Task;
            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { InFlight = 1 });
        await bridge.SendModern("1", "tools/list");
        await Until(() => endpoint.Seen.Count == 1);
        await bridge.SendModern("2", "tools/list");
        await bridge.Send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}""");
        await bridge.SendModern("3", "tools/list");
        gate.SetResult();
        Assert.Equal(1, (await bridge.Receive()).GetProperty("id").GetInt32());
        Assert.Equal(3, (await bridge.Receive()).GetProperty("id").GetInt32());
        Assert.Equal(["1", "3"], endpoint.Seen.Select(seen => seen.Id));
    }

    [Fact]
    public async Task An_id_may_be_used_again_as_soon_as_its_answer_was_read()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var bridge = BridgeHarness.Start(endpoint);
        for (var time = 0; time < 200; time++)
        {
            await bridge.SendModern("1", "tools/list");
            Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        }
    }

    [Fact]
    public async Task Cancelling_closes_the_response_and_sends_nothing()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Id == "1")
            {
                await (await exchange.Stream()).StayOpen();
            }

            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"slow" """);
        await Until(() => endpoint.Seen.Count == 1);
        await bridge.Send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
        await endpoint.Seen.First().Left.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await bridge.SendModern("2", "tools/list");
        Assert.Equal(2, (await bridge.Receive()).GetProperty("id").GetInt32());
        Assert.Empty(endpoint.Calls("notifications/cancelled"));
    }

    [Fact]
    public async Task A_stream_that_ends_before_the_answer_is_an_error_and_is_not_resumed()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await exchange.Stream();
            await exchange.Event(Progress, id: "1");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"slow" """);
        var answer = await bridge.Receive();
        Assert.Equal(1, answer.GetProperty("id").GetInt32());
        Assert.Contains("not known whether", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task An_argument_header_is_learned_from_a_list_that_passes()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(ServeRegions);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        await bridge.Receive();
        await bridge.SendModern("2", "tools/call", ""","name":"query","arguments":{"region":"eu"}""");
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        Assert.Single(endpoint.Calls("tools/call"));
    }

    [Fact]
    public async Task An_unknown_argument_header_is_looked_up_once_and_the_call_tried_again()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(ServeRegions);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("2", "tools/call", ""","name":"query","arguments":{"region":"eu"}""", ""","progressToken":1,"io.modelcontextprotocol/clientInfo":{"name":"n","version":"1"}""");
        var answer = await bridge.Receive();
        Assert.True(answer.TryGetProperty("result", out _), answer.GetRawText());
        Assert.Equal(["tools/call", "tools/list", "tools/call"], endpoint.Seen.Select(seen => seen.Method));
        var meta = endpoint.Calls("tools/list").Single().Json.GetProperty("params").GetProperty("_meta");
        Assert.Equal("n", meta.GetProperty("io.modelcontextprotocol/clientInfo").GetProperty("name").GetString());
        Assert.False(meta.TryGetProperty("progressToken", out _));
    }

    [Fact]
    public async Task A_mismatch_that_no_list_explains_is_the_answer()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Method == "tools/list"
            ? exchange.Result("""{"tools":[]}""")
            : exchange.Answer($$$$"""{"jsonrpc":"2.0","id":{{{{exchange.Id}}}},"error":{"code":-32020,"message":"Header mismatch"}}""", 400));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"query" """);
        Assert.Equal(-32020, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Single(endpoint.Calls("tools/call"));
    }

    [Fact]
    public async Task An_error_of_the_endpoint_is_the_answer_whatever_its_status()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
            exchange.Answer($$$$"""{"jsonrpc":"2.0","id":{{{{exchange.Id}}}},"error":{"code":-32022,"message":"Unsupported","data":{"supported":["2025-11-25"],"requested":"2026-07-28"}}}""", 400));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "server/discover");
        var error = (await bridge.Receive()).GetProperty("error");
        Assert.Equal("2025-11-25", error.GetProperty("data").GetProperty("supported")[0].GetString());
    }

    [Fact]
    public async Task Both_eras_share_one_bridge()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Verb == "GET" ? exchange.Status(405) : LegacyBridgeTests.Serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendModern("1", "tools/list");
        await bridge.Receive();
        await bridge.SendLegacy("2", "tools/list");
        await bridge.Receive();
        var lists = endpoint.Calls("tools/list").ToList();
        Assert.Equal(["2026-07-28", "2025-11-25"], lists.Select(seen => seen.Header("MCP-Protocol-Version")));
        Assert.Equal([null, "s1"], lists.Select(seen => seen.Header("Mcp-Session-Id")));
    }

    internal static async Task Until(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.InRange(tries, 0, 1_000);
            await Task.Delay(10);
        }
    }

    private static Task ServeRegions(FakeExchange exchange) => exchange.Method switch
    {
        "tools/list" => exchange.Result("""{"tools":[{"name":"query","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}]}"""),
        _ when exchange.Header("Mcp-Param-Region") == "eu" => exchange.Result("{}"),
        _ => exchange.Answer($$$$"""{"jsonrpc":"2.0","id":{{{{exchange.Id}}}},"error":{"code":-32020,"message":"Header mismatch"}}""", 400),
    };

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
