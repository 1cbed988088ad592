using System.Text;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Mcp;

[Collection(OnTheCluster.Name)]
public sealed class McpStreamGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IMcpStreamGrain Stream => _cluster.For(_tenant).Get<IMcpStreamGrain>("session/stream");

    [Fact]
    public async Task Messages_are_read_in_order_from_where_the_reader_was()
    {
        await OpenAsync();
        Assert.Equal((1L, 2L, 3L), (await AppendAsync("a"), await AppendAsync("b", mark: 7), await AppendAsync("c", isLast: true, mark: 8)));

        var (all, rest) = (await ReadAsync(0).Value(), await ReadAsync(2).Value());

        Assert.Equal((1, "abc", true, 8), (all.First, Text(all), all.IsComplete, all.Mark));
        Assert.Equal((3, "c", true), (rest.First, Text(rest), rest.IsComplete));
    }

    [Fact]
    public async Task The_oldest_messages_leave_when_there_are_too_many()
    {
        await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, IMcpStreamGrain.MaxMessages + 3).Select(_ => AppendAsync("x")));

        var page = await ReadAsync(0).Value();

        Assert.Equal((4, IMcpStreamGrain.MaxMessages), (page.First, page.Messages.Length));
    }

    [Fact]
    public async Task The_oldest_messages_leave_when_they_are_too_large()
    {
        await OpenAsync();
        var third = new string('x', IMcpStreamGrain.MaxBytes / 3);
        await AppendAsync(third);
        await AppendAsync(third);
        await AppendAsync(third);
        await AppendAsync("small");

        var page = await ReadAsync(0).Value();

        Assert.Equal((2, 3), (page.First, page.Messages.Length));
    }

    [Fact]
    public async Task The_newest_message_stays_however_large_it_is()
    {
        await OpenAsync();
        await AppendAsync("small");
        await AppendAsync(new string('x', IMcpStreamGrain.MaxBytes + 1));

        var page = await ReadAsync(0).Value();

        Assert.Equal((2, 1), (page.First, page.Messages.Length));
    }

    [Fact]
    public async Task A_stream_is_resumed_after_its_activation_ended()
    {
        await OpenAsync();
        await AppendAsync("a");
        await AppendAsync("b", mark: 5);
        await _cluster.DeactivateAsync(Stream);

        var page = await ReadAsync(1).Value();

        Assert.Equal((2, "b", false, 5), (page.First, Text(page), page.IsComplete, page.Mark));
        Assert.Equal(3, await AppendAsync("c"));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Nobody_else_reads_or_writes_a_stream()
    {
        await OpenAsync();
        await AppendAsync("a");
        var mallory = CallerOf(_tenant, "usr_mallory");

        Assert.Equal(ProblemCode.SessionNotFound, await Stream.ReadAsync(0, TimeSpan.Zero, mallory).Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Stream.DescribeAsync(mallory).Refusal());
        Assert.Equal(0, await Stream.AppendAsync("evil"u8.ToArray(), true, 0, mallory));
        Assert.Equal("a", Text(await ReadAsync(0).Value()));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_stream_of_another_tenant_is_another_stream()
    {
        await OpenAsync();
        var other = TenantId.New();

        Assert.Equal(ProblemCode.SessionNotFound, await _cluster.For(other).Get<IMcpStreamGrain>("session/stream").ReadAsync(0, TimeSpan.Zero, CallerOf(other)).Refusal());
    }

    [Fact]
    public async Task A_stream_cannot_be_opened_over()
    {
        await OpenAsync();

        Assert.Equal(ProblemCode.Conflict, await Stream.OpenAsync(new OpenMcpStream(true, []), CallerOf(_tenant, "usr_mallory")).Refusal());
    }

    [Fact]
    public async Task Nothing_follows_the_last_message()
    {
        await OpenAsync();
        await AppendAsync("a", isLast: true);

        Assert.Equal(0, await AppendAsync("b"));
        Assert.Equal("a", Text(await ReadAsync(0).Value()));
    }

    [Fact]
    public async Task A_request_whose_node_is_silent_for_a_minute_ends_with_an_error()
    {
        await OpenAsync();
        await AppendAsync("a");
        _cluster.Clock.Advance(TimeSpan.FromSeconds(59));
        var before = await ReadAsync(1).Value();

        _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await ReadAsync(1).Value();

        Assert.Equal((0, false), (before.Messages.Length, before.IsComplete));
        Assert.Equal((1, true), (after.Messages.Length, after.IsComplete));
        Assert.StartsWith("""{"jsonrpc":"2.0","id":"seven","error":{"code":-32603,""", Text(after), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_whose_node_beats_is_not_interrupted()
    {
        await OpenAsync();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(45));
        await Stream.BeatAsync();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.False((await ReadAsync(0).Value()).IsComplete);
    }

    [Fact]
    public async Task A_listening_stream_may_be_quiet()
    {
        await OpenAsync(isListening: true);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(4));

        Assert.False((await ReadAsync(0).Value()).IsComplete);
    }

    [Fact]
    public async Task A_stream_is_kept_for_five_minutes_and_longer_while_its_node_beats()
    {
        await OpenAsync(isListening: true);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(4));
        await Stream.BeatAsync();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Null(await ReadAsync(0).Refusal());

        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ProblemCode.SessionNotFound, await ReadAsync(0).Refusal());
    }

    [Fact]
    public async Task A_message_that_could_not_be_stored_was_never_there()
    {
        await OpenAsync();
        await AppendAsync("a");
        _cluster.Storage.FailWrite("mcp-stream", _tenant, "session/stream");

        await Assert.ThrowsAnyAsync<Exception>(() => AppendAsync("lost"));
        await _cluster.DeactivateAsync(Stream);

        Assert.Equal("a", Text(await ReadAsync(0).Value()));
        Assert.Equal(2, await AppendAsync("b"));
    }

    [Fact]
    public async Task A_reader_that_waits_is_told_of_the_next_message()
    {
        await OpenAsync();
        var waiting = Stream.ReadAsync(0, TimeSpan.FromSeconds(10), CallerOf(_tenant));

        await AppendAsync("a");

        Assert.Equal("a", Text(await waiting.Value()));
    }

    [Theory]
    [InlineData(long.MaxValue - 1)]
    [InlineData(1000)]
    public async Task A_reader_that_claims_to_be_ahead_gets_nothing(long after)
    {
        await OpenAsync();
        await AppendAsync("a");

        Assert.Empty((await ReadAsync(after).Value()).Messages);
    }

    private async Task OpenAsync(bool isListening = false) =>
        Assert.Null(await Stream.OpenAsync(new OpenMcpStream(isListening, "\"seven\""u8.ToArray()), CallerOf(_tenant)));

    private Task<long> AppendAsync(string message, bool isLast = false, long mark = 0) => Stream.AppendAsync(Encoding.UTF8.GetBytes(message), isLast, mark, CallerOf(_tenant));

    private Task<Result<McpStreamPage>> ReadAsync(long after) => Stream.ReadAsync(after, TimeSpan.Zero, CallerOf(_tenant));

    private static string Text(McpStreamPage page) => string.Concat(page.Messages.Select(Encoding.UTF8.GetString));
}
