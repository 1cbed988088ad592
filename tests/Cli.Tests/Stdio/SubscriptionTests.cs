using System.Text.Json;

namespace Platform.Cli.Tests.Stdio;

/// <summary><c>subscriptions/listen</c> over the bridge.</summary>
public sealed class SubscriptionTests
{
    private const string Filter = ""","notifications":{"toolsListChanged":true,"resourceSubscriptions":["memory://a"]}""";

    [Fact]
    public async Task Several_subscriptions_are_open_at_once_beside_requests()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/list")
            {
                await exchange.Result("{}");
                return;
            }

            await Acknowledge(exchange);
            await Changed(exchange);
            await exchange.StayOpen();
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { InFlight = 1 });
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.SendModern("2", "subscriptions/listen", Filter);
        var ids = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(Subscription(await bridge.Receive()));
        }

        Assert.Equal([1, 1, 2, 2], ids.Order());
        await bridge.SendModern("3", "tools/list");
        Assert.Equal(3, (await bridge.Receive()).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_stream_that_breaks_is_opened_again_and_the_client_is_told_to_look()
    {
        var streams = 0;
        var cut = new TaskCompletionSource();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            var first = Interlocked.Increment(ref streams) == 1;
            await Acknowledge(exchange);
            await (first ? cut.Task : exchange.StayOpen());
            exchange.Abort();
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        Assert.Equal("notifications/subscriptions/acknowledged", Method(await bridge.Receive()));
        cut.SetResult();
        var tools = await bridge.Receive();
        var resource = await bridge.Receive();
        Assert.Equal(("notifications/tools/list_changed", 1), (Method(tools), Subscription(tools)));
        Assert.Equal(("notifications/resources/updated", 1), (Method(resource), Subscription(resource)));
        Assert.Equal("memory://a", resource.GetProperty("params").GetProperty("uri").GetString());
        Assert.Equal(endpoint.Seen.First().Body, endpoint.Seen.Last().Body);
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_answer_is_made_again()
    {
        var streams = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (Interlocked.Increment(ref streams) == 1)
            {
                exchange.Abort();
                return;
            }

            await Acknowledge(exchange);
            await exchange.StayOpen();
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        Assert.Equal("notifications/subscriptions/acknowledged", Method(await bridge.Receive()));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_refusal_is_the_answer_and_is_not_tried_again(int status)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Status(status));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        Assert.True((await bridge.Receive()).TryGetProperty("error", out _));
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task A_second_acknowledgment_that_grants_less_is_passed_on()
    {
        var streams = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            var first = Interlocked.Increment(ref streams) == 1;
            await Acknowledge(exchange, first ? """{"toolsListChanged":true}""" : "{}");
            await (first ? Task.CompletedTask : exchange.StayOpen());
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.Receive();
        var second = await bridge.Receive();
        Assert.Equal("notifications/subscriptions/acknowledged", Method(second));
        Assert.Empty(second.GetProperty("params").GetProperty("notifications").EnumerateObject());
    }

    [Fact]
    public async Task A_subscription_that_cannot_be_opened_again_ends_in_an_error()
    {
        var streams = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => Interlocked.Increment(ref streams) == 1 ? Acknowledge(exchange) : exchange.Status(503));
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { Attempts = 3 });
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.Receive();
        var end = await bridge.Receive();
        Assert.Equal(1, end.GetProperty("id").GetInt32());
        Assert.True(end.TryGetProperty("error", out _));
        Assert.Equal(3, streams);
    }

    [Fact]
    public async Task A_graceful_end_is_the_answer_and_is_not_opened_again()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await Acknowledge(exchange);
            await exchange.Event("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":1}}}""");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.Receive();
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        Assert.Equal("", await bridge.Close());
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task Cancelling_closes_the_stream()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await Acknowledge(exchange);
            await exchange.StayOpen();
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.Receive();
        await bridge.Send("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
        await endpoint.Seen.Single().Left.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("", await bridge.Close());
        Assert.Single(endpoint.Seen);
    }

    [Theory, Trait("Control", "TR-11")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":{}}""")]
    public async Task What_does_not_belong_to_the_subscription_is_dropped(string message)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await Acknowledge(exchange);
            await exchange.Event(message);
            await Changed(exchange);
            await exchange.StayOpen();
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.Receive();
        Assert.Equal(1, Subscription(await bridge.Receive()));
        Assert.Contains("dropped", bridge.Notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_a_limit_to_subscriptions_and_it_is_told()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await Acknowledge(exchange);
            await exchange.StayOpen();
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { Subscriptions = 1 });
        await bridge.SendModern("1", "subscriptions/listen", Filter);
        await bridge.Receive();
        await bridge.SendModern("2", "subscriptions/listen", Filter);
        var refused = await bridge.Receive();
        Assert.Equal((2, 42901), (refused.GetProperty("id").GetInt32(), refused.GetProperty("error").GetProperty("code").GetInt32()));
    }

    private static async Task Acknowledge(FakeExchange exchange, string? granted = null)
    {
        await exchange.Stream();
        granted ??= exchange.Json.GetProperty("params").GetProperty("notifications").GetRawText();
        await exchange.Event($$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":{{{exchange.Id}}}},"notifications":{{{granted}}}}}""");
    }

    private static Task Changed(FakeExchange exchange) =>
        exchange.Event($$$$$"""{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{{exchange.Id}}}}}}}}""");

    private static string Method(JsonElement message) => message.GetProperty("method").GetString()!;

    private static int Subscription(JsonElement message) => message.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetInt32();
}
