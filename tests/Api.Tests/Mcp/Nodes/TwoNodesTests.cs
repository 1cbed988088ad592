using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Nodes;

/// <summary>No message has to come to the node that the one before came to.</summary>
public sealed class TwoNodesTests(TwoNodesTests.Cluster cluster) : IClassFixture<TwoNodesTests.Cluster>
{
    private const int One = 0;
    private const int Other = 1;
    private const string Ada = """{"name":{"action":"accept","content":{"name":"Ada"} } }""";

    [Fact]
    public async Task An_answer_given_on_one_node_completes_the_call_that_asked_on_the_other()
    {
        using var client = await cluster.GivenSessionAsync();
        using var call = await client.OpenAsync(One, """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask","arguments":{}}}""");
        var asked = (await call.UntilAsync("elicitation/create")).Message.GetProperty("id").GetString();

        var taken = await client.PostAsync(Other, $$$"""{"jsonrpc":"2.0","id":"{{{asked}}}","result":{"action":"accept","content":{"name":"Ada"} } }""");

        Assert.Equal(202, taken.Status);
        Assert.Equal("Hello, Ada!", TextOf(await call.AnswerAsync()));
    }

    [Fact]
    public async Task A_cancellation_on_one_node_stops_the_call_that_runs_on_the_other()
    {
        using var client = await cluster.GivenSessionAsync();
        using var call = await client.OpenAsync(One, """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"hang","arguments":{}}}""");

        var taken = await client.PostAsync(Other, """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}""");

        Assert.Equal(202, taken.Status);
        await cluster.Backend.CallStopped.WaitAsync(EventStream.Patience);
    }

    [Fact]
    public async Task A_listening_session_hears_of_what_is_written_on_the_other_node()
    {
        using var client = await cluster.GivenSessionAsync();
        await client.PostAsync(Other, """{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"memory://Alpha"}}""");
        using var stream = await client.ListenAsync(One);
        await stream.NextAsync();

        await client.WriteMemoryAsync(Other, "Alpha", "new");

        Assert.Equal("memory://Alpha", (await stream.UntilAsync("notifications/resources/updated")).Message.GetProperty("params").GetProperty("uri").GetString());
    }

    [Fact]
    public async Task A_subscription_made_on_the_other_node_counts_on_the_stream_that_is_open()
    {
        using var client = await cluster.GivenSessionAsync();
        using var stream = await client.ListenAsync(One);
        await stream.NextAsync();
        await client.PostAsync(Other, """{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"memory://Alpha"}}""");

        // The node that listens looks the subscription up by itself, so one write may come too early.
        var heard = stream.UntilAsync("notifications/resources/updated");
        for (var writes = 0; writes < 1_000 && !heard.IsCompleted; writes++)
        {
            await client.WriteMemoryAsync(Other, "Alpha", $"value {writes}");
        }

        Assert.Equal("memory://Alpha", (await heard).Message.GetProperty("params").GetProperty("uri").GetString());
    }

    [Fact]
    public async Task A_modern_subscription_hears_of_what_is_written_on_the_other_node()
    {
        using var client = await NodeClient.MakeAsync(cluster.Nodes);
        using var stream = await client.OpenModernAsync(One, "subscriptions/listen", """ "notifications":{"resourcesListChanged":true,"resourceSubscriptions":["memory://Alpha"]} """);
        await stream.UntilAsync("notifications/subscriptions/acknowledged");

        await client.WriteMemoryAsync(Other, "Alpha", "new");

        Assert.Equal("memory://Alpha", (await stream.UntilAsync("notifications/resources/updated")).Message.GetProperty("params").GetProperty("uri").GetString());
    }

    [Fact]
    public async Task A_task_is_polled_and_answered_on_the_other_node()
    {
        using var client = await NodeClient.MakeAsync(cluster.Nodes);
        var task = await StartJobAsync(client);
        await StatusAsync(client, task, "input_required");

        await client.AskAsync(Other, "tasks/update", $$""" "taskId":"{{task}}","inputResponses":{{Ada}} """, task);

        Assert.Equal("Hello, Ada!", TextOf(await StatusAsync(client, task, "completed")));
    }

    [Fact]
    public async Task A_task_is_cancelled_on_the_other_node()
    {
        using var client = await NodeClient.MakeAsync(cluster.Nodes);
        var task = await StartJobAsync(client);
        await StatusAsync(client, task, "input_required");

        var cancelled = await client.AskAsync(Other, "tasks/cancel", $$""" "taskId":"{{task}}" """, task);

        Assert.True(cancelled.TryGetProperty("result", out _), cancelled.GetRawText());
        await StatusAsync(client, task, "cancelled");
        await cluster.Backend.JobStopped.WaitAsync(EventStream.Patience);
    }

    [Fact]
    public async Task A_state_sealed_on_one_node_opens_on_both()
    {
        using var client = await NodeClient.MakeAsync(cluster.Nodes);
        var state = await SealAsync(client, "reusable");

        Assert.Equal("The state came back.", TextOf(await ReturnAsync(client, Other, "reusable", state)));
        Assert.Equal("The state came back.", TextOf(await ReturnAsync(client, One, "reusable", state)));
    }

    [Fact]
    public async Task A_single_use_state_opens_once_however_many_nodes_are_asked_at_once()
    {
        using var client = await NodeClient.MakeAsync(cluster.Nodes);
        var state = await SealAsync(client, "once");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ReturnAsync(client, i % 2, "once", state)));

        Assert.Single(answers, answer => answer.TryGetProperty("result", out _));
        Assert.Equal(7, answers.Count(answer => answer.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == -32602));
    }

    private static async Task<string> StartJobAsync(NodeClient client)
    {
        var created = await client.CallAsync(One, "job");
        return created.GetProperty("result").GetProperty("taskId").GetString()!;
    }

    /// <summary>What the other node says of a task, as soon as it says this.</summary>
    private static async Task<JsonElement> StatusAsync(NodeClient client, string task, string status)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await client.AskAsync(Other, "tasks/get", $$""" "taskId":"{{task}}" """, task);
        while (answer.GetProperty("result").GetProperty("status").GetString() != status && TimeProvider.System.GetElapsedTime(started) < EventStream.Patience)
        {
            answer = await client.AskAsync(Other, "tasks/get", $$""" "taskId":"{{task}}" """, task);
        }

        Assert.Equal(status, answer.GetProperty("result").GetProperty("status").GetString());
        return answer.GetProperty("result");
    }

    private static async Task<string> SealAsync(NodeClient client, string tool) =>
        (await client.CallAsync(One, tool)).GetProperty("result").GetProperty("requestState").GetString()!;

    private static Task<JsonElement> ReturnAsync(NodeClient client, int node, string tool, string state) =>
        client.CallAsync(node, tool, more: $$""" ,"requestState":"{{state}}","inputResponses":{{Ada}} """);

    private static string? TextOf(JsonElement message) =>
        (message.TryGetProperty("result", out var result) ? result : message).GetProperty("content")[0].GetProperty("text").GetString();

    /// <summary>Two nodes that nobody kills. Both have one backend, so that a test sees what ran wherever it ran.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        internal SampleBackend Backend { get; } = new();

        internal TwoNodes Nodes { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Nodes = await TwoNodes.StartAsync(services => services.AddSingleton<IMcpBackend>(Backend));

        public ValueTask DisposeAsync() => Nodes.DisposeAsync();

        internal async Task<NodeClient> GivenSessionAsync()
        {
            var client = await NodeClient.MakeAsync(Nodes);
            await client.InitializeAsync(One);
            return client;
        }
    }
}
