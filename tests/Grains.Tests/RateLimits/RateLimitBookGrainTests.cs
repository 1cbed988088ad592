using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.RateLimits;

[Collection(OnTheCluster.Name), Trait("Control", "IN-8")]
public sealed class RateLimitBookGrainTests(SharedCluster shared)
{
    private static readonly Caller Admin = new(TenantId.Platform, "usr_ada", "session:1");
    private static readonly RateLimitPolicy Policy = new() { Tenant = new RateLimitRule(600, 50), Tools = new Dictionary<string, MethodLimit>(StringComparer.Ordinal) { ["search"] = new() { Cost = 5 } } };

    private readonly GrainCluster _cluster = shared.Cluster;

    [Fact]
    public async Task A_tenant_that_says_nothing_has_no_limits_beyond_those_of_its_keys()
    {
        var view = await _cluster.For(await _cluster.GivenTenantAsync()).The<IRateLimitBookGrain>().GetAsync();

        Assert.Equal((0, null, null, null, null), (view.Version, view.Policy.Tenant, view.Policy.Principal, view.Policy.Key, view.Policy.Address));
        Assert.Empty(view.Policy.Methods);
        Assert.Empty(view.Policy.Tools);
    }

    [Fact]
    public async Task A_change_is_kept_and_says_whose_it_was()
    {
        var book = _cluster.For(await _cluster.GivenTenantAsync()).The<IRateLimitBookGrain>();

        Assert.True((await book.SetAsync(Policy, 0, Admin)).Try(out _, out _));
        await _cluster.DeactivateAsync(book);
        var view = await book.GetAsync();

        Assert.Equal((1, "_sys/usr_ada", new RateLimitRule(600, 50), 5), (view.Version, view.ChangedBy, view.Policy.Tenant, view.Policy.Tools["search"].Cost));
        Assert.Empty(view.Policy.Methods);
    }

    [Fact]
    public async Task Of_two_changes_of_one_version_the_second_is_refused()
    {
        var book = _cluster.For(await _cluster.GivenTenantAsync()).The<IRateLimitBookGrain>();

        var made = await Task.WhenAll(book.SetAsync(Policy, 0, Admin), book.SetAsync(RateLimitPolicy.None, 0, Admin));

        Assert.Equal([ProblemCode.PreconditionFailed], made.Select(result => result.Problem?.Code).OfType<ProblemCode>());
        Assert.Equal(1, (await book.GetAsync()).Version);
    }

    [Fact]
    public async Task A_change_that_could_not_be_written_did_not_happen()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var book = _cluster.For(tenant).The<IRateLimitBookGrain>();
        _cluster.Storage.FailWrite("rate-limit-book", tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => book.SetAsync(Policy, 0, Admin));

        var view = await book.GetAsync();
        Assert.Equal((0, null), (view.Version, view.Policy.Tenant));
    }
}
