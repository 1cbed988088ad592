using Platform.Abstractions.Changes;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Sessions;

[Collection(OnTheCluster.Name), Trait("Control", "AU-11")]
public sealed class ConsoleSessionGrainTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly string _id = SessionToken.NewId();
    private ConsoleSessionOpened _opened = null!;
    private int _generation;

    private IConsoleSessionGrain Session => _cluster.For(TenantId.Platform).Get<IConsoleSessionGrain>(_id);

    public async ValueTask InitializeAsync()
    {
        await _cluster.For(TenantId.Platform).Get<IPrincipalGrain>("usr_operator")
            .CreateAsync(new CreatePrincipal(PrincipalKind.User, "Operator", ["admin"]), CallerOf(TenantId.Platform));
        _generation = await _cluster.For(TenantId.Platform).Get<ILoginGrain>("usr_operator").GenerationAsync();
        _opened = await Session.OpenAsync(Open("usr_operator")).Value();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_token_that_was_answered_once_opens_the_session()
    {
        var view = await Session.UseAsync(_opened.Token).Value();

        Assert.Equal((_id, TenantId.Platform, "usr_operator", "Operator", _cluster.Clock.GetUtcNow().AddHours(12)), (view.Id, view.Tenant, view.Principal, view.DisplayName, view.ExpiresAt));
        Assert.Equal(["*", "sessions:own"], view.Grants);
    }

    [Fact]
    public void The_token_names_the_session()
    {
        Assert.True(SessionToken.TryRead(_opened.Token, out _, out var id));
        Assert.Equal(_id, id);
    }

    [Fact]
    public async Task A_session_survives_its_activation()
    {
        await _cluster.DeactivateAsync(Session);

        Assert.Null(await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_ends_nothing()
    {
        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(SessionToken.Mint(TenantId.Platform, _id)).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync("").Refusal());
        Assert.Null(await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_session_that_does_not_exist_and_a_wrong_token_are_refused_with_the_same_words()
    {
        var absent = (await _cluster.For(TenantId.Platform).Get<IConsoleSessionGrain>(SessionToken.NewId()).UseAsync(_opened.Token)).Problem;

        Assert.Equivalent((await Session.UseAsync(SessionToken.Mint(TenantId.Platform, _id))).Problem, absent, strict: true);
    }

    [Fact]
    public async Task A_session_cannot_be_opened_over() => Assert.Equal(ProblemCode.Conflict, await Session.OpenAsync(Open("usr_operator")).Refusal());

    [Fact]
    public async Task An_idle_session_ends_after_an_hour()
    {
        _cluster.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await Session.UseAsync(_opened.Token).Refusal());
        _cluster.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task To_be_judged_is_no_use()
    {
        foreach (var _ in Enumerable.Range(0, 6))
        {
            _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(_id, (await Session.JudgeAsync(_opened.Token).Value()).Id);
        }

        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.Unauthenticated, await Session.JudgeAsync(_opened.Token).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_wrong_token_is_not_judged_to_be_right() => Assert.Equal(ProblemCode.Unauthenticated, await Session.JudgeAsync(SessionToken.Mint(TenantId.Platform, _id)).Refusal());

    [Fact]
    public async Task The_idle_clock_outlives_the_activation()
    {
        _cluster.Clock.Advance(TimeSpan.FromMinutes(40));
        await Session.UseAsync(_opened.Token).Value();
        await _cluster.DeactivateAsync(Session);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(40));
        Assert.Null(await Session.UseAsync(_opened.Token).Refusal());
        await _cluster.DeactivateAsync(Session);

        _cluster.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_session_that_ended_stays_ended()
    {
        _cluster.Clock.Advance(TimeSpan.FromMinutes(61));
        await Session.UseAsync(_opened.Token);

        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_session_in_use_ends_after_twelve_hours()
    {
        foreach (var _ in Enumerable.Range(0, 23))
        {
            _cluster.Clock.Advance(TimeSpan.FromMinutes(30));
            await Session.UseAsync(_opened.Token).Value();
        }

        _cluster.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Null(await Session.UseAsync(_opened.Token).Refusal());
        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_closed_session_is_dead()
    {
        await Session.CloseAsync();

        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
        await _cluster.DeactivateAsync(Session);
        Assert.Equal(ProblemCode.Unauthenticated, await Session.UseAsync(_opened.Token).Refusal());
    }

    [Fact]
    public async Task A_session_that_does_not_exist_can_be_closed()
    {
        await Session.CloseAsync();

        Assert.Null(await Record.ExceptionAsync(Session.CloseAsync));
    }

    [Fact]
    public async Task A_principal_that_does_not_exist_gets_no_session() =>
        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(TenantId.Platform).Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(Open("usr_nobody")).Refusal());

    [Fact]
    public async Task When_all_sessions_of_its_user_end_it_ends_and_leaves_the_list()
    {
        var list = _cluster.For(TenantId.Platform).The<ISessionListGrain>();
        Assert.Contains(_id, (await list.PageAsync("usr_operator", null, 200)).Select(entry => entry.Id), StringComparer.Ordinal);

        await _cluster.For(TenantId.Platform).Get<ILoginGrain>("usr_operator").EndSessionsAsync(CallerOf(TenantId.Platform));

        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(TenantId.Platform).Get<IConsoleSessionGrain>(_id).UseAsync(_opened.Token).Refusal());
        Assert.Empty(await _cluster.For(TenantId.Platform).The<ISessionListGrain>().PageAsync("usr_operator", null, 200));
    }

    [Fact]
    public async Task A_session_that_was_being_opened_while_all_ended_is_over()
    {
        var login = _cluster.For(TenantId.Platform).Get<ILoginGrain>("usr_operator");
        var before = await login.GenerationAsync();
        await login.EndSessionsAsync(CallerOf(TenantId.Platform));

        Assert.Equal(ProblemCode.Unauthenticated,
            await _cluster.For(TenantId.Platform).Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(Open("usr_operator", generation: before)).Refusal());
    }

    [Fact]
    public async Task An_end_is_pushed_to_the_nodes()
    {
        var node = await _cluster.GivenNodeAsync();
        await Session.CloseAsync();

        Assert.Contains(new Change(TenantId.Platform, ChangeKind.Session, _id), node.Heard);
    }

    [Fact]
    public async Task The_list_shows_who_when_and_whence_and_no_secret()
    {
        var entry = Assert.Single(await _cluster.For(TenantId.Platform).The<ISessionListGrain>().PageAsync("usr_operator", null, 200), entry => entry.Id == _id);

        Assert.Equal(("usr_operator", "192.0.2.7", "a browser", false), (entry.Principal, entry.Address, entry.Agent, entry.SecondFactor));
    }

    private OpenConsoleSession Open(string principal, int? generation = null) =>
        new(principal, new LoginVerdict(SecondFactor: false, generation ?? _generation), "192.0.2.7", "a browser");
}
