using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Api.RateLimits;
using Platform.Api.RateLimits.Plans;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>What the hot path costs: no grain is asked and nothing is allocated as long as the leases last.</summary>
[Trait("Control", "IN-8")]
public sealed class WarmTakeTests : IAsyncLifetime
{
    private static readonly RateLimitRule Ample = new(100_000_000, 10_000_000);

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await GrainCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_warm_take_of_every_dimension_allocates_nothing_and_asks_no_grain()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var tool = new Dictionary<string, MethodLimit>(StringComparer.Ordinal) { ["echo"] = new() { Cost = 3 } };
        await _cluster.For(tenant).The<IRateLimitBookGrain>().SetAsync(new RateLimitPolicy { Tenant = Ample, Principal = Ample, Tools = tool, Quota = new UsageQuota(1_000_000_000, 10_000_000_000) }, 0, GrainCluster.CallerOf(tenant));

        // On the cluster's own clock, which stands still: leases do not end by themselves. A share of the quota has 1 024 permits, and a call takes three.
        var gate = new RateGate(new TenantGrains(_cluster.Unbound), _cluster.Clock);
        var options = Options.Create(new ApiOptions());
        var plans = new RatePlans(new TenantGrains(_cluster.Unbound), options, _cluster.Clock);
        var policies = new RatePolicies(new TenantGrains(_cluster.Unbound), gate, plans, options, _cluster.Clock);
        var rates = new CallerRates(gate, policies, tenant, "usr_ada", "key/abcdefgh", Ample, CredentialLimit.Own);
        for (var i = 0; i < 100; i++)
        {
            await TakeAsync(rates);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(await TakeAsync(rates));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async ValueTask<Problem?> TakeAsync(CallerRates rates)
    {
        var chain = await rates.ForCallsAsync("192.0.2.7");
        return await chain.TakeAsync() ?? await chain.TakeCostAsync("tools/call", 1, "echo");
    }
}
