using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Nodes;

/// <summary>A node that is killed takes no session with it.</summary>
public sealed class LostNodeTests
{
    private const string List = """{"jsonrpc":"2.0","id":9,"method":"tools/list"}""";
    private const string Subscribe = """{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"memory://Alpha"}}""";

    [Fact]
    public async Task A_client_whose_node_was_killed_resumes_after_its_last_event_on_the_other()
    {
        await using var nodes = await StartAsync();
        using var client = await NodeClient.MakeAsync(nodes);
        await client.InitializeAsync(0);
        var holder = nodes.HolderOf("mcp-session", client.Tenant, client.Session!);
        Assert.InRange(holder, 0, 1);
        var other = 1 - holder;
        await client.PostAsync(holder, Subscribe);
        using var stream = await client.ListenAsync(holder);
        await stream.NextAsync();
        await client.WriteMemoryAsync(other, "Alpha", "first");
        var first = await stream.UntilAsync("notifications/resources/updated");
        await client.WriteMemoryAsync(other, "Alpha", "second");
        var second = await stream.UntilAsync("notifications/resources/updated");

        await nodes.KillAsync(holder);

        // This client lost the second event with the node, and says so.
        using var resumed = await client.ComeBackAsync(other, first.Id);
        var replayed = await resumed.UntilAsync("notifications/resources/updated");
        Assert.Equal((second.Id, second.Message.GetRawText()), (replayed.Id, replayed.Message.GetRawText()));
        Assert.Equal(200, (await client.PostAsync(other, List)).Status);

        await client.WriteMemoryAsync(other, "Alpha", "third");
        var live = await resumed.UntilAsync("notifications/resources/updated");
        Assert.Equal("memory://Alpha", live.Message.GetProperty("params").GetProperty("uri").GetString());
    }

    [Fact]
    public async Task A_call_that_waits_on_the_node_that_is_left_gets_its_answer()
    {
        await using var nodes = await StartAsync();
        using var client = await NodeClient.MakeAsync(nodes);
        await client.InitializeAsync(0);
        var holder = nodes.HolderOf("mcp-session", client.Tenant, client.Session!);
        var other = 1 - holder;
        using var call = await client.OpenAsync(other, """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"ask","arguments":{}}}""");
        var asked = (await call.UntilAsync("elicitation/create")).Message.GetProperty("id").GetString();

        await nodes.KillAsync(holder);

        var answer = $$$"""{"jsonrpc":"2.0","id":"{{{asked}}}","result":{"action":"accept","content":{"name":"Ada"} } }""";
        var taken = await Wire.Until(() => client.PostAsync(other, answer), 202, EventStream.Patience);
        Assert.Equal(202, taken.Status);
        Assert.Equal("Hello, Ada!", (await call.AnswerAsync()).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    private static Task<TwoNodes> StartAsync() => TwoNodes.StartAsync(services => services.AddSingleton<IMcpBackend>(new SampleBackend()));
}
