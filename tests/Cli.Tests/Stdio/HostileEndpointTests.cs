namespace Platform.Cli.Tests.Stdio;

/// <summary>TR-11: what an endpoint says is judged before the client hears it.</summary>
[Trait("Control", "TR-11")]
public sealed class HostileEndpointTests
{
    private const string Good = """{"jsonrpc":"2.0","id":1,"result":{"good":true}}""";

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"good":false},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":{"good":false}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","result":{"good":false}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":99,"result":{"good":false}}""")]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":1,"message":"nobody"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":5,"method":"sampling/createMessage","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"of another","progress":1}}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":{"good":false}}]""")]
    public async Task What_does_not_belong_on_the_stream_is_dropped_and_the_answer_still_comes(string junk)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await exchange.Stream();
            await exchange.Event(junk);
            await exchange.Event(Good);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"x" """);
        Assert.True((await bridge.Receive()).GetProperty("result").GetProperty("good").GetBoolean());
        Assert.Equal("", await bridge.Close());
        Assert.Contains("dropped", bridge.Notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_written_once()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await exchange.Stream();
            await exchange.Raw($"data: {Good}\n\ndata: {Good}\n\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{{}}}}\n\n");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"x" """);
        await bridge.Receive();
        Assert.Equal("", await bridge.Close());
    }

    [Fact]
    public async Task The_answers_of_two_requests_do_not_change_places()
    {
        var both = new Barrier(2);
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await Task.Run(both.SignalAndWait);
            await exchange.Stream();
            await exchange.Event($$$"""{"jsonrpc":"2.0","id":{{{3 - int.Parse(exchange.Id, null)}}},"result":{"of":{{{exchange.Id}}}}}""");
            await exchange.Event($$$"""{"jsonrpc":"2.0","id":{{{exchange.Id}}},"result":{"of":{{{exchange.Id}}}}}""");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        await bridge.SendModern("2", "tools/list");
        for (var i = 0; i < 2; i++)
        {
            var answer = await bridge.Receive();
            Assert.Equal(answer.GetProperty("id").GetInt32(), answer.GetProperty("result").GetProperty("of").GetInt32());
        }
    }

    [Fact]
    public async Task A_message_of_several_lines_is_written_as_one()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Answer("{\r\n \"jsonrpc\": \"2.0\",\n \"id\": 1,\n \"result\": {\"text\": \"a\\nb\"}\r\n}\n"));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        Assert.Equal("a\nb", (await bridge.Receive()).GetProperty("result").GetProperty("text").GetString());
        Assert.Equal("", await bridge.Close());
    }

    // What a stream drops is not kept either: SseReaderTests.
    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    public async Task A_message_that_never_ends_is_dropped_and_the_request_is_answered(string type)
    {
        const int Whole = 64 * 1024 * 1024;
        var sent = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await exchange.Answer("data: \"", type: type);
            var chunk = new string('a', 64 * 1024);
            for (; Volatile.Read(ref sent) < Whole; Interlocked.Add(ref sent, chunk.Length))
            {
                await exchange.Raw(chunk);
            }
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { MaxMessage = 256 * 1024 });
        await bridge.SendModern("1", "tools/list");
        var answer = await bridge.Receive();
        Assert.Equal((1, 50201), (answer.GetProperty("id").GetInt32(), answer.GetProperty("error").GetProperty("code").GetInt32()));
        if (type == "application/json")
        {
            // It was given up, not read to its end: what was sent beyond the limit lies in the buffers of the two sockets.
            await endpoint.Seen.Single().Left.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.InRange(Volatile.Read(ref sent), 0, Whole - 1);
        }
    }

    [Theory]
    [InlineData("application/json", "<html>")]
    [InlineData("application/json", """{"jsonrpc":"2.0","id":2,"result":{}}""")]
    [InlineData("application/json", "")]
    [InlineData("text/html", """{"jsonrpc":"2.0","id":1,"result":{}}""")]
    public async Task An_answer_that_is_none_becomes_an_error(string type, string body)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Answer(body, type: type));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        var answer = await bridge.Receive();
        Assert.Equal((1, 50201), (answer.GetProperty("id").GetInt32(), answer.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_not_passed_on()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await exchange.Answer("", type: "application/json");
            await exchange.RawBytes([.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":\""u8, 0xFF, .. "\"}}"u8]);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        Assert.True((await bridge.Receive()).TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_response_on_the_stream_of_the_session_is_dropped()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Verb == "GET")
            {
                await exchange.Stream();
                await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{"forged":true}}""");
                await exchange.Event("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
                await exchange.StayOpen();
            }

            await LegacyBridgeTests.Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        Assert.Equal("notifications/tools/list_changed", (await bridge.Receive()).GetProperty("method").GetString());
    }

    [Fact]
    public async Task A_redirect_does_not_carry_the_key_away()
    {
        await using var elsewhere = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
        {
            exchange.SetHeader("Location", elsewhere.Url.ToString());
            return exchange.Status(307);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        Assert.Contains("redirects (307)", (await bridge.Receive()).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(elsewhere.Seen);
    }

    [Fact]
    public async Task A_session_id_with_other_characters_than_visible_ASCII_is_none()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "initialize")
            {
                exchange.SetHeader("Mcp-Session-Id", "two words");
                await exchange.Result("""{"protocolVersion":"2025-11-25","capabilities":{}}""");
                return;
            }

            await LegacyBridgeTests.Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.SendLegacy("1", "tools/list");
        await bridge.Receive();
        Assert.Null(endpoint.Calls("tools/list").Single().Header("Mcp-Session-Id"));
    }
}
