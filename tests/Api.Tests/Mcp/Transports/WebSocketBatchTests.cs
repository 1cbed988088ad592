using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>Batches of 2025-03-26 on a WebSocket: one runs beside what comes after it.</summary>
public sealed class WebSocketBatchTests(SocketProduct product)
{
    private const string Version = "2025-03-26";

    [Theory]
    [Trait("Control", "TR-10")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_asks_is_answered_with_one_array(bool isAnsweredInArray)
    {
        await using var client = await SocketClient.InitializedAsync(await product.GivenTenant(), Version, """{"elicitation":{}}""");
        await client.SendAsync($"[{SocketClient.Call("7", "ask", "{}")}]");
        var asked = await client.NotificationAsync("elicitation/create");

        var answer = $$$$"""{"jsonrpc":"2.0","id":"{{{{asked.GetProperty("id").GetString()}}}}","result":{"action":"accept","content":{"color":"green"}}}""";
        await client.SendAsync(isAnsweredInArray ? $"[{answer}]" : answer);

        var reply = Assert.Single((await client.NextAsync()).EnumerateArray());
        Assert.Equal(("7", "green"), (reply.GetProperty("id").GetRawText(), reply.TextOf()));
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task The_batch_and_each_message_of_it_are_on_record()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.InitializedAsync(tenant, Version);
        await client.SendAsync($$"""[{{SocketClient.Call("1", "echo", """{"message":"x"}""")}},{"jsonrpc":"2.0","id":2,"method":"no/such"}]""");
        await client.NextAsync();

        var events = (await tenant.SocketEvents()).Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("outcome").GetString()));

        Assert.Equal([("tools/call", "ok"), ("unknown", "method-not-found"), ("batch", "ok")], events.TakeLast(3));
    }

    [Fact]
    public async Task A_batch_holds_one_place_however_many_messages_it_has()
    {
        await using var client = await SocketClient.InitializedAsync(await product.GivenTenant(), Version);
        for (var i = 1; i < SocketProduct.Places; i++)
        {
            await client.SendAsync(SocketClient.Call($"{i}", "wait", $$"""{"name":"beside batch {{i}}"}"""));
            await SlowBackend.Started($"beside batch {i}");
        }

        await client.SendAsync($"[{string.Join(',', Enumerable.Range(10, 8).Select(id => SocketClient.Call($"{id}", "echo", """{"message":"fits"}""")))}]");
        Assert.Equal(8, (await client.NextAsync()).EnumerateArray().Count(reply => reply.TextOf() == "fits"));
    }

    [Fact]
    public async Task With_all_places_taken_a_batch_is_refused_as_a_whole()
    {
        await using var client = await SocketClient.InitializedAsync(await product.GivenTenant(), Version);
        await client.SendAsync($"[{SocketClient.Call("1", "wait", """{"name":"in a batch"}""")}]");
        await SlowBackend.Started("in a batch");
        for (var i = 2; i <= SocketProduct.Places; i++)
        {
            await client.SendAsync(SocketClient.Call($"{i}", "wait", $$"""{"name":"full {{i}}"}"""));
            await SlowBackend.Started($"full {i}");
        }

        await client.SendAsync($"[{SocketClient.Call("9", "echo", """{"message":"x"}""")}]");

        Assert.Equal(42901, (await client.NextAsync()).CodeOf());
    }

    [Theory]
    [Trait("Control", "IN-1")]
    [InlineData("2024-11-05")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Other_versions_have_no_batches_and_the_connection_goes_on(string version)
    {
        await using var client = await SocketClient.InitializedAsync(await product.GivenTenant(), version);
        await client.SendAsync($"[{SocketClient.Call("1", "echo", """{"message":"x"}""")}]");

        Assert.Equal(-32600, (await client.NextAsync()).CodeOf());
        Assert.Equal("on", (await client.AskAsync(SocketClient.Call("2", "echo", """{"message":"on"}"""))).TextOf());
    }
}
