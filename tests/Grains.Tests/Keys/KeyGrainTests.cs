using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Keys;

[Collection(OnTheCluster.Name), Trait("Control", "AU-7")]
public sealed class KeyGrainTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    private IKeyIndexGrain Index => _cluster.For(_tenant).The<IKeyIndexGrain>();

    private DateTimeOffset Now => _cluster.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_issued_key_opens_what_its_roles_grant()
    {
        var issued = await IssueAsync(roles: "service");

        var verdict = await Key(issued.Key.Id).VerifyAsync(issued.Secret).Value();

        Assert.Equal((_tenant, issued.Key.Id, $"svc_{issued.Key.Id}", RateLimitRule.Default), (verdict.Tenant, verdict.KeyId, verdict.Principal, verdict.RateLimit));
        Assert.Equal(["tools:call", "resources:read:public/*"], verdict.Rules.SelectMany(rule => rule.Allow));
    }

    [Fact]
    public async Task A_key_has_the_form_of_its_kind_and_environment()
    {
        var issued = await IssueAsync();

        Assert.True(KeyToken.TryReadId(issued.Secret, KeyKind.Mcp, "test", out var id));
        Assert.Equal(issued.Key.Id, id);
    }

    [Fact]
    public async Task A_key_survives_its_activation()
    {
        var issued = await IssueAsync();
        await _cluster.DeactivateAsync(Key(issued.Key.Id));

        Assert.Null(await Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
    }

    [Fact]
    public async Task A_key_with_a_limit_of_its_own_has_that_limit()
    {
        var issued = await IssueAsync(command => command with { RateLimit = new RateLimitRule(5, 6) });

        Assert.Equal(new RateLimitRule(5, 6), (await Key(issued.Key.Id).VerifyAsync(issued.Secret).Value()).RateLimit);
    }

    [Fact]
    public async Task A_view_shows_a_hint_and_never_the_secret()
    {
        var issued = await IssueAsync(command => command with { Name = "  build server " });
        var view = await Key(issued.Key.Id).GetAsync().Value();

        Assert.Equal(("build server", KeyStatus.Active, "usr_tester", Now), (view.Name, view.Status, view.CreatedBy, view.CreatedAt));
        Assert.Equal($"mcpk_test_{view.Id}…{issued.Secret[^4..]}", view.Hint);
        Assert.DoesNotContain(issued.Secret[19..^4], view.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused()
    {
        var issued = await IssueAsync();

        Assert.Equal(ProblemCode.Unauthenticated, await Key(issued.Key.Id).VerifyAsync(KeyToken.Mint(KeyKind.Mcp, "test", out _)).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Key(issued.Key.Id).VerifyAsync("").Refusal());
    }

    [Fact]
    public async Task The_key_of_another_id_is_refused()
    {
        var (mine, other) = (await IssueAsync(), await IssueAsync());

        Assert.Equal(ProblemCode.Unauthenticated, await Key(mine.Key.Id).VerifyAsync(other.Secret).Refusal());
    }

    [Fact]
    public async Task An_unknown_id_is_refused_with_the_words_of_a_wrong_secret()
    {
        var issued = await IssueAsync();
        var forged = KeyToken.Mint(KeyKind.Mcp, "test", out var id);

        var unknown = (await Key(id).VerifyAsync(forged)).Problem;
        var wrong = (await Key(issued.Key.Id).VerifyAsync(forged)).Problem;

        Assert.Equivalent(wrong, unknown, strict: true);
        Assert.Equal(ProblemCode.NotFound, await Key(id).GetAsync().Refusal());
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_key_of_one_tenant_opens_nothing_in_another()
    {
        var issued = await IssueAsync();
        var other = await _cluster.GivenTenantAsync();

        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(other).Get<IKeyGrain>(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
    }

    [Fact]
    public async Task A_revoked_key_is_refused_for_good()
    {
        var issued = await IssueAsync();

        var revoked = await Key(issued.Key.Id).RevokeAsync(CallerOf(_tenant)).Value();

        Assert.Equal((KeyStatus.Revoked, Now), (revoked.Status, revoked.RevokedAt));
        Assert.Equal(ProblemCode.Unauthenticated, await Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
        await _cluster.DeactivateAsync(Key(issued.Key.Id));
        Assert.Equal(ProblemCode.Unauthenticated, await Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
    }

    [Fact]
    public async Task A_second_revocation_changes_nothing()
    {
        var issued = await IssueAsync();
        var first = await Key(issued.Key.Id).RevokeAsync(CallerOf(_tenant)).Value();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first.RevokedAt, (await Key(issued.Key.Id).RevokeAsync(CallerOf(_tenant)).Value()).RevokedAt);
    }

    [Fact]
    public async Task An_unknown_key_cannot_be_revoked() => Assert.Equal(ProblemCode.NotFound, await Key("00000000").RevokeAsync(CallerOf(_tenant)).Refusal());

    [Fact]
    public async Task A_revocation_that_is_not_on_disk_is_not_acknowledged()
    {
        var issued = await IssueAsync();
        _cluster.Storage.FailWrite("key", _tenant, issued.Key.Id);

        await Assert.ThrowsAsync<OrleansException>(() => Key(issued.Key.Id).RevokeAsync(CallerOf(_tenant)));

        Assert.Equal(KeyStatus.Active, (await Key(issued.Key.Id).GetAsync().Value()).Status);
    }

    [Fact]
    public async Task A_key_expires_to_the_tick()
    {
        var issued = await IssueAsync(command => command with { ExpiresAt = Now.AddMinutes(5) });
        _cluster.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Null(await Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());

        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.Unauthenticated, await Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
        Assert.Equal(KeyStatus.Expired, (await Key(issued.Key.Id).GetAsync().Value()).Status);
        Assert.Equal(KeyStatus.Expired, Assert.Single(await Index.PageAsync(null, 10)).Status);
    }

    [Theory, Trait("Control", "AZ-3")]
    [InlineData("root")]
    [InlineData("Admin")]
    [InlineData("*")]
    [InlineData("")]
    public async Task A_role_that_does_not_exist_is_refused_and_nothing_is_issued(string role)
    {
        var refused = await Index.IssueAsync(new IssueKey { Name = "x", Roles = ["user", role] }, KeyKind.Mcp, CallerOf(_tenant));

        Assert.Equal(ProblemCode.InvalidParams, refused.Problem!.Code);
        Assert.Equal("roles", Assert.Single(refused.Problem.Errors).Name);
        Assert.Empty(await Index.IdsAsync());
    }

    [Fact]
    public async Task A_stored_key_cannot_be_stored_over()
    {
        var issued = await IssueAsync();
        var forged = KeyToken.Mint(KeyKind.Mcp, "test", out _);

        Assert.Equal(ProblemCode.Conflict, await Key(issued.Key.Id).StoreAsync(Stored(forged, "svc_x"), CallerOf(_tenant)).Refusal());
        Assert.Null(await Key(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
    }

    [Fact]
    public async Task A_key_without_its_principal_opens_nothing()
    {
        var token = KeyToken.Mint(KeyKind.Mcp, "test", out var id);
        await Key(id).StoreAsync(Stored(token, "svc_nobody"), CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await Key(id).VerifyAsync(token).Refusal());
    }

    [Fact]
    public async Task A_key_of_a_tenant_that_does_not_exist_opens_nothing()
    {
        var nowhere = TenantId.New();
        var issued = await _cluster.For(nowhere).The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "x", Roles = ["admin"] }, KeyKind.Mcp, CallerOf(nowhere)).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(nowhere).Get<IKeyGrain>(issued.Key.Id).VerifyAsync(issued.Secret).Refusal());
    }

    [Fact]
    public async Task A_management_key_of_the_platform_needs_no_tenant()
    {
        var issued = await _cluster.For(TenantId.Platform).The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "ops", Roles = ["admin"] }, KeyKind.Management, CallerOf(TenantId.Platform)).Value();

        var verdict = await _cluster.For(TenantId.Platform).Get<IKeyGrain>(issued.Key.Id).VerifyAsync(issued.Secret).Value();

        Assert.StartsWith("mcpm_test_", issued.Secret, StringComparison.Ordinal);
        Assert.Equal(TenantId.Platform, verdict.Tenant);
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_and_pages_meet_without_gap_or_overlap()
    {
        var issued = await IssueManyAsync(5);

        var first = await Index.PageAsync(null, 2);
        var second = await Index.PageAsync(first[^1].Id, 2);
        var third = await Index.PageAsync(second[^1].Id, 2);

        Assert.Equal(issued.Reverse().Select(key => key.Id), first.Concat(second).Concat(third).Select(key => key.Id));
    }

    [Fact]
    public async Task Keys_of_one_instant_have_one_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => IssueAsync()));

        var once = await Index.PageAsync(null, 10);
        await _cluster.DeactivateAsync(Index);

        Assert.Equal(once.Select(key => key.Id), (await Index.PageAsync(null, 10)).Select(key => key.Id));
    }

    [Fact]
    public async Task The_index_is_rebuilt_from_the_keys_own_rows()
    {
        var issued = await IssueManyAsync(3);
        await Key(issued[1].Id).RevokeAsync(CallerOf(_tenant));
        var before = await Index.PageAsync(null, 10);

        await _cluster.DeactivateAsync(Index);

        Assert.Equivalent(before, await Index.PageAsync(null, 10), strict: true);
        Assert.Equal(issued.Select(key => key.Id).Order(), (await Index.IdsAsync()).Order());
    }

    [Fact]
    public async Task A_tenants_index_knows_its_own_keys_only()
    {
        await IssueAsync();
        var other = await _cluster.GivenTenantAsync();

        Assert.Empty(await _cluster.For(other).The<IKeyIndexGrain>().IdsAsync());
    }

    [Fact]
    public async Task The_last_use_is_recorded_when_the_activation_ends()
    {
        var issued = await IssueAsync();
        _cluster.Clock.Advance(TimeSpan.FromSeconds(30));
        await Key(issued.Key.Id).VerifyAsync(issued.Secret).Value();

        await _cluster.DeactivateAsync(Key(issued.Key.Id));

        Assert.Equal(Now, (await Key(issued.Key.Id).GetAsync().Value()).LastUsedAt);
        Assert.Equal(Now, Assert.Single(await Index.PageAsync(null, 10)).LastUsedAt);
    }

    [Fact]
    public async Task The_last_use_is_recorded_within_a_minute()
    {
        var issued = await IssueAsync();
        await Key(issued.Key.Id).VerifyAsync(issued.Secret).Value();
        var used = Now;

        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(used, await EventuallyAsync(async () => Assert.Single(await Index.PageAsync(null, 10)).LastUsedAt, at => at is not null));
    }

    [Fact]
    public async Task A_refused_use_is_no_use()
    {
        var issued = await IssueAsync();
        await Key(issued.Key.Id).VerifyAsync(KeyToken.Mint(KeyKind.Mcp, "test", out _));

        await _cluster.DeactivateAsync(Key(issued.Key.Id));

        Assert.Null((await Key(issued.Key.Id).GetAsync().Value()).LastUsedAt);
    }

    [Fact]
    public async Task The_last_use_before_a_revocation_is_kept()
    {
        var issued = await IssueAsync();
        await Key(issued.Key.Id).VerifyAsync(issued.Secret).Value();
        var used = Now;
        _cluster.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(used, (await Key(issued.Key.Id).RevokeAsync(CallerOf(_tenant)).Value()).LastUsedAt);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task Nodes_hear_of_a_revocation_before_it_is_acknowledged()
    {
        var issued = await IssueAsync();
        var node = await _cluster.GivenNodeAsync();

        await Key(issued.Key.Id).RevokeAsync(CallerOf(_tenant)).Value();

        Assert.Contains(new Change(_tenant, ChangeKind.Key, issued.Key.Id), node.Heard);
    }

    private static StoreKey Stored(string token, string principal) => new() { Kind = KeyKind.Mcp, Token = token, Name = "x", Principal = principal, Roles = ["admin"] };

    private IKeyGrain Key(string id) => _cluster.For(_tenant).Get<IKeyGrain>(id);

    private Task<KeyIssued> IssueAsync(Func<IssueKey, IssueKey>? change = null, string roles = "admin") =>
        Index.IssueAsync((change ?? (command => command))(new IssueKey { Name = "test", Roles = [roles] }), KeyKind.Mcp, CallerOf(_tenant)).Value();

    private async Task<KeyView[]> IssueManyAsync(int count)
    {
        var issued = new KeyView[count];
        for (var i = 0; i < count; i++)
        {
            issued[i] = (await IssueAsync()).Key;
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        return issued;
    }
}
