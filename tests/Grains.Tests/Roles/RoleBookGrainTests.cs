using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Roles;

[Collection(OnTheCluster.Name), Trait("Control", "AZ-1")]
public sealed class RoleBookGrainTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private TenantId _tenant;

    private IRoleBookGrain Book => _cluster.For(_tenant).The<IRoleBookGrain>();

    private IPrincipalIndexGrain Principals => _cluster.For(_tenant).The<IPrincipalIndexGrain>();

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_role_gives_what_it_says_and_what_it_inherits()
    {
        await CreateAsync("reader", allow: ["resources:read"], deny: ["resources:read:secret/*"]);
        await CreateAsync("worker", allow: ["tools:call:echo"], inherits: ["reader", "user"]);

        var rule = Assert.Single(await Book.RulesAsync(["worker"]).Value());

        Assert.Equal("worker", rule.Role);
        Assert.Equal(["resources:read", "tools:call:echo", "tools:read"], rule.Allow.Order(StringComparer.Ordinal));
        Assert.Equal(["resources:read:secret/*"], rule.Deny);
    }

    [Fact]
    public async Task Roles_survive_their_activation()
    {
        await CreateAsync("reader", allow: ["resources:read"]);
        await _cluster.DeactivateAsync(Book);

        Assert.Equal(["resources:read"], Assert.Single(await Book.RulesAsync(["reader"]).Value()).Allow);
    }

    [Fact]
    public async Task All_roles_are_listed_by_name_with_what_they_are()
    {
        await CreateAsync("reader", allow: ["resources:read"]);

        var roles = await Book.ListAsync();

        Assert.Equal(["admin", "guest", "power-user", "reader", "service", "user"], roles.Select(role => role.Name));
        Assert.Equal(["reader"], roles.Where(role => !role.BuiltIn).Select(role => role.Name));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_role_of_one_tenant_is_nothing_in_another()
    {
        await CreateAsync("reader", allow: ["resources:read"]);
        var other = await _cluster.GivenTenantAsync();

        Assert.Equal(ProblemCode.InvalidParams, await _cluster.For(other).The<IRoleBookGrain>().RulesAsync(["reader"]).Refusal());
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("user")]
    [InlineData("service")]
    [InlineData("guest")]
    [InlineData("power-user")]
    public async Task A_built_in_role_is_neither_created_nor_replaced_nor_deleted(string name)
    {
        Assert.Equal(ProblemCode.Conflict, await Book.CreateAsync(new CreateRole { Name = name, Allow = ["*"] }, Admin).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Book.ReplaceAsync(name, new ReplaceRole { Allow = ["tools:read"] }, null, Admin).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Book.DeleteAsync(name, null, CallerOf(_tenant)).Refusal());
    }

    [Fact]
    public async Task A_role_that_exists_is_not_created_again()
    {
        await CreateAsync("reader", allow: ["resources:read"]);

        Assert.Equal(ProblemCode.Conflict, await Book.CreateAsync(new CreateRole { Name = "reader", Allow = ["*"] }, Admin).Refusal());
        Assert.Equal(["resources:read"], Assert.Single(await Book.RulesAsync(["reader"]).Value()).Allow);
    }

    [Fact]
    public async Task A_role_that_does_not_exist_is_neither_replaced_nor_deleted_nor_inherited()
    {
        Assert.Equal(ProblemCode.NotFound, await Book.ReplaceAsync("nothing", new ReplaceRole(), null, Admin).Refusal());
        Assert.Equal(ProblemCode.NotFound, await Book.DeleteAsync("nothing", null, CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Book.CreateAsync(new CreateRole { Name = "heir", Inherits = ["nothing"] }, Admin).Refusal());
    }

    [Fact]
    public async Task A_role_does_not_inherit_itself_over_however_many_others()
    {
        await CreateAsync("a");
        await CreateAsync("b", inherits: ["a"]);
        await CreateAsync("c", inherits: ["b"]);

        Assert.Equal(ProblemCode.InvalidParams, await Book.ReplaceAsync("a", new ReplaceRole { Inherits = ["c"] }, null, Admin).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Book.ReplaceAsync("a", new ReplaceRole { Inherits = ["a"] }, null, Admin).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Book.CreateAsync(new CreateRole { Name = "d", Inherits = ["d"] }, Admin).Refusal());
        Assert.Null(await Book.RulesAsync(["a", "b", "c"]).Refusal());
    }

    [Fact]
    public async Task A_role_inherited_twice_is_no_circle()
    {
        await CreateAsync("base", allow: ["tools:read"]);
        await CreateAsync("left", inherits: ["base"]);
        await CreateAsync("right", inherits: ["base"]);
        await CreateAsync("both", inherits: ["left", "right"]);

        Assert.Equal(["tools:read"], Assert.Single(await Book.RulesAsync(["both"]).Value()).Allow);
    }

    [Fact]
    public async Task Inheritance_is_eight_roles_deep_and_no_deeper_from_either_end()
    {
        await CreateAsync("r1");
        for (var i = 2; i <= RoleRules.MaxDepth; i++)
        {
            await CreateAsync($"r{i}", inherits: [$"r{i - 1}"]);
        }

        Assert.Equal(ProblemCode.InvalidParams, await Book.CreateAsync(new CreateRole { Name = "top", Inherits = [$"r{RoleRules.MaxDepth}"] }, Admin).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Book.ReplaceAsync("r1", new ReplaceRole { Inherits = ["user"] }, null, Admin).Refusal());
    }

    [Fact]
    public async Task A_role_with_all_that_it_inherits_has_at_most_a_thousand_permissions()
    {
        for (var i = 0; i < 10; i++)
        {
            await CreateAsync($"many-{i}", allow: [.. Enumerable.Range(0, 100).Select(n => $"tools:call:t{i}x{n}")]);
        }

        string[] all = [.. Enumerable.Range(0, 10).Select(i => $"many-{i}")];
        await CreateAsync("thousand", inherits: all);

        Assert.Equal(ProblemCode.InvalidParams, await Book.ReplaceAsync("thousand", new ReplaceRole { Allow = ["tools:call:more"], Inherits = all }, null, Admin).Refusal());
    }

    [Fact]
    public async Task A_tenant_has_two_hundred_roles_of_its_own()
    {
        for (var i = 0; i < RoleRules.MaxRoles; i++)
        {
            await CreateAsync($"role-{i}");
        }

        Assert.Equal(ProblemCode.QuotaExceeded, await Book.CreateAsync(new CreateRole { Name = "more" }, Admin).Refusal());
    }

    [Theory, Trait("Control", "AZ-3")]
    [InlineData("roles:write tools:read", "", "*", "", false)]
    [InlineData("roles:write tools:read", "", "tools:read", "", true)]
    [InlineData("roles:write tools:read", "", "tools:*", "", false)]
    [InlineData("roles:write tools:call:echo", "", "tools:call", "", false)]
    [InlineData("roles:write resources:*", "", "resources:read:public/*", "", true)]
    [InlineData("*", "resources:read:secret/*", "resources:read", "", false)]
    [InlineData("*", "resources:read:secret/*", "resources:read", "resources:read:secret/*", true)]
    public async Task No_role_contains_more_than_its_author_holds(string held, string heldDeny, string allow, string deny, bool may)
    {
        var author = Holding(held, heldDeny);
        await CreateAsync("existing");

        Assert.Equal(may ? null : ProblemCode.PermissionDenied, await Book.CreateAsync(new CreateRole { Name = "made", Allow = Words(allow), Deny = Words(deny) }, author).Refusal());
        Assert.Equal(may ? null : ProblemCode.PermissionDenied, await Book.ReplaceAsync("existing", new ReplaceRole { Allow = Words(allow), Deny = Words(deny) }, null, author).Refusal());
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task What_is_inherited_counts_as_contained()
    {
        await CreateAsync("strong", allow: ["keys:issue"]);

        Assert.Equal(ProblemCode.PermissionDenied, await Book.CreateAsync(new CreateRole { Name = "heir", Inherits = ["strong"] }, Holding("roles:write")).Refusal());
        Assert.Equal(ProblemCode.PermissionDenied, await Book.CreateAsync(new CreateRole { Name = "heir", Inherits = ["admin"] }, Holding("roles:write")).Refusal());
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Who_does_not_hold_what_a_role_denies_cannot_stop_denying_it()
    {
        await CreateAsync("careful", deny: ["resources:read:secret/*"]);

        Assert.Equal(ProblemCode.PermissionDenied, await Book.ReplaceAsync("careful", new ReplaceRole(), null, Holding("roles:write")).Refusal());
        Assert.Null(await Book.ReplaceAsync("careful", new ReplaceRole(), null, Holding("roles:write resources:read")).Refusal());
    }

    [Fact]
    public async Task A_role_that_is_inherited_cannot_be_deleted_and_the_refusal_says_by_whom()
    {
        await CreateAsync("base");
        await CreateAsync("heir", inherits: ["base"]);

        Assert.Contains("heir", (await Book.DeleteAsync("base", null, CallerOf(_tenant)))!.Detail, StringComparison.Ordinal);
        Assert.Null(await Book.DeleteAsync("heir", null, CallerOf(_tenant)));
        Assert.Null(await Book.DeleteAsync("base", null, CallerOf(_tenant)));
    }

    [Theory]
    [InlineData("always")]
    [InlineData("at times")]
    [InlineData("for a while")]
    public async Task A_role_in_use_cannot_be_deleted_and_the_refusal_says_by_whom(string how)
    {
        await CreateAsync("used");
        await Principals.AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "anna", DisplayName = "Anna" }, Admin).Value();
        await (how switch
        {
            "always" => Principals.SetRolesAsync("usr_anna", new SetRoles { Roles = ["used"] }, Admin).Value(),
            "at times" => Principals.SetRolesAsync("usr_anna", new SetRoles { Roles = [], ConditionalRoles = [new ConditionalRole("used", new AccessCondition { TrustLevel = TrustLevel.High })] }, Admin).Value(),
            _ => _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").ElevateAsync(new ElevatePrincipal { Role = "used", Minutes = 5, Justification = "because of a test" }, Admin).Value(),
        });

        Assert.Contains("usr_anna", (await Book.DeleteAsync("used", null, CallerOf(_tenant)))!.Detail, StringComparison.Ordinal);
        Assert.Null(await Book.RulesAsync(["used"]).Refusal());
    }

    [Fact]
    public async Task A_role_that_nobody_has_any_more_is_deleted_and_gone()
    {
        await CreateAsync("used");
        await Principals.AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "anna", DisplayName = "Anna", Roles = ["used"] }, Admin).Value();
        await Principals.SetRolesAsync("usr_anna", new SetRoles { Roles = [] }, Admin).Value();

        Assert.Null(await Book.DeleteAsync("used", null, CallerOf(_tenant)));
        Assert.Equal(ProblemCode.InvalidParams, await Book.RulesAsync(["used"]).Refusal());
    }

    [Fact]
    public async Task A_change_that_is_not_on_disk_has_not_happened()
    {
        await CreateAsync("reader", allow: ["resources:read"]);
        _cluster.Storage.FailWrite("role-book", _tenant);

        await Assert.ThrowsAsync<OrleansException>(() => Book.ReplaceAsync("reader", new ReplaceRole { Allow = ["*"] }, null, Admin));

        Assert.Equal(["resources:read"], Assert.Single(await Book.RulesAsync(["reader"]).Value()).Allow);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task Nodes_hear_of_a_changed_role_before_it_is_acknowledged()
    {
        var node = await _cluster.GivenNodeAsync();

        await CreateAsync("reader");

        Assert.Contains(new Change(_tenant, ChangeKind.Roles, "reader"), node.Heard);
    }

    [Fact, Trait("Control", "CF-4")]
    public async Task Guests_have_nothing_until_guest_access_is_on()
    {
        await Principals.AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "gina", DisplayName = "Gina", Roles = ["guest"] }, Admin).Value();
        var guest = _cluster.For(_tenant).Get<IPrincipalGrain>("usr_gina");
        Assert.False((await Book.GuestAccessAsync()).Enabled);
        Assert.Equal(ProblemCode.Unauthenticated, await guest.AccessAsync().Refusal());

        await Book.SetGuestAccessAsync(new GuestAccess(true), new GuestAccess(false), Admin).Value();
        Assert.Equal(BuiltInRoles.All["guest"], Assert.Single((await guest.AccessAsync().Value()).Rules).Allow);

        await Book.SetGuestAccessAsync(new GuestAccess(false), new GuestAccess(true), Admin).Value();
        Assert.Equal(ProblemCode.Unauthenticated, await guest.AccessAsync().Refusal());
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Guest_access_is_turned_on_by_who_holds_what_guests_get() =>
        Assert.Equal(ProblemCode.PermissionDenied, await Book.SetGuestAccessAsync(new GuestAccess(true), new GuestAccess(false), Holding("roles:write")).Refusal());

    private Authority Admin => Holding("*");

    private Authority Holding(string allow, string deny = "") => new(CallerOf(_tenant), Words(allow), Words(deny));

    private async Task CreateAsync(string name, string[]? allow = null, string[]? deny = null, string[]? inherits = null) =>
        await Book.CreateAsync(new CreateRole { Name = name, Allow = allow, Deny = deny, Inherits = inherits }, Admin).Value();

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
