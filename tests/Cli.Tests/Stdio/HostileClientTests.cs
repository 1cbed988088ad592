using System.Text;
using System.Text.Json;

namespace Platform.Cli.Tests.Stdio;

/// <summary>TR-11: what a client writes is judged before the endpoint sees it, and one bad line does not end the bridge.</summary>
[Trait("Control", "TR-11")]
public sealed class HostileClientTests
{
    [Theory]
    [InlineData("hello", -32700, null)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}""", -32700, null)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}{"jsonrpc":"2.0","id":2,"method":"tools/list"}""", -32700, null)]
    [InlineData("""{"jsonrpc":"1.0","id":7,"method":"tools/list"}""", -32600, "7")]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":5}""", -32600, "\"x\"")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""", -32600, null)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""", -32600, null)]
    [InlineData("""{"jsonrpc":"2.0","id":8,"method":"a\nb","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}""", -32600, "8")]
    public async Task A_line_that_is_no_message_is_refused_and_the_next_one_served(string line, int code, string? id)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Send(line);
        var refused = await bridge.Receive();
        Assert.Equal(code, refused.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(id, refused.TryGetProperty("id", out var echoed) ? echoed.GetRawText() : null);
        await AssertServes(bridge);
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Send([.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""u8, 0xC3, 0x28, .. "\"}\n"u8]);
        Assert.Equal(-32700, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32());
        await AssertServes(bridge);
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_and_the_next_one_served()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { MaxLine = 4096 });
        await bridge.Send(new string('a', 100_000));
        Assert.Equal(-32600, (await bridge.Receive()).GetProperty("error").GetProperty("code").GetInt32());
        await AssertServes(bridge);
    }

    [Fact]
    public async Task Blank_lines_and_carriage_returns_are_nothing()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Send("\r\n \n");
        await bridge.Send("""{"jsonrpc":"2.0","id":"next","method":"tools/list"}""" + "\r");
        Assert.Equal("next", (await bridge.Receive()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_id_that_is_in_use_is_refused_without_that_id()
    {
        var go = new TaskCompletionSource();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await go.Task;
            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        await bridge.SendModern("1", "tools/list");
        var refused = await bridge.Receive();
        Assert.False(refused.TryGetProperty("id", out _));
        Assert.True(refused.TryGetProperty("error", out _));
        go.SetResult();
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        Assert.Single(endpoint.Seen);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":99,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}""")]
    public async Task What_concerns_nothing_is_not_forwarded(string line)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{}"));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Send(line);
        await AssertServes(bridge);
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task A_request_of_the_endpoint_is_answered_once()
    {
        var responses = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Verb == "GET")
            {
                await exchange.Stream();
                await exchange.Event("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
                await exchange.StayOpen();
            }

            if (exchange is { Verb: "POST", Method: "" })
            {
                Interlocked.Increment(ref responses);
            }

            await LegacyBridgeTests.Serve(exchange);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.Initialize();
        await bridge.Receive();
        await bridge.Send("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        await bridge.Send("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        await bridge.Close();
        Assert.Equal(1, responses);
        Assert.Contains("answered already", bridge.Notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_message_that_is_written_is_one_line_of_JSON()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Result("{\n\"a\":1\n}"));
        await using var bridge = BridgeHarness.Start(endpoint);
        for (var id = 0; id < 50; id++)
        {
            await bridge.SendModern($"{id}", "tools/list");
            await bridge.Send("junk");
        }

        var lines = (await bridge.Close()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(100, lines.Length);
        Assert.All(lines, line => Assert.Equal("2.0", JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetBytes(line)).GetProperty("jsonrpc").GetString()));
    }

    private static async Task AssertServes(BridgeHarness bridge)
    {
        await bridge.SendModern("\"next\"", "tools/list");
        Assert.Equal("next", (await bridge.Receive()).GetProperty("id").GetString());
    }
}
