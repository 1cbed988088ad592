using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Principals;

[Collection(OnTheCluster.Name), Trait("Control", "AZ-3")]
public sealed class PrincipalAccessTests(SharedCluster shared) : IAsyncLifetime
{
    private static readonly AccessCondition Trusted = new() { TrustLevel = TrustLevel.High };

    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    private IPrincipalIndexGrain Index => _cluster.For(_tenant).The<IPrincipalIndexGrain>();

    private DateTimeOffset Now => _cluster.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(PrincipalKind.User, "usr_a.b-c_1")]
    [InlineData(PrincipalKind.Service, "svc_a.b-c_1")]
    [InlineData(PrincipalKind.Device, "dev_a.b-c_1")]
    [InlineData(PrincipalKind.Group, "grp_a.b-c_1")]
    public async Task An_id_tells_the_kind(PrincipalKind kind, string id)
    {
        var made = await Index.AddAsync(new AddPrincipal { Kind = kind, Name = "a.b-c_1", DisplayName = "  It  " }, Admin).Value();

        Assert.Equal((id, kind, "It", Now), (made.Id, made.Kind, made.DisplayName, made.CreatedAt));
        Assert.True(await Index.ExistsAsync(id));
    }

    [Fact]
    public async Task A_principal_without_a_name_gets_one() => Assert.Matches("^svc_[a-z0-9]{12}$", (await AddAsync(null, PrincipalKind.Service)).Id);

    [Fact]
    public async Task An_id_is_given_out_once_even_after_a_deletion()
    {
        await AddAsync("anna");
        Assert.Equal(ProblemCode.Conflict, await TryAddAsync("anna").Refusal());

        Assert.Null(await Index.DeleteAsync("usr_anna", CallerOf(_tenant)));

        Assert.Equal(ProblemCode.Conflict, await TryAddAsync("anna").Refusal());
        Assert.Equal(ProblemCode.Conflict, await Principal("usr_anna").CreateAsync(new CreatePrincipal(PrincipalKind.User, "Anna", ["admin"]), CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.NotFound, await Principal("usr_anna").GetAsync().Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Principal("usr_anna").AccessAsync().Refusal());
    }

    [Fact]
    public async Task Principals_are_listed_by_id_in_pages_that_meet_and_by_kind()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            await AddAsync(name);
        }

        await AddAsync("g", PrincipalKind.Group);
        var first = await Index.PageAsync(null, null, 2);
        await Index.DeleteAsync(first[^1].Id, CallerOf(_tenant));
        var second = await Index.PageAsync(null, first[^1].Id, 5);

        Assert.Equal(["grp_g", "usr_a", "usr_b", "usr_c"], first.Concat(second).Select(principal => principal.Id));
        Assert.Equal(["usr_b", "usr_c"], (await Index.PageAsync(new PrincipalFilter { Kind = PrincipalKind.User }, null, 5)).Select(principal => principal.Id));
    }

    [Fact]
    public async Task The_index_is_rebuilt_from_the_principals_own_rows()
    {
        await AddAsync("anna", roles: ["user"]);
        await AddAsync("gone");
        await Index.DeleteAsync("usr_gone", CallerOf(_tenant));
        await Principal("usr_anna").ElevateAsync(new ElevatePrincipal { Role = "service", Minutes = 5, Justification = "a good reason" }, Admin).Value();
        var before = await Index.PageAsync(null, null, 10);

        await _cluster.DeactivateAsync(Index);

        Assert.Equivalent(before, await Index.PageAsync(null, null, 10), strict: true);
        Assert.Single(before);
    }

    [Fact]
    public async Task A_principal_made_for_a_key_is_listed_too()
    {
        await Principal("svc_key").CreateAsync(new CreatePrincipal(PrincipalKind.Service, "key", ["user"]), CallerOf(_tenant)).Value();

        Assert.Equal(["svc_key"], (await Index.PageAsync(null, null, 10)).Select(principal => principal.Id));
    }

    [Fact]
    public async Task A_principal_has_its_own_roles_and_those_of_its_groups()
    {
        await AddAsync("staff", PrincipalKind.Group, ["user"], conditional: [new ConditionalRole("service", Trusted)]);
        await AddAsync("anna", roles: ["power-user"], groups: ["grp_staff"]);

        var access = await Principal("usr_anna").AccessAsync().Value();

        Assert.Equal(("usr_anna", PrincipalKind.User), (access.Principal, access.Kind));
        Assert.Equivalent(new[] { ("power-user", null, null), ("user", "grp_staff", null), ("service", (string?)"grp_staff", Trusted) },
            access.Rules.Select(rule => (rule.Role, rule.Group, rule.Condition)), strict: true);
    }

    [Fact]
    public async Task A_group_can_ask_for_nothing()
    {
        await AddAsync("staff", PrincipalKind.Group, ["admin"]);

        Assert.Equal(ProblemCode.Unauthenticated, await Principal("grp_staff").AccessAsync().Refusal());
    }

    [Fact]
    public async Task A_group_that_does_not_exist_or_is_none_is_refused()
    {
        await AddAsync("anna");

        Assert.Equal(ProblemCode.InvalidParams, await TryAddAsync("berta", groups: ["grp_nobody"]).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await TryAddAsync("berta", groups: ["usr_anna"]).Refusal());
        Assert.False(await Index.ExistsAsync("usr_berta"));
    }

    [Fact]
    public async Task Groups_are_not_nested()
    {
        await AddAsync("a", PrincipalKind.Group);
        await AddAsync("b", PrincipalKind.Group);

        Assert.Equal(ProblemCode.InvalidParams, await Index.SetRolesAsync("grp_a", new SetRoles { Roles = [], Groups = ["grp_b"] }, Admin).Refusal());
    }

    [Fact]
    public async Task A_group_with_members_is_not_deleted_and_none_is_blocked()
    {
        await AddAsync("staff", PrincipalKind.Group);
        await AddAsync("anna", groups: ["grp_staff"]);

        Assert.Contains("usr_anna", (await Index.DeleteAsync("grp_staff", CallerOf(_tenant)))!.Detail, StringComparison.Ordinal);
        Assert.Equal(ProblemCode.Conflict, await Index.BlockAsync("grp_staff", new BlockPrincipal(), CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task Who_is_blocked_has_nothing_until_unblocked()
    {
        await AddAsync("anna", roles: ["user"]);

        var blocked = await Index.BlockAsync("usr_anna", new BlockPrincipal { Reason = "left" }, CallerOf(_tenant)).Value();
        Assert.Equal((true, Now, "left"), (blocked.Blocked, blocked.BlockedAt, blocked.BlockedReason));
        Assert.Equal(ProblemCode.Unauthenticated, await Principal("usr_anna").AccessAsync().Refusal());

        await Principal("usr_anna").UnblockAsync(Admin).Value();
        Assert.Null(await Principal("usr_anna").AccessAsync().Refusal());
    }

    [Fact]
    public async Task An_elevation_ends_by_itself_to_the_tick()
    {
        await AddAsync("anna", roles: ["user"]);
        await Principal("usr_anna").ElevateAsync(new ElevatePrincipal { Role = "admin", Minutes = 60, Justification = " production is down " }, Admin).Value();
        var rules = (await Principal("usr_anna").AccessAsync().Value()).Rules;
        Assert.Equal([("user", null), ("admin", Now.AddHours(1))], rules.Select(rule => (rule.Role, rule.Until)));

        _cluster.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal(2, (await Principal("usr_anna").AccessAsync().Value()).Rules.Length);
        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(["user"], (await Principal("usr_anna").AccessAsync().Value()).Rules.Select(rule => rule.Role));
        var remembered = Assert.Single((await Principal("usr_anna").GetAsync().Value()).Elevations);
        Assert.Equal(("admin", "production is down", "usr_tester", Now), (remembered.Role, remembered.Justification, remembered.GrantedBy, remembered.Until));
    }

    [Fact]
    public async Task Elevations_can_be_ended_early_and_are_bounded()
    {
        await AddAsync("anna");
        var elevate = new ElevatePrincipal { Role = "user", Minutes = 60, Justification = "a good reason" };
        for (var i = 0; i < PrincipalRules.MaxElevations; i++)
        {
            await Principal("usr_anna").ElevateAsync(elevate, Admin).Value();
        }

        Assert.Equal(ProblemCode.QuotaExceeded, await Principal("usr_anna").ElevateAsync(elevate, Admin).Refusal());
        await Principal("usr_anna").EndElevationsAsync(Admin).Value();

        Assert.Empty((await Principal("usr_anna").AccessAsync().Value()).Rules);
    }

    [Fact]
    public async Task Nobody_gives_a_role_with_more_than_they_hold()
    {
        await AddAsync("anna");
        await AddAsync("strong", PrincipalKind.Group, ["admin"]);
        var weak = Holding("principals:write tools:read resources:read");

        Assert.Equal(ProblemCode.PermissionDenied, await TryAddAsync("mallory", roles: ["admin"], author: weak).Refusal());
        Assert.Equal(ProblemCode.PermissionDenied, await TryAddAsync("mallory", groups: ["grp_strong"], author: weak).Refusal());
        Assert.Equal(ProblemCode.PermissionDenied, await TryAddAsync("mallory", conditional: [new ConditionalRole("admin", Trusted)], author: weak).Refusal());
        Assert.Equal(ProblemCode.PermissionDenied, await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["admin"] }, weak).Refusal());
        Assert.Equal(ProblemCode.PermissionDenied, await Principal("usr_anna").ElevateAsync(new ElevatePrincipal { Role = "admin", Minutes = 1, Justification = "give it to me" }, weak).Refusal());
        Assert.False(await Index.ExistsAsync("usr_mallory"));
        Assert.Null(await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["user"] }, weak).Refusal());
    }

    [Fact]
    public async Task What_somebody_has_already_may_stay_whoever_changes_the_rest()
    {
        await AddAsync("anna", roles: ["admin"]);

        Assert.Null(await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["admin", "user"] }, Holding("tools:read resources:read")).Refusal());
    }

    [Fact]
    public async Task To_take_a_condition_away_is_to_give_the_role()
    {
        await AddAsync("anna", conditional: [new ConditionalRole("admin", Trusted)]);

        Assert.Equal(ProblemCode.PermissionDenied, await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["admin"] }, Holding("principals:write")).Refusal());
        Assert.Equal(ProblemCode.PermissionDenied, await Index.SetRolesAsync("usr_anna",
            new SetRoles { Roles = [], ConditionalRoles = [new ConditionalRole("admin", new AccessCondition { TrustLevel = TrustLevel.Low })] }, Holding("principals:write")).Refusal());
    }

    [Fact]
    public async Task To_take_a_role_that_denies_is_to_give_what_it_denies()
    {
        await _cluster.For(_tenant).The<IRoleBookGrain>().CreateAsync(new CreateRole { Name = "careful", Deny = ["resources:read:secret/*"] }, Admin).Value();
        await AddAsync("anna", roles: ["user", "careful"]);

        Assert.Equal(ProblemCode.PermissionDenied, await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["user"] }, Holding("principals:write")).Refusal());
        Assert.Null(await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["careful"] }, Holding("principals:write")).Refusal());
        Assert.Null(await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = [] }, Holding("principals:write resources:read")).Refusal());
    }

    [Fact]
    public async Task To_unblock_is_to_give_everything_back()
    {
        await AddAsync("boss", roles: ["admin"]);
        await AddAsync("anna", roles: ["admin"]);
        await Index.BlockAsync("usr_anna", new BlockPrincipal(), CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.PermissionDenied, await Principal("usr_anna").UnblockAsync(Holding("principals:write")).Refusal());
        Assert.True((await Principal("usr_anna").GetAsync().Value()).Blocked);
    }

    [Fact]
    public async Task The_last_active_admin_is_neither_blocked_nor_deleted_nor_demoted()
    {
        await AddAsync("anna", roles: ["admin"]);
        await AddAsync("berta", roles: ["admin"]);
        await Index.BlockAsync("usr_berta", new BlockPrincipal(), CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.Conflict, await Index.BlockAsync("usr_anna", new BlockPrincipal(), CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Index.DeleteAsync("usr_anna", CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["user"] }, Admin).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = [], ConditionalRoles = [new ConditionalRole("admin", Trusted)] }, Admin).Refusal());

        await Principal("usr_berta").UnblockAsync(Admin).Value();
        Assert.Null(await Index.DeleteAsync("usr_anna", CallerOf(_tenant)));
    }

    [Fact]
    public async Task A_program_does_not_stand_in_for_the_last_person_who_is_admin()
    {
        await AddAsync("anna", roles: ["admin"]);
        await AddAsync("robot", PrincipalKind.Service, ["admin"]);

        Assert.Equal(ProblemCode.Conflict, await Index.BlockAsync("usr_anna", new BlockPrincipal(), CallerOf(_tenant)).Refusal());
        Assert.Null(await Index.BlockAsync("svc_robot", new BlockPrincipal(), CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task Of_the_last_two_admins_blocked_at_once_one_stays()
    {
        await AddAsync("anna", roles: ["admin"]);
        await AddAsync("berta", roles: ["admin"]);

        var outcomes = await Task.WhenAll(
            _cluster.For(_tenant, silo: 0).The<IPrincipalIndexGrain>().BlockAsync("usr_anna", new BlockPrincipal(), CallerOf(_tenant)),
            _cluster.For(_tenant, silo: 1).The<IPrincipalIndexGrain>().BlockAsync("usr_berta", new BlockPrincipal(), CallerOf(_tenant)));

        Assert.Single(outcomes, outcome => outcome.Problem is null);
    }

    [Fact]
    public async Task A_change_that_is_not_on_disk_has_not_happened()
    {
        await AddAsync("anna", roles: ["user"]);
        _cluster.Storage.FailWrite("principal", _tenant, "usr_anna");

        await Assert.ThrowsAsync<OrleansException>(() => Index.BlockAsync("usr_anna", new BlockPrincipal(), CallerOf(_tenant)));

        Assert.Null(await Principal("usr_anna").AccessAsync().Refusal());
        Assert.False(Assert.Single(await Index.PageAsync(null, null, 5)).Blocked);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task Nodes_hear_of_each_change_before_it_is_acknowledged()
    {
        await AddAsync("anna");
        var node = await _cluster.GivenNodeAsync();
        var change = new Change(_tenant, ChangeKind.Principal, "usr_anna");

        await Index.SetRolesAsync("usr_anna", new SetRoles { Roles = ["user"] }, Admin).Value();
        Assert.Equal(1, node.Heard.Count(heard => heard == change));
        await Principal("usr_anna").ElevateAsync(new ElevatePrincipal { Role = "user", Minutes = 1, Justification = "a good reason" }, Admin).Value();
        Assert.Equal(2, node.Heard.Count(heard => heard == change));
        await Index.BlockAsync("usr_anna", new BlockPrincipal(), CallerOf(_tenant)).Value();
        Assert.Equal(3, node.Heard.Count(heard => heard == change));
        Assert.Null(await Index.DeleteAsync("usr_anna", CallerOf(_tenant)));
        Assert.Equal(4, node.Heard.Count(heard => heard == change));
    }

    private Authority Admin => Holding("*");

    private IPrincipalGrain Principal(string id) => _cluster.For(_tenant).Get<IPrincipalGrain>(id);

    private Authority Holding(string allow) => new(CallerOf(_tenant), allow.Split(' '), []);

    private Task<PrincipalView> AddAsync(string? name, PrincipalKind kind = PrincipalKind.User, string[]? roles = null, string[]? groups = null, ConditionalRole[]? conditional = null) =>
        TryAddAsync(name, kind, roles, groups, conditional).Value();

    private Task<Result<PrincipalView>> TryAddAsync(
        string? name, PrincipalKind kind = PrincipalKind.User, string[]? roles = null, string[]? groups = null, ConditionalRole[]? conditional = null, Authority? author = null) =>
        Index.AddAsync(new AddPrincipal { Kind = kind, Name = name, DisplayName = name ?? "no name", Roles = roles, Groups = groups, ConditionalRoles = conditional }, author ?? Admin);
}
