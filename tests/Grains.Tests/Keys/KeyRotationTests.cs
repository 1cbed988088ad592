using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Keys;

[Collection(OnTheCluster.Name), Trait("Control", "AU-7")]
public sealed class KeyRotationTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    private IKeyIndexGrain Index => _cluster.For(_tenant).The<IKeyIndexGrain>();

    private DateTimeOffset Now => _cluster.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Both_keys_work_during_the_overlap_and_only_the_new_one_after_it()
    {
        var old = await IssueAsync();
        var made = await RotateAsync(old, 60);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.Null(await Verify(old));
        Assert.Null(await Verify(made));

        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.Unauthenticated, await Verify(old));
        Assert.Null(await Verify(made));
    }

    [Fact]
    public async Task Without_an_overlap_the_old_key_ends_at_once()
    {
        var old = await IssueAsync();

        await RotateAsync(old, 0);

        Assert.Equal(ProblemCode.Unauthenticated, await Verify(old));
    }

    [Fact]
    public async Task Each_names_the_other_and_the_index_remembers()
    {
        var old = await IssueAsync();
        var made = await RotateAsync(old, 60);
        await _cluster.DeactivateAsync(Index);

        var views = await Index.PageAsync(null, 10);

        Assert.Equal((made.Key.Id, old.Key.Id), (views.Single(key => key.Id == old.Key.Id).ReplacedBy, views.Single(key => key.Id == made.Key.Id).Replaces));
    }

    [Fact]
    public async Task The_follower_is_the_same_but_for_its_secret_and_lives_as_long_from_now_on()
    {
        var old = await IssueAsync(new IssueKey
        {
            Name = "build server", Roles = ["admin"], Scopes = ["tools:call"], AllowedAddresses = ["192.0.2.0/24"], RateLimit = new RateLimitRule(5, 6), ExpiresAt = Now.AddDays(10),
        });
        _cluster.Clock.Advance(TimeSpan.FromDays(3));

        var made = (await RotateAsync(old, 60)).Key;

        Assert.Equal((old.Key.Name, old.Key.Principal, old.Key.RateLimit, old.Key.Kind), (made.Name, made.Principal, made.RateLimit, made.Kind));
        Assert.Equal(["tools:call"], made.Scopes!);
        Assert.Equal(["192.0.2.0/24"], made.AllowedAddresses!);
        Assert.Equal(Now.AddDays(10), made.ExpiresAt);
    }

    [Fact]
    public async Task An_overlap_does_not_lengthen_a_life()
    {
        var old = await IssueAsync(new IssueKey { Name = "x", Roles = ["user"], ExpiresAt = Now.AddSeconds(10) });

        await RotateAsync(old, 3_600);

        Assert.Equal(old.Key.ExpiresAt, (await Key(old.Key.Id).GetAsync().Value()).ExpiresAt);
    }

    [Fact]
    public async Task A_key_is_rotated_once()
    {
        var old = await IssueAsync();
        await RotateAsync(old, 60);

        Assert.Equal(ProblemCode.Conflict, await Index.RotateAsync(old.Key.Id, new RotateKey { OverlapSeconds = 60 }, CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task Of_two_rotations_at_once_one_wins_and_the_other_leaves_no_key_that_works()
    {
        var old = await IssueAsync();

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Index.RotateAsync(old.Key.Id, new RotateKey { OverlapSeconds = 60 }, CallerOf(_tenant))));

        Assert.Single(both, result => result.Problem is null);
        Assert.Equal(2, (await Index.PageAsync(null, 10, new KeyFilter { Status = KeyStatus.Active })).Length);
    }

    [Fact]
    public async Task What_does_not_work_is_not_rotated()
    {
        var revoked = await IssueAsync();
        await Key(revoked.Key.Id).RevokeAsync(CallerOf(_tenant));
        var expired = await IssueAsync(new IssueKey { Name = "x", Roles = ["user"], ExpiresAt = Now.AddSeconds(1) });
        _cluster.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ProblemCode.Conflict, await Index.RotateAsync(revoked.Key.Id, new RotateKey { OverlapSeconds = 0 }, CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Index.RotateAsync(expired.Key.Id, new RotateKey { OverlapSeconds = 0 }, CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.NotFound, await Index.RotateAsync("zzzzzzzz", new RotateKey { OverlapSeconds = 0 }, CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task A_key_of_the_same_principal_lists_under_it_and_a_revoked_one_under_its_status()
    {
        var first = await IssueAsync();
        var second = await IssueAsync(new IssueKey { Name = "second", Principal = first.Key.Principal });
        await IssueAsync();
        await Key(first.Key.Id).RevokeAsync(CallerOf(_tenant));

        Assert.Equal(2, (await Index.PageAsync(null, 10, new KeyFilter { Principal = first.Key.Principal })).Length);
        Assert.Equal(first.Key.Id, Assert.Single(await Index.PageAsync(null, 10, new KeyFilter { Status = KeyStatus.Revoked })).Id);
        Assert.Null(await Verify(second));
    }

    [Fact]
    public async Task A_person_gets_no_key()
    {
        await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_ada").CreateAsync(new CreatePrincipal(PrincipalKind.User, "Ada", ["admin"]), CallerOf(_tenant));

        Assert.Equal(ProblemCode.InvalidParams, await Index.IssueAsync(new IssueKey { Name = "x", Principal = "usr_ada" }, KeyKind.Mcp, CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Index.IssueAsync(new IssueKey { Name = "x", Principal = "svc_nobody" }, KeyKind.Mcp, CallerOf(_tenant)).Refusal());
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Scopes_narrow_what_the_principal_may_and_widen_nothing()
    {
        var narrow = await IssueAsync(new IssueKey { Name = "x", Roles = ["admin"], Scopes = ["tools:call"] });
        var wide = await IssueAsync(new IssueKey { Name = "x", Roles = ["user"], Scopes = ["*"] });

        Assert.Equal(["tools:call"], (await Key(narrow.Key.Id).VerifyAsync(narrow.Secret).Value()).Rules.SelectMany(rule => rule.Allow));
        Assert.Equal(["resources:read", "tools:read"], (await Key(wide.Key.Id).VerifyAsync(wide.Secret).Value()).Rules.SelectMany(rule => rule.Allow));
    }

    [Fact]
    public async Task A_tenant_that_limits_the_life_of_keys_issues_none_that_lives_longer()
    {
        await Index.SetPolicyAsync(new KeyPolicy { MaxLifeDays = 30 }, await Index.PolicyAsync(), CallerOf(_tenant));
        await _cluster.DeactivateAsync(Index);

        var unnamed = await IssueAsync();
        var exact = await IssueAsync(new IssueKey { Name = "x", Roles = ["user"], ExpiresIn = KeyLife.Month });

        Assert.Equal((Now.AddDays(30), Now.AddDays(30)), (unnamed.Key.ExpiresAt, exact.Key.ExpiresAt));
        IssueKey[] longer = [new() { Name = "x", Roles = ["user"], ExpiresAt = Now.AddDays(30).AddTicks(1) }, new() { Name = "x", Roles = ["user"], ExpiresIn = KeyLife.Quarter }, new() { Name = "x", Roles = ["user"], ExpiresIn = KeyLife.Never }];
        foreach (var command in longer)
        {
            Assert.Equal(ProblemCode.InvalidParams, await Index.IssueAsync(command, KeyKind.Mcp, CallerOf(_tenant)).Refusal());
        }
    }

    [Fact]
    public async Task A_rotation_keeps_to_the_limit_that_was_set_since()
    {
        var forever = await IssueAsync();
        await Index.SetPolicyAsync(new KeyPolicy { MaxLifeDays = 7 }, await Index.PolicyAsync(), CallerOf(_tenant));

        Assert.Equal(Now.AddDays(7), (await RotateAsync(forever, 0)).Key.ExpiresAt);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_management_key_of_a_tenant_is_known_to_be_its()
    {
        var issued = await Index.IssueAsync(new IssueKey { Name = "ops", Roles = ["admin"] }, KeyKind.Management, CallerOf(_tenant)).Value();
        var owners = _cluster.For(TenantId.Platform).Get<IKeyOwnerIndexGrain>("index");
        await _cluster.DeactivateAsync(owners);

        Assert.Contains(new KeyOwner(issued.Key.Id, _tenant), await _cluster.For(TenantId.Platform).Get<IKeyOwnerIndexGrain>("index").AllAsync());
        Assert.Equal((KeyKind.Management, _tenant), (issued.Key.Kind, (await Key(issued.Key.Id).VerifyAsync(issued.Secret).Value()).Tenant));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task An_id_that_a_tenant_claimed_is_no_other_tenants()
    {
        var issued = await Index.IssueAsync(new IssueKey { Name = "ops", Roles = ["admin"] }, KeyKind.Management, CallerOf(_tenant)).Value();
        var other = await _cluster.GivenTenantAsync();

        Assert.Equal(ProblemCode.Conflict, await _cluster.For(TenantId.Platform).Get<IKeyOwnerGrain>(issued.Key.Id).ClaimAsync(other).Refusal());
    }

    [Fact]
    public async Task An_unknown_id_costs_as_many_hashes_as_a_wrong_secret()
    {
        var issued = await IssueAsync();
        var forged = KeyToken.Mint(KeyKind.Mcp, "test", out var id);

        var wrong = await HashesOf(() => Key(issued.Key.Id).VerifyAsync(forged).Refusal());
        var unknown = await HashesOf(() => _cluster.For(_tenant).Get<IKeyDecoyGrain>(id[..1]).RefuseAsync(forged));

        Assert.Equal((1, 1), (wrong, unknown));
    }

    private async Task<long> HashesOf(Func<Task> attempt)
    {
        var before = _cluster.Hasher.Computed;
        await attempt();
        return _cluster.Hasher.Computed - before;
    }

    private IKeyGrain Key(string id) => _cluster.For(_tenant).Get<IKeyGrain>(id);

    private Task<ProblemCode?> Verify(KeyIssued issued) => Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal();

    private Task<KeyIssued> IssueAsync(IssueKey? command = null) =>
        Index.IssueAsync(command ?? new IssueKey { Name = "test", Roles = ["admin"] }, KeyKind.Mcp, CallerOf(_tenant)).Value();

    private Task<KeyIssued> RotateAsync(KeyIssued old, int overlap) => Index.RotateAsync(old.Key.Id, new RotateKey { OverlapSeconds = overlap }, CallerOf(_tenant)).Value();
}
