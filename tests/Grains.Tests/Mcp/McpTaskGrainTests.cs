using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Mcp;

[Collection(OnTheCluster.Name)]
public sealed class McpTaskGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IMcpTaskGrain Work => _cluster.For(_tenant).Get<IMcpTaskGrain>("task1");

    private Abstractions.Identity.Caller Owner => CallerOf(_tenant);

    [Fact]
    public async Task A_new_task_works()
    {
        var view = await MakeAsync();

        Assert.Equal(("task1", McpTaskStatus.Working, TimeSpan.FromHours(1), TimeSpan.FromSeconds(2), _cluster.Clock.GetUtcNow()), (view.Id, view.Status, view.Ttl, view.PollInterval, view.CreatedAt));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public async Task A_life_beyond_the_limits_is_refused(int seconds) =>
        Assert.Equal(ProblemCode.InvalidParams, await Work.CreateAsync(new CreateMcpTask("job", TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(1)), Owner).Refusal());

    [Fact]
    public async Task A_task_cannot_be_made_over()
    {
        await MakeAsync();

        Assert.Equal(ProblemCode.Conflict, await Work.CreateAsync(new CreateMcpTask("job", TimeSpan.FromHours(1), TimeSpan.FromSeconds(2)), CallerOf(_tenant, "usr_mallory")).Refusal());
    }

    [Theory]
    [InlineData(McpTaskStatus.Completed)]
    [InlineData(McpTaskStatus.Failed)]
    public async Task An_outcome_is_kept_and_stays(McpTaskStatus status)
    {
        await MakeAsync();
        await Work.FinishAsync(status, "done", "{}"u8.ToArray(), Owner);

        await Work.FinishAsync(McpTaskStatus.Completed, "again", "[]"u8.ToArray(), Owner);
        await Work.CancelAsync(Owner);
        await Work.ReportAsync("late", Owner);
        Assert.False(await Work.AskAsync([Input("k")], Owner));
        await _cluster.DeactivateAsync(Work);

        var view = await GetAsync();
        Assert.Equal((status, "done", "{}"), (view.Status, view.Message, System.Text.Encoding.UTF8.GetString(view.Outcome!)));
    }

    [Fact]
    public async Task A_cancelled_task_tells_its_node_and_stays_cancelled()
    {
        await MakeAsync();
        var waiting = Work.AwaitAsync(TimeSpan.FromSeconds(10), Owner);

        Assert.Null(await Work.CancelAsync(Owner));
        await Work.FinishAsync(McpTaskStatus.Completed, null, "{}"u8.ToArray(), Owner);

        Assert.True((await waiting).IsCancelled);
        Assert.Equal(McpTaskStatus.Cancelled, (await GetAsync()).Status);
    }

    [Fact]
    public async Task A_task_goes_on_when_all_is_answered()
    {
        await MakeAsync();
        Assert.True(await Work.AskAsync([Input("a"), Input("b")], Owner));
        var asked = await GetAsync();

        await Work.UpdateAsync([Input("a"), Input("stranger")], Owner);
        var half = await GetAsync();
        var waiting = await Work.AwaitAsync(TimeSpan.Zero, Owner);
        await Work.UpdateAsync([Input("a"), Input("b")], Owner);
        var news = await Work.AwaitAsync(TimeSpan.Zero, Owner);

        Assert.Equal((McpTaskStatus.InputRequired, "a,b"), (asked.Status, Keys(asked.Requests)));
        Assert.Equal((McpTaskStatus.InputRequired, "b"), (half.Status, Keys(half.Requests)));
        Assert.Null(waiting.Responses);
        Assert.Equal("a,b", Keys(news.Responses!));
        Assert.Equal(McpTaskStatus.Working, (await GetAsync()).Status);
    }

    [Fact]
    public async Task A_key_is_asked_under_once()
    {
        await MakeAsync();
        await Work.AskAsync([Input("a")], Owner);
        await Work.UpdateAsync([Input("a")], Owner);

        Assert.False(await Work.AskAsync([Input("a")], Owner));
        Assert.False(await Work.AskAsync([Input("b"), Input("b")], Owner));
        Assert.False(await Work.AskAsync([], Owner));
        Assert.True(await Work.AskAsync([Input("b")], Owner));
    }

    [Fact]
    public async Task A_key_that_was_answered_takes_no_other_answer()
    {
        await MakeAsync();
        await Work.AskAsync([Input("a"), Input("b")], Owner);
        await Work.UpdateAsync([new McpInput("a", "{\"first\":1}"u8.ToArray())], Owner);

        await Work.UpdateAsync([new McpInput("a", "{\"second\":1}"u8.ToArray()), Input("b")], Owner);

        var news = await Work.AwaitAsync(TimeSpan.Zero, Owner);
        Assert.Equal("{\"first\":1}", System.Text.Encoding.UTF8.GetString(Assert.Single(news.Responses!, response => response.Key == "a").Json));
    }

    [Fact]
    public async Task A_task_is_gone_when_its_life_is_over()
    {
        await MakeAsync();
        await Work.FinishAsync(McpTaskStatus.Completed, null, "{}"u8.ToArray(), Owner);
        _cluster.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Null(await Work.GetAsync(Owner).Refusal());

        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.InvalidParams, await Work.GetAsync(Owner).Refusal());
        Assert.True((await Work.AwaitAsync(TimeSpan.Zero, Owner)).IsCancelled);
    }

    [Fact]
    public async Task A_task_whose_node_is_silent_for_a_minute_has_failed()
    {
        await MakeAsync();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = (await GetAsync()).Status;

        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal((McpTaskStatus.Working, McpTaskStatus.Failed), (before, (await GetAsync()).Status));
        Assert.Contains("interrupted", System.Text.Encoding.UTF8.GetString((await GetAsync()).Outcome!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_whose_node_asks_after_it_lives_on()
    {
        await MakeAsync();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(45));
        await Work.AwaitAsync(TimeSpan.Zero, Owner);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal(McpTaskStatus.Working, (await GetAsync()).Status);
    }

    [Fact]
    public async Task An_outcome_that_is_too_large_fails_the_task()
    {
        await MakeAsync();

        await Work.FinishAsync(McpTaskStatus.Completed, null, new byte[IMcpTaskGrain.MaxOutcome + 1], Owner);

        var view = await GetAsync();
        Assert.Equal(McpTaskStatus.Failed, view.Status);
        Assert.Contains("too-large", System.Text.Encoding.UTF8.GetString(view.Outcome!), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Somebody_elses_task_and_no_task_are_the_same_words()
    {
        var mallory = CallerOf(_tenant, "usr_mallory");
        var absent = (await Work.GetAsync(mallory)).Problem;
        await MakeAsync();
        await Work.AskAsync([Input("a")], Owner);

        Assert.Equivalent(absent, (await Work.GetAsync(mallory)).Problem, strict: true);
        Assert.Equivalent(absent, await Work.UpdateAsync([Input("a")], mallory), strict: true);
        Assert.Equivalent(absent, await Work.CancelAsync(mallory), strict: true);
        Assert.Equal((McpTaskStatus.InputRequired, "a"), (await GetAsync() is var view) ? (view.Status, Keys(view.Requests)) : default);
    }

    [Fact]
    public async Task A_task_that_could_not_be_stored_was_not_made()
    {
        _cluster.Storage.FailWrite("mcp-task", _tenant, "task1");

        await Assert.ThrowsAnyAsync<Exception>(() => Work.CreateAsync(new CreateMcpTask("job", TimeSpan.FromHours(1), TimeSpan.FromSeconds(2)), Owner));
        await _cluster.DeactivateAsync(Work);

        Assert.Equal(ProblemCode.InvalidParams, await Work.GetAsync(Owner).Refusal());
    }

    private Task<McpTaskView> MakeAsync() => Work.CreateAsync(new CreateMcpTask("job", TimeSpan.FromHours(1), TimeSpan.FromSeconds(2)), Owner).Value();

    private Task<McpTaskView> GetAsync() => Work.GetAsync(Owner).Value();

    private static McpInput Input(string key) => new(key, "{}"u8.ToArray());

    private static string Keys(McpInput[] inputs) => string.Join(',', inputs.Select(input => input.Key));
}
