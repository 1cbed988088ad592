using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Mcp;

[Collection(OnTheCluster.Name), Trait("Control", "AZ-4")]
public sealed class McpSessionGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IMcpSessionGrain Session => _cluster.For(_tenant).Get<IMcpSessionGrain>("0123456789abcdef");

    [Fact]
    public async Task An_open_session_remembers_what_was_agreed()
    {
        await OpenAsync();

        var view = await UseAsync().Value();

        Assert.Equal(("2025-06-18", "usr_tester", "client", "1.2", _cluster.Clock.GetUtcNow()), (view.ProtocolVersion, view.Principal, view.ClientName, view.ClientVersion, view.CreatedAt));
    }

    [Fact]
    public async Task A_session_survives_its_activation()
    {
        await OpenAsync();
        await _cluster.DeactivateAsync(Session);

        Assert.Null(await UseAsync().Refusal());
    }

    [Fact]
    public async Task A_session_that_was_not_opened_is_not_found() => Assert.Equal(ProblemCode.SessionNotFound, await UseAsync().Refusal());

    [Fact]
    public async Task The_session_of_another_principal_is_not_found_and_cannot_be_closed()
    {
        await OpenAsync();

        var (used, closed) = (await Session.UseAsync(CallerOf(_tenant, "usr_mallory")).Refusal(), await Session.CloseAsync(CallerOf(_tenant, "usr_mallory")).Refusal());

        Assert.Equal((ProblemCode.SessionNotFound, ProblemCode.SessionNotFound), (used, closed));
        Assert.Null(await UseAsync().Refusal());
    }

    [Fact]
    public async Task Not_yours_and_not_there_are_the_same_words()
    {
        var absent = (await UseAsync()).Problem;
        await OpenAsync();

        Assert.Equivalent(absent, (await Session.UseAsync(CallerOf(_tenant, "usr_mallory"))).Problem, strict: true);
    }

    [Fact]
    public async Task An_id_of_another_tenant_names_another_session()
    {
        await OpenAsync();
        var other = TenantId.New();

        Assert.Equal(ProblemCode.SessionNotFound, await _cluster.For(other).Get<IMcpSessionGrain>("0123456789abcdef").UseAsync(CallerOf(other)).Refusal());
    }

    [Fact]
    public async Task An_open_session_cannot_be_opened_over()
    {
        await OpenAsync();

        Assert.Equal(ProblemCode.Conflict, await Session.OpenAsync(new OpenMcpSession("2025-06-18", ClientFeatures.None, null, null), CallerOf(_tenant, "usr_mallory")).Refusal());
        Assert.Null(await UseAsync().Refusal());
    }

    [Fact]
    public async Task A_closed_session_is_not_found()
    {
        await OpenAsync();

        Assert.Null(await Session.CloseAsync(CallerOf(_tenant)));

        Assert.Equal(ProblemCode.SessionNotFound, await UseAsync().Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.CloseAsync(CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task A_session_nobody_used_for_a_day_is_not_found()
    {
        await OpenAsync();
        _cluster.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.Null(await Session.UseAsync(CallerOf(_tenant)).Refusal());
        await _cluster.DeactivateAsync(Session);

        _cluster.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(ProblemCode.SessionNotFound, await UseAsync().Refusal());
        Assert.Equal(ProblemCode.SessionNotFound, await Session.CloseAsync(CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task A_session_in_use_lives_on()
    {
        await OpenAsync();
        _cluster.Clock.Advance(TimeSpan.FromHours(20));
        await UseAsync().Value();
        _cluster.Clock.Advance(TimeSpan.FromHours(20));
        await _cluster.DeactivateAsync(Session);

        Assert.Null(await UseAsync().Refusal());
    }

    private Task<McpSessionView> OpenAsync() => Session.OpenAsync(new OpenMcpSession("2025-06-18", ClientFeatures.Sampling, "client", "1.2"), CallerOf(_tenant)).Value();

    private Task<Result<McpSessionView>> UseAsync() => Session.UseAsync(CallerOf(_tenant));
}
