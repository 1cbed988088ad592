namespace Platform.Cli.Tests.Stdio;

/// <summary>2025-03-26 to 2025-11-25 over the bridge.</summary>
public sealed class LegacyBridgeTests
{
    [Fact]
    public async Task The_session_and_the_version_go_with_every_later_request()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(Serve);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize("2025-06-18");
        await bridge.SendLegacy("1", "tools/list");
        await bridge.Receive();
        var initialize = endpoint.Calls("initialize").Single();
        Assert.Null(initialize.Header("Mcp-Session-Id"));
        Assert.Null(initialize.Header("MCP-Protocol-Version"));
        Assert.Null(initialize.Header("Mcp-Method"));
        foreach (var later in endpoint.Calls("notifications/initialized").Concat(endpoint.Calls("tools/list")))
        {
            Assert.Equal("s1", later.Header("Mcp-Session-Id"));
            Assert.Equal("2025-06-18", later.Header("MCP-Protocol-Version"));
        }
    }

    [Fact]
    public async Task A_request_does_not_overtake_the_handshake()
    {
        var confirmed = false;
        var early = false;
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "notifications/initialized")
            {
                await Task.Delay(200);
                confirmed = true;
            }

            early |= exchange.Method == "tools/list" && !confirmed;
            await Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/list");
        await bridge.Receive();
        Assert.False(early);
    }

    [Fact]
    public async Task A_request_of_the_endpoint_reaches_the_client_and_its_answer_the_endpoint()
    {
        var answered = new TaskCompletionSource<FakeExchange>();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/call")
            {
                await exchange.Stream();
                await exchange.Event("""{"jsonrpc":"2.0","id":"e1","method":"elicitation/create","params":{"message":"?"}}""");
                await answered.Task;
                await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{"content":[]}}""");
                return;
            }

            await Serve(exchange);
            if (exchange.Method == "" && exchange.Verb == "POST")
            {
                answered.SetResult(exchange);
            }
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/call", """{"name":"ask"}""");
        Assert.Equal("elicitation/create", (await bridge.Receive()).GetProperty("method").GetString());
        await bridge.Send("""{"jsonrpc":"2.0","id":"e1","result":{"action":"accept"}}""");
        Assert.Equal(1, (await bridge.Receive()).GetProperty("id").GetInt32());
        var response = await answered.Task;
        Assert.Equal("s1", response.Header("Mcp-Session-Id"));
        Assert.Equal("accept", response.Json.GetProperty("result").GetProperty("action").GetString());
    }

    [Fact]
    public async Task The_stream_of_the_session_is_opened_after_the_handshake_and_resumed_after_its_last_event()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Verb != "GET")
            {
                await Serve(exchange);
                return;
            }

            await exchange.Stream();
            if (exchange.Header("Last-Event-ID") is null)
            {
                await exchange.Event("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""", id: "e7", retry: 10);
                return;
            }

            await exchange.Event("""{"jsonrpc":"2.0","id":9,"method":"ping"}""", id: "e8");
            await exchange.StayOpen();
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        Assert.Equal("notifications/tools/list_changed", (await bridge.Receive()).GetProperty("method").GetString());
        Assert.Equal("ping", (await bridge.Receive()).GetProperty("method").GetString());
        var gets = endpoint.Seen.Where(seen => seen.Verb == "GET").ToList();
        Assert.Equal([null, "e7"], gets.Select(get => get.Header("Last-Event-ID")));
        Assert.All(gets, get => Assert.Equal("s1", get.Header("Mcp-Session-Id")));
        Assert.All(gets, get => Assert.Equal("text/event-stream", get.Header("Accept")));
    }

    [Fact]
    public async Task A_broken_stream_of_a_request_is_resumed_until_its_answer()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            switch (exchange)
            {
                case { Method: "tools/call" }:
                    await exchange.Stream();
                    await exchange.Raw("id: 1\nretry: 10\ndata:\n\n");
                    break;
                case { Verb: "GET" } when exchange.Header("Last-Event-ID") == "1":
                    await exchange.Stream();
                    await exchange.Event("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}""", id: "2", retry: 10);
                    break;
                case { Verb: "GET" } when exchange.Header("Last-Event-ID") == "2":
                    await exchange.Stream();
                    await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{"content":[]}}""", id: "3");
                    break;
                default:
                    await Serve(exchange);
                    break;
            }
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/call", """{"name":"slow"}""");
        Assert.Equal("notifications/message", (await bridge.Receive()).GetProperty("method").GetString());
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        Assert.Single(endpoint.Calls("tools/call"));
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_resumed_too()
    {
        var cut = new TaskCompletionSource();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/call")
            {
                await exchange.Stream();
                await exchange.Event("""{"jsonrpc":"2.0","method":"notifications/message","params":{}}""", id: "1");
                await cut.Task;
                exchange.Abort();
                return;
            }

            if (exchange.Header("Last-Event-ID") == "1")
            {
                await exchange.Stream();
                await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{}}""", id: "2");
                return;
            }

            await Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/call", """{"name":"slow"}""");
        await bridge.Receive();
        cut.SetResult();
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task A_stream_of_the_session_that_says_404_opens_a_new_session()
    {
        var sessions = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            switch (exchange)
            {
                case { Method: "initialize" }:
                    await Serve(exchange, $"s{Interlocked.Increment(ref sessions)}");
                    break;
                case { Verb: "GET" } when exchange.Header("Mcp-Session-Id") == "s2":
                    await exchange.Stream();
                    await exchange.Event("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
                    await exchange.StayOpen();
                    break;
                case { Verb: "GET" } when exchange.Header("Last-Event-ID") is null:
                    await exchange.Stream();
                    await exchange.Raw("id: 1\nretry: 10\ndata:\n\n");
                    break;
                case { Verb: "GET" }:
                    await exchange.Status(404);
                    break;
                default:
                    await Serve(exchange);
                    break;
            }
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        Assert.Equal("notifications/tools/list_changed", (await bridge.Receive()).GetProperty("method").GetString());
        Assert.Equal(2, sessions);
    }

    [Fact]
    public async Task An_endpoint_that_says_404_to_every_GET_keeps_its_session()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Verb == "GET" ? exchange.Status(404) : Serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await ModernBridgeTests.Until(() => endpoint.Seen.Any(seen => seen.Verb == "GET"));
        await bridge.SendLegacy("1", "tools/list");
        await bridge.Receive();
        await bridge.Close();
        Assert.Single(endpoint.Calls("initialize"));
        Assert.Single(endpoint.Seen, seen => seen.Verb == "GET");
    }

    [Fact]
    public async Task A_resumption_waits_as_long_as_the_server_asked()
    {
        var (left, came) = (0L, 0L);
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/call")
            {
                await exchange.Stream();
                await exchange.Raw("id: 1\nretry: 700\ndata:\n\n");
                left = TimeProvider.System.GetTimestamp();
                return;
            }

            if (exchange.Header("Last-Event-ID") is not null)
            {
                came = TimeProvider.System.GetTimestamp();
                await exchange.Stream();
                await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{}}""");
                return;
            }

            await Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/call", """{"name":"slow"}""");
        await bridge.Receive();

        // Timers may fire a little early; never by a tenth.
        Assert.InRange(TimeProvider.System.GetElapsedTime(left, came).TotalMilliseconds, 650, double.MaxValue);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_resumed_ends_in_an_error_after_a_bounded_number_of_tries()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/call")
            {
                await exchange.Stream();
                await exchange.Raw("id: 1\ndata:\n\n");
                return;
            }

            if (exchange.Header("Last-Event-ID") is not null)
            {
                await exchange.Status(503);
                return;
            }

            await Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { Attempts = 4 });
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/call", """{"name":"slow"}""");
        Assert.Equal(50201, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(3, endpoint.Seen.Count(seen => seen.Header("Last-Event-ID") is not null));
    }

    [Fact]
    public async Task A_lost_session_is_opened_again_and_the_request_sent_again()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(LosesFirstSession());
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/list");
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        await bridge.SendLegacy("2", "tools/list");
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));

        var opened = endpoint.Calls("initialize").ToList();
        Assert.Equal(2, opened.Count);
        Assert.Equal(opened[0].Json.GetProperty("params").GetRawText(), opened[1].Json.GetProperty("params").GetRawText());
        Assert.Null(opened[1].Header("Mcp-Session-Id"));
        Assert.Equal(["s1", "s2"], endpoint.Calls("notifications/initialized").Select(seen => seen.Header("Mcp-Session-Id")));
        Assert.Equal(["s1", "s2", "s2"], endpoint.Calls("tools/list").Select(seen => seen.Header("Mcp-Session-Id")));
    }

    [Fact]
    public async Task Many_requests_that_find_the_session_lost_open_one_new_session()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(LosesFirstSession());
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        for (var id = 1; id <= 20; id++)
        {
            await bridge.SendLegacy($"{id}", "tools/list");
        }

        for (var id = 1; id <= 20; id++)
        {
            Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        }

        Assert.Equal(2, endpoint.Calls("initialize").Count());
    }

    [Fact]
    public async Task A_new_session_is_set_up_as_the_lost_one_was_before_the_request_is_sent_again()
    {
        var serve = LosesFirstSession();
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Body.Contains("x://refused", StringComparison.Ordinal) ? Refuse(exchange) : serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        (string Method, string Parameters)[] asked =
        [
            ("logging/setLevel", """{"level":"debug"}"""),
            ("resources/subscribe", """{"uri":"x://dropped"}"""),
            ("resources/subscribe", """{"uri":"x://kept","_meta":{"progressToken":1}}"""),
            ("resources/subscribe", """{"uri":"x://refused"}"""),
            ("resources/subscribe", """{"uri":"x://kept"}"""),
            ("resources/unsubscribe", """{"uri":"x://dropped"}"""),
            ("logging/setLevel", """{"level":"warning"}"""),
            ("tools/list", "{}"),
        ];
        foreach (var (method, parameters) in asked)
        {
            await bridge.SendLegacy("1", method, parameters);
            await bridge.Receive();
        }

        string[] expected =
        [
            """notifications/initialized """,
            """logging/setLevel {"level":"warning"}""",
            """resources/subscribe {"uri":"x://kept"}""",
            """tools/list {}""",
        ];
        Assert.Equal(expected, InSession(endpoint, "s2").Select(seen => $"{seen.Method} {(seen.Json.TryGetProperty("params", out var parameters) ? parameters.GetRawText() : "")}"));
    }

    [Fact]
    public async Task What_a_new_session_does_not_grant_again_is_noted_and_the_request_is_served()
    {
        var serve = LosesFirstSession();
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
            exchange is { Method: "resources/subscribe" } && exchange.Header("Mcp-Session-Id") == "s2" ? Refuse(exchange) : serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "resources/subscribe", """{"uri":"x://gone"}""");
        await bridge.Receive();
        await bridge.SendLegacy("2", "tools/list");

        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        Assert.Contains("resources/subscribe of the lost session could not be repeated", bridge.Notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_most_256_subscriptions_are_repeated()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(LosesFirstSession());
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        for (var i = 0; i <= 256; i++)
        {
            await bridge.SendLegacy("1", "resources/subscribe", $$"""{"uri":"x://{{i}}"}""");
            await bridge.Receive();
        }

        await bridge.SendLegacy("2", "tools/list");
        await bridge.Receive();

        Assert.Equal(Enumerable.Range(0, 256).Select(i => $"x://{i}"),
            InSession(endpoint, "s2").Where(seen => seen.Method == "resources/subscribe").Select(seen => seen.Json.GetProperty("params").GetProperty("uri").GetString()));
    }

    [Fact]
    public async Task What_was_set_up_before_the_client_initialized_anew_is_not_repeated()
    {
        var sessions = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange switch
        {
            { Method: "initialize" } => Serve(exchange, $"s{Interlocked.Increment(ref sessions)}"),
            { Method: "tools/list" } when exchange.Header("Mcp-Session-Id") == "s2" => exchange.Status(404),
            _ => Serve(exchange, "unused"),
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "resources/subscribe", """{"uri":"x://before"}""");
        await bridge.Receive();
        await bridge.Initialize();
        await bridge.SendLegacy("2", "tools/list");
        await bridge.Receive();

        Assert.Equal(["notifications/initialized", "tools/list"], InSession(endpoint, "s3").Select(seen => seen.Method));
    }

    [Fact]
    public async Task A_session_that_is_lost_before_it_is_confirmed_is_no_loop()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Method == "notifications/initialized" ? exchange.Status(404) : Serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/list");
        await bridge.Receive();

        Assert.Equal(2, endpoint.Calls("initialize").Count());
    }

    [Fact]
    public async Task A_session_that_is_lost_again_at_once_is_an_error_and_no_loop()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Method == "tools/list" ? exchange.Status(404) : Serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/list");
        Assert.Equal(404, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32() / 100);
        Assert.Equal(2, endpoint.Calls("tools/list").Count());
    }

    [Fact]
    public async Task An_unknown_method_is_no_lost_session()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Method == "what/ever"
            ? exchange.Answer($$$$"""{"jsonrpc":"2.0","id":{{{{exchange.Id}}}},"error":{"code":-32601,"message":"Method not found"}}""", 404)
            : Serve(exchange));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "what/ever");
        Assert.Equal(-32601, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Single(endpoint.Calls("initialize"));
    }

    [Fact]
    public async Task Cancelling_is_told_to_the_endpoint_and_nothing_more_is_written()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/call")
            {
                await (await exchange.Stream()).StayOpen();
            }

            await Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/call", """{"name":"slow"}""");
        await ModernBridgeTests.Until(() => endpoint.Calls("tools/call").Any());
        await bridge.Send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
        await endpoint.Calls("tools/call").Single().Left.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Single(endpoint.Calls("notifications/cancelled"));
        Assert.Equal("", await bridge.Close());
    }

    [Fact]
    public async Task The_session_is_ended_when_the_client_closes_its_end()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(Serve);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.Close();
        Assert.Equal("s1", Assert.Single(endpoint.Seen, seen => seen.Verb == "DELETE").Header("Mcp-Session-Id"));
    }

    [Fact]
    public async Task The_session_is_ended_when_a_signal_comes()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(Serve);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.Stop();
        Assert.Single(endpoint.Seen, seen => seen.Verb == "DELETE");
    }

    [Fact]
    public async Task A_batch_is_taken_in_2025_03_26()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(Serve);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize("2025-03-26");
        await bridge.Send("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"},{"jsonrpc":"2.0","method":"notifications/roots/list_changed"},{"jsonrpc":"2.0","id":2,"method":"tools/list"}]""");
        var ids = new[] { (await bridge.Receive()).GetProperty("id").GetInt32(), (await bridge.Receive()).GetProperty("id").GetInt32() };
        Assert.Equal([1, 2], ids.Order());
        await bridge.Close();
        Assert.Single(endpoint.Calls("notifications/roots/list_changed"));
    }

    [Fact]
    public async Task A_batch_is_refused_in_every_later_revision()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(Serve);
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize("2025-06-18");
        await bridge.Send("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""");
        Assert.Equal(-32600, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(endpoint.Calls("tools/list"));
    }

    /// <summary>A server of the older eras that offers no stream.</summary>
    internal static Task Serve(FakeExchange exchange) => Serve(exchange, "s1");

    /// <summary>What was posted in this session, in order.</summary>
    private static IEnumerable<FakeExchange> InSession(FakeEndpoint endpoint, string session) =>
        endpoint.Seen.Where(seen => seen.Verb == "POST" && seen.Header("Mcp-Session-Id") == session);

    private static Task Refuse(FakeExchange exchange) =>
        exchange.Answer($$$$"""{"jsonrpc":"2.0","id":{{{{exchange.Id}}}},"error":{"code":-32602,"message":"no"}}""");

    private static Func<FakeExchange, Task> LosesFirstSession()
    {
        var sessions = 0;
        return exchange => exchange switch
        {
            { Method: "initialize" } => Serve(exchange, $"s{Interlocked.Increment(ref sessions)}"),
            { Method: "tools/list" } when exchange.Header("Mcp-Session-Id") == "s1" => exchange.Status(404),
            _ => Serve(exchange, "unused"),
        };
    }

    private static Task Serve(FakeExchange exchange, string session)
    {
        if (exchange.Verb == "GET")
        {
            return exchange.Status(405);
        }

        if (exchange.Method == "initialize")
        {
            exchange.SetHeader("Mcp-Session-Id", session);
            var version = exchange.Json.GetProperty("params").GetProperty("protocolVersion").GetString();
            return exchange.Result($$$"""{"protocolVersion":"{{{version}}}","capabilities":{},"serverInfo":{"name":"fake","version":"1"}}""");
        }

        return exchange.Verb == "POST" && exchange.Json.TryGetProperty("id", out _) && exchange.Method.Length > 0 ? exchange.Result("{}") : exchange.Status(202);
    }
}
