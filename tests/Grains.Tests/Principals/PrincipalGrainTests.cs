using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Principals;

[Collection(OnTheCluster.Name)]
public sealed class PrincipalGrainTests(SharedCluster shared)
{
    private const string Password = "correct horse battery staple";

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IPrincipalGrain Principal => _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna");

    [Fact]
    public async Task A_principal_that_was_not_created_is_not_found_and_signs_nobody_in()
    {
        Assert.Equal(ProblemCode.NotFound, await Principal.GetAsync().Refusal());
        Assert.Equal(ProblemCode.Conflict, await Principal.IssueBootstrapAsync(CallerOf(_tenant)).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Principal.SetFirstPasswordAsync("", Password).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Principal.VerifyPasswordAsync("").Refusal());
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task A_second_creation_answers_what_exists_and_grants_nothing_more()
    {
        await CreateAsync();

        var again = await Principal.CreateAsync(new CreatePrincipal(PrincipalKind.Service, "Mallory", ["admin"]), CallerOf(_tenant)).Value();

        Assert.Equal(("usr_anna", PrincipalKind.User, "Anna", false), (again.Id, again.Kind, again.DisplayName, again.Blocked));
        Assert.Equal(["user"], again.Roles);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task The_bootstrap_secret_sets_the_first_password()
    {
        var secret = await BootstrapAsync();

        Assert.Null(await Principal.SetFirstPasswordAsync(secret, Password));

        Assert.True(await Principal.HasPasswordAsync());
        Assert.Null(await Principal.VerifyPasswordAsync(Password));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task Of_two_uses_of_the_bootstrap_secret_at_once_exactly_one_wins()
    {
        var secret = await BootstrapAsync();
        string[] passwords = ["the first password", "the second password"];

        var outcomes = await Task.WhenAll(
            _cluster.For(_tenant, silo: 0).Get<IPrincipalGrain>("usr_anna").SetFirstPasswordAsync(secret, passwords[0]),
            _cluster.For(_tenant, silo: 1).Get<IPrincipalGrain>("usr_anna").SetFirstPasswordAsync(secret, passwords[1]));

        var winner = Array.IndexOf(outcomes, null);
        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Null(await Principal.VerifyPasswordAsync(passwords[winner]));
        Assert.NotNull(await Principal.VerifyPasswordAsync(passwords[1 - winner]));
    }

    [Theory, Trait("Control", "AU-11")]
    [InlineData("")]
    [InlineData("boot_")]
    [InlineData("boot_23456789abcdefghjkmnpqrstuvwxyz2")]
    public async Task A_wrong_bootstrap_secret_is_refused_and_uses_nothing_up(string wrong)
    {
        var secret = await BootstrapAsync();

        Assert.Equal(ProblemCode.Unauthenticated, await Principal.SetFirstPasswordAsync(wrong, Password).Refusal());
        Assert.Null(await Principal.SetFirstPasswordAsync(secret, Password));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_used_bootstrap_secret_is_dead_after_a_restart_too()
    {
        var secret = await BootstrapAsync();
        await Principal.SetFirstPasswordAsync(secret, Password);
        await _cluster.DeactivateAsync(Principal);

        Assert.Equal(ProblemCode.Unauthenticated, await Principal.SetFirstPasswordAsync(secret, "another password").Refusal());
        Assert.Null(await Principal.VerifyPasswordAsync(Password));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_newer_bootstrap_secret_replaces_the_older()
    {
        var older = await BootstrapAsync();
        var newer = await Principal.IssueBootstrapAsync(CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await Principal.SetFirstPasswordAsync(older, Password).Refusal());
        Assert.Null(await Principal.SetFirstPasswordAsync(newer, Password));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task With_a_password_set_no_bootstrap_secret_is_issued()
    {
        await Principal.SetFirstPasswordAsync(await BootstrapAsync(), Password);

        Assert.Equal(ProblemCode.Conflict, await Principal.IssueBootstrapAsync(CallerOf(_tenant)).Refusal());
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_password_that_is_not_on_disk_uses_no_secret_up()
    {
        var secret = await BootstrapAsync();
        _cluster.Storage.FailWrite("principal", _tenant, "usr_anna");
        await Assert.ThrowsAsync<OrleansException>(() => Principal.SetFirstPasswordAsync(secret, Password));

        Assert.False(await Principal.HasPasswordAsync());
        Assert.Null(await Principal.SetFirstPasswordAsync(secret, Password));
    }

    [Fact, Trait("Control", "AU-8")]
    public async Task An_absent_password_and_a_wrong_one_are_refused_with_the_same_words()
    {
        await CreateAsync();
        var absent = await Principal.VerifyPasswordAsync(Password);
        await Principal.SetFirstPasswordAsync(await Principal.IssueBootstrapAsync(CallerOf(_tenant)).Value(), Password);

        var wrong = await Principal.VerifyPasswordAsync("correct horse battery stapler");

        Assert.Equivalent(absent, wrong, strict: true);
        Assert.Equal(ProblemCode.Unauthenticated, wrong!.Code);
    }

    private Task<PrincipalView> CreateAsync() => Principal.CreateAsync(new CreatePrincipal(PrincipalKind.User, "Anna", ["user"]), CallerOf(_tenant)).Value();

    private async Task<string> BootstrapAsync()
    {
        await CreateAsync();
        return await Principal.IssueBootstrapAsync(CallerOf(_tenant)).Value();
    }
}
