using System.Threading.Channels;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Mcp;

/// <summary>What a session sets, and which node waits for what in it.</summary>
[Collection(OnTheCluster.Name)]
public sealed class McpSessionRequestTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();
    private readonly Node _node = new();

    private IMcpSessionGrain Session => _cluster.For(_tenant).Get<IMcpSessionGrain>("0123456789abcdef");

    private Abstractions.Identity.Caller Owner => CallerOf(_tenant);

    private Abstractions.Identity.Caller Mallory => CallerOf(_tenant, "usr_mallory");

    [Fact]
    public async Task A_session_begins_at_info_with_what_was_declared_and_keeps_its_level()
    {
        await OpenAsync();
        var before = await Session.UseAsync(Owner).Value();

        Assert.Null(await Session.SetLogLevelAsync(McpLogLevel.Error, Owner));
        await _cluster.DeactivateAsync(Session);

        Assert.Equal((McpLogLevel.Info, ClientFeatures.Sampling), (before.LogLevel, before.Features));
        Assert.Equal(McpLogLevel.Error, (await Session.UseAsync(Owner).Value()).LogLevel);
    }

    [Fact]
    public async Task Subscriptions_are_kept_once_each_and_can_be_given_up()
    {
        await OpenAsync();
        await Session.SubscribeAsync("memory://b", Owner);
        await Session.SubscribeAsync("memory://a", Owner);
        await Session.SubscribeAsync("memory://b", Owner);
        await _cluster.DeactivateAsync(Session);
        var held = (await Session.UseAsync(Owner).Value()).Subscriptions;

        await Session.UnsubscribeAsync("memory://b", Owner);
        await Session.UnsubscribeAsync("memory://never", Owner);

        Assert.Equal(["memory://a", "memory://b"], held);
        Assert.Equal(["memory://a"], (await Session.UseAsync(Owner).Value()).Subscriptions);
    }

    [Fact]
    public async Task A_session_has_a_limit_of_subscriptions()
    {
        await OpenAsync();
        for (var i = 0; i < IMcpSessionGrain.MaxSubscriptions; i++)
        {
            Assert.Null(await Session.SubscribeAsync($"memory://{i}", Owner));
        }

        Assert.Equal(ProblemCode.InvalidParams, await Session.SubscribeAsync("memory://more", Owner).Refusal());
        Assert.Null(await Session.SubscribeAsync("memory://0", Owner));
    }

    [Fact]
    public async Task An_answer_reaches_the_node_that_waits()
    {
        await OpenAsync();
        await Session.AttachAsync("ask:1", Reference(), Owner);

        var delivered = await Session.AnswerAsync("ask:1", "{}"u8.ToArray(), Owner).Value();

        Assert.True(delivered);
        Assert.Equal(("ask:1", "{}"), await _node.HeardAsync());
    }

    [Fact]
    public async Task An_answer_that_comes_before_its_node_is_kept_for_it_and_delivered_once()
    {
        await OpenAsync();
        Assert.False(await Session.AnswerAsync("ask:1", "\"early\""u8.ToArray(), Owner).Value());

        await Session.AttachAsync("ask:1", Reference(), Owner);
        await Session.AttachAsync("ask:1", Reference(), Owner);
        await Session.AnswerAsync("ask:1", "\"late\""u8.ToArray(), Owner);

        Assert.Equal("\"early\"", (await _node.HeardAsync()).Message);
        Assert.Equal("\"late\"", (await _node.HeardAsync()).Message);
    }

    [Fact]
    public async Task An_early_answer_is_kept_for_a_minute()
    {
        await OpenAsync();
        await Session.AnswerAsync("ask:1", "\"early\""u8.ToArray(), Owner);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(61));

        await Session.AttachAsync("ask:1", Reference(), Owner);
        await Session.AnswerAsync("ask:1", "\"late\""u8.ToArray(), Owner);

        Assert.Equal("\"late\"", (await _node.HeardAsync()).Message);
    }

    [Fact]
    public async Task A_node_that_does_not_attach_again_for_a_minute_waits_no_more()
    {
        await OpenAsync();
        await Session.AttachAsync("ask:1", Reference(), Owner);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.False(await Session.AnswerAsync("ask:1", "{}"u8.ToArray(), Owner).Value());
    }

    [Fact]
    public async Task A_node_that_detached_waits_no_more()
    {
        await OpenAsync();
        await Session.AttachAsync("ask:1", Reference(), Owner);
        await Session.DetachAsync("ask:1");

        Assert.False(await Session.AnswerAsync("ask:1", "{}"u8.ToArray(), Owner).Value());
        Assert.False(await Session.CancelAsync("ask:1", Owner).Value());
    }

    [Fact]
    public async Task A_cancellation_reaches_the_node_that_runs_the_request()
    {
        await OpenAsync();
        await Session.AttachAsync("run:7", Reference(), Owner);

        Assert.True(await Session.CancelAsync("run:7", Owner).Value());
        Assert.Equal(("run:7", null), await _node.HeardAsync());
        Assert.False(await Session.CancelAsync("run:8", Owner).Value());
    }

    [Fact]
    public async Task A_newer_node_takes_the_place_of_the_older_which_is_told()
    {
        await OpenAsync();
        await Session.AttachAsync(IMcpSessionGrain.Listening, Reference(), Owner);
        var newer = new Node();

        await Session.AttachAsync(IMcpSessionGrain.Listening, _cluster.Unbound.CreateObjectReference<IMcpNode>(newer), Owner);
        await Session.SubscribeAsync("memory://a", Owner);

        Assert.Equal((IMcpSessionGrain.Listening, null), await _node.HeardAsync());
        Assert.Equal((IMcpSessionGrain.Listening, ""), await newer.HeardAsync());
        GC.KeepAlive(newer);
    }

    [Fact]
    public async Task Closing_a_session_ends_what_runs_in_it()
    {
        await OpenAsync();
        await Session.AttachAsync("run:7", Reference(), Owner);

        await Session.CloseAsync(Owner);

        Assert.Equal(("run:7", null), await _node.HeardAsync());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.AttachAsync("run:8", Reference(), Owner).Refusal());
    }

    [Fact]
    public async Task A_session_has_a_limit_of_running_requests()
    {
        await OpenAsync();
        var reference = Reference();
        await Task.WhenAll(Enumerable.Range(0, 256).Select(i => Session.AttachAsync($"run:{i}", reference, Owner)));

        Assert.Equal(ProblemCode.Conflict, await Session.AttachAsync("run:more", reference, Owner).Refusal());
        Assert.Null(await Session.AttachAsync("run:0", reference, Owner));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Nobody_else_sets_answers_or_cancels_anything()
    {
        await OpenAsync();
        await Session.AttachAsync("ask:1", Reference(), Owner);

        Assert.Equal(ProblemCode.SessionNotFound, await Session.AnswerAsync("ask:1", "\"evil\""u8.ToArray(), Mallory).Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.CancelAsync("ask:1", Mallory).Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.AttachAsync("ask:1", Reference(), Mallory).Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.SubscribeAsync("memory://a", Mallory).Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.UnsubscribeAsync("memory://a", Mallory).Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.SetLogLevelAsync(McpLogLevel.Debug, Mallory).Refusal());
        await Session.AnswerAsync("ask:1", "\"honest\""u8.ToArray(), Owner);

        Assert.Equal("\"honest\"", (await _node.HeardAsync()).Message);
        Assert.Equal(McpLogLevel.Info, (await Session.UseAsync(Owner).Value()).LogLevel);
    }

    private Task<McpSessionView> OpenAsync() => Session.OpenAsync(new OpenMcpSession("2025-11-25", ClientFeatures.Sampling, "client", "1"), Owner).Value();

    private IMcpNode? _reference;

    // One reference a node, as in the product.
    private IMcpNode Reference() => _reference ??= _cluster.Unbound.CreateObjectReference<IMcpNode>(_node);

    private sealed class Node : IMcpNode
    {
        private readonly Channel<(string Request, string? Message)> _heard = Channel.CreateUnbounded<(string, string?)>();

        public async Task<(string Request, string? Message)> HeardAsync() => await _heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        public ValueTask AnsweredAsync(string session, string request, byte[] message) => Tell(request, System.Text.Encoding.UTF8.GetString(message));

        public ValueTask CancelledAsync(string session, string request) => Tell(request, null);

        private ValueTask Tell(string request, string? message)
        {
            _heard.Writer.TryWrite((request, message));
            return ValueTask.CompletedTask;
        }
    }
}
