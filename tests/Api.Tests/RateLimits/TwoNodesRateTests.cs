using System.Diagnostics;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>Two nodes give one limit, within what docs/rate-limits.md publishes: one burst, the permits of the time that passed, and a chunk for each node.</summary>
[Trait("Control", "IN-8")]
public sealed class TwoNodesRateTests : IAsyncLifetime
{
    private TwoNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await TwoNodes.StartAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task Two_nodes_give_one_limit_and_a_lost_node_gives_one_burst_more_at_most()
    {
        var rule = new RateLimitRule(600, 64);
        var tenant = await _nodes.GivenTenantAsync();
        await _nodes.LimitAsync(tenant.Id, new RateLimitPolicy { Tenant = rule });
        var watch = Stopwatch.StartNew();

        var served = await ServedAsync(tenant, node => node % 2, 400);

        // Every call waits for its permit's bucket, so permits of the whole time may have been given.
        Assert.InRange(served, rule.Burst, Bound(rule, watch.Elapsed, nodes: 2));
        var before = watch.Elapsed;
        var holder = _nodes.HolderOf("rate-limit-bucket", tenant.Id, "tenant");
        var left = 1 - holder;

        // Its bucket and the leases of its front are gone, as after kill -9: nothing is counted twice, and the bucket starts full.
        await _nodes.KillAsync(holder);
        var after = await ServedAsync(tenant, _ => left, 400);

        Assert.InRange(after, 1, Bound(rule, watch.Elapsed - before, nodes: 1) + Bound(rule, TimeSpan.Zero, nodes: 1));
    }

    [Fact]
    public async Task A_lower_limit_is_in_force_on_both_nodes_within_seconds()
    {
        var tenant = await _nodes.GivenTenantAsync();
        Assert.Equal(20, await ServedAsync(tenant, node => node % 2, 20));

        await _nodes.LimitAsync(tenant.Id, new RateLimitPolicy { Tenant = new RateLimitRule(1, 1) });
        var watch = Stopwatch.StartNew();
        while (await ServedAsync(tenant, _ => 0, 2) + await ServedAsync(tenant, _ => 1, 2) > 1)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), "The old limit still holds after 5 s.");
        }
    }

    [Fact]
    public async Task A_lower_plan_is_in_force_on_both_nodes_within_seconds()
    {
        var tenant = await _nodes.GivenTenantAsync();
        await _nodes.PlanAsync("gold", new RateLimitPlan { Tenant = new RateLimitRule(1_000_000, 100_000) });
        await _nodes.AssignPlanAsync(tenant.Id, "gold");
        Assert.Equal(20, await ServedAsync(tenant, node => node % 2, 20));

        await _nodes.PlanAsync("gold", new RateLimitPlan { Tenant = new RateLimitRule(1, 1) });
        var watch = Stopwatch.StartNew();
        while (await ServedAsync(tenant, _ => 0, 2) + await ServedAsync(tenant, _ => 1, 2) > 1)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), "The old plan still holds after 5 s.");
        }
    }

    private static int Bound(RateLimitRule rule, TimeSpan passed, int nodes) =>
        rule.Burst + (int)Math.Ceiling(passed.TotalMinutes * rule.PermitsPerMinute) + (nodes * rule.LeaseChunk);

    private async Task<int> ServedAsync((TenantId Id, string Slug, string Key) tenant, Func<int, int> node, int count)
    {
        using var calls = new NodeCalls(_nodes, tenant, over: 2);
        return (await calls.SendAsync(count, node)).GetValueOrDefault(200);
    }
}
