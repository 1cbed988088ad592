using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Principals;

[Collection(OnTheCluster.Name)]
public sealed class PrincipalGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private IPrincipalGrain Principal => _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna");

    [Fact]
    public async Task A_principal_that_was_not_created_is_not_found() => Assert.Equal(ProblemCode.NotFound, await Principal.GetAsync().Refusal());

    [Fact, Trait("Control", "AZ-3")]
    public async Task A_second_creation_answers_what_exists_and_grants_nothing_more()
    {
        await CreateAsync();

        var again = await Principal.CreateAsync(new CreatePrincipal(PrincipalKind.Service, "Mallory", ["admin"]), CallerOf(_tenant)).Value();

        Assert.Equal(("usr_anna", PrincipalKind.User, "Anna", false), (again.Id, again.Kind, again.DisplayName, again.Blocked));
        Assert.Equal(["user"], again.Roles);
    }

    private Task<PrincipalView> CreateAsync() => Principal.CreateAsync(new CreatePrincipal(PrincipalKind.User, "Anna", ["user"]), CallerOf(_tenant)).Value();
}
