using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.RateLimits;

[Collection(OnTheCluster.Name), Trait("Control", "IN-8")]
public sealed class RateLimitPlanGrainTests(SharedCluster shared)
{
    private static readonly Caller Operator = new(TenantId.Platform, "usr_ada", "session:1");
    private static readonly RateLimitPlan Plan = new() { Tenant = new RateLimitRule(600, 50) };

    private readonly GrainCluster _cluster = shared.Cluster;

    [Fact]
    public async Task A_plan_outlives_its_grain()
    {
        var name = NewName();
        var made = await SetAsync(name, Plan with { Description = "for the many", Methods = new Dictionary<string, MethodLimit>(StringComparer.Ordinal) { ["ping"] = new() { Cost = 2 } } });
        await _cluster.DeactivateAsync(Book());

        var kept = Array.Find((await Book().SinceAsync(-1))!.Plans, plan => plan.Name == name)!;

        Assert.Equal((made.Version, "usr_ada", "for the many", Plan.Tenant, 2), (kept.Version, kept.ChangedBy, kept.Plan.Description, kept.Plan.Tenant, kept.Plan.Methods["ping"].Cost));
    }

    [Fact]
    public async Task Of_two_changes_of_one_version_the_second_is_refused()
    {
        var name = NewName();

        var made = await Task.WhenAll(Book().SetAsync(name, Plan, 0, Operator), Book().SetAsync(name, Plan, 0, Operator));

        Assert.Equal([ProblemCode.PreconditionFailed], made.Select(result => result.Problem?.Code).OfType<ProblemCode>());
    }

    [Fact]
    public async Task A_change_that_could_not_be_written_is_told_to_no_node()
    {
        var name = NewName();
        var before = (await Book().SinceAsync(-1))!.Version;
        _cluster.Storage.FailWrite("rate-limit-plan-book", TenantId.Platform);

        await Assert.ThrowsAnyAsync<Exception>(() => Book().SetAsync(name, Plan, 0, Operator));

        Assert.Null(await Book().SinceAsync(before));
    }

    [Fact]
    public async Task A_plan_that_a_tenant_has_is_not_deleted_and_one_that_it_had_is()
    {
        var (name, other) = (NewName(), NewName());
        var made = await SetAsync(name, Plan);
        await SetAsync(other, Plan);
        var tenant = await _cluster.GivenTenantAsync();
        await AssignAsync(tenant, name);

        Assert.Equal(ProblemCode.Conflict, (await Book().DeleteAsync(name, made.Version, Operator))?.Code);
        await AssignAsync(tenant, other);

        Assert.Null(await Book().DeleteAsync(name, made.Version, Operator));
        Assert.Equal(other, await PlanOfAsync(tenant));
    }

    [Fact]
    public async Task The_default_plan_is_not_deleted()
    {
        var name = NewName();
        var made = await SetAsync(name, Plan with { IsDefault = true });

        Assert.Equal(ProblemCode.Conflict, (await Book().DeleteAsync(name, made.Version, Operator))?.Code);
        var eased = await SetAsync(name, Plan, made.Version);
        Assert.Null(await Book().DeleteAsync(name, eased.Version, Operator));
    }

    [Fact]
    public async Task A_plan_that_is_not_there_is_given_to_nobody()
    {
        var tenant = await _cluster.GivenTenantAsync();

        var refused = await _cluster.For(TenantId.Platform).Get<IRateLimitPlanUseGrain>(tenant.ToString()).AssignAsync(NewName(), 0, Operator);

        Assert.Equal(ProblemCode.InvalidParams, refused.Problem?.Code);
        Assert.Null(await PlanOfAsync(tenant));
    }

    [Fact]
    public async Task An_assignment_that_is_cut_short_keeps_both_plans_until_it_is_made_again()
    {
        var (old, next, third) = (NewName(), NewName(), NewName());
        var (madeOld, madeNext) = (await SetAsync(old, Plan), await SetAsync(next, Plan));
        await SetAsync(third, Plan);
        var tenant = await _cluster.GivenTenantAsync();
        await AssignAsync(tenant, old);

        // The tenant's own note cannot be written: the row in the platform already names the new plan.
        _cluster.Storage.FailWrite("rate-limit-book", tenant);
        await Assert.ThrowsAnyAsync<Exception>(() => AssignAsync(tenant, next));

        Assert.Equal(ProblemCode.Conflict, (await Book().DeleteAsync(old, madeOld.Version, Operator))?.Code);
        Assert.Equal(ProblemCode.Conflict, (await Book().DeleteAsync(next, madeNext.Version, Operator))?.Code);

        await AssignAsync(tenant, third);
        Assert.Equal(third, await PlanOfAsync(tenant));
        Assert.Null(await Book().DeleteAsync(old, madeOld.Version, Operator));
        Assert.Null(await Book().DeleteAsync(next, madeNext.Version, Operator));
    }

    [Fact]
    public async Task While_a_plan_is_deleted_and_given_at_once_no_tenant_ends_with_one_that_is_gone()
    {
        var tenant = await _cluster.GivenTenantAsync();
        for (var i = 0; i < 20; i++)
        {
            var name = NewName();
            var made = await SetAsync(name, Plan);

            var deleting = Book().DeleteAsync(name, made.Version, Operator);
            var assigning = TryAssignAsync(tenant, name);
            var isGone = await deleting is null;
            await assigning;

            Assert.False(isGone && await PlanOfAsync(tenant) == name);
        }
    }

    [Fact]
    public async Task A_tenants_own_policy_keeps_its_plan()
    {
        var name = NewName();
        await SetAsync(name, Plan);
        var tenant = await _cluster.GivenTenantAsync();
        await AssignAsync(tenant, name);

        await _cluster.For(tenant).The<IRateLimitBookGrain>().SetAsync(new RateLimitPolicy { Tenant = new RateLimitRule(1, 1) }, 0, GrainCluster.CallerOf(tenant));

        Assert.Equal(name, await PlanOfAsync(tenant));
    }

    [Fact]
    public async Task A_tenants_client_reaches_neither_the_plans_nor_who_has_them()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var book = Book();
        var use = _cluster.For(TenantId.Platform).Get<IRateLimitPlanUseGrain>(tenant.ToString());
        TenantScope.Enter(tenant);

        await Assert.ThrowsAsync<TenantAccessException>(() => book.SetAsync(NewName(), Plan, 0, GrainCluster.CallerOf(tenant)));
        await Assert.ThrowsAsync<TenantAccessException>(() => use.AssignAsync(null, 0, GrainCluster.CallerOf(tenant)));
    }

    private static string NewName() => $"p{Guid.NewGuid():N}";

    private IRateLimitPlanBookGrain Book() => _cluster.For(TenantId.Platform).The<IRateLimitPlanBookGrain>();

    private async Task<RateLimitPlanView> SetAsync(string name, RateLimitPlan plan, long version = 0) =>
        (await _cluster.For(TenantId.Platform).The<IRateLimitPlanBookGrain>().SetAsync(name, plan, version, Operator)).Try(out var made, out var refused) ? made : throw new InvalidOperationException(refused.Detail);

    private async Task AssignAsync(TenantId tenant, string plan) => Assert.Null((await TryAssignAsync(tenant, plan)).Problem);

    private async Task<Result<RateLimitPlanAssignment>> TryAssignAsync(TenantId tenant, string plan)
    {
        var use = _cluster.For(TenantId.Platform).Get<IRateLimitPlanUseGrain>(tenant.ToString());
        return await use.AssignAsync(plan, (await use.GetAsync()).Version, Operator);
    }

    private async Task<string?> PlanOfAsync(TenantId tenant) => (await _cluster.For(tenant).The<IRateLimitBookGrain>().GetAsync()).Plan;
}
