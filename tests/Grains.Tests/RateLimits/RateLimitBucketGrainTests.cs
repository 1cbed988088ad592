using Platform.Abstractions.RateLimits;
using Platform.Testing;

namespace Platform.Grains.Tests.RateLimits;

[Collection(OnTheCluster.Name), Trait("Control", "IN-8")]
public sealed class RateLimitBucketGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;

    [Fact]
    public async Task Two_silos_share_one_limit()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var rule = new RateLimitRule(60, 20);

        var leases = await Task.WhenAll(Enumerable.Range(0, 100)
            .Select(i => _cluster.For(tenant, silo: i % 2).Get<IRateLimitBucketGrain>("key/abc").TakeAsync(rule, 1).AsTask()));

        Assert.Equal(20, leases.Sum(lease => lease.Granted));
    }

    [Fact]
    public async Task A_refusal_says_when_to_come_back_and_keeps_its_word()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var rule = new RateLimitRule(60, 1);
        var bucket = _cluster.For(tenant).Get<IRateLimitBucketGrain>("key/abc");
        await bucket.TakeAsync(rule, 1);

        var refused = await bucket.TakeAsync(rule, 1);
        _cluster.Clock.Advance(refused.RetryAfter);

        Assert.Equal((0, TimeSpan.FromSeconds(1)), (refused.Granted, refused.RetryAfter));
        Assert.Equal(1, (await bucket.TakeAsync(rule, 1)).Granted);
    }

    [Fact]
    public async Task A_lease_is_good_for_a_second_at_most()
    {
        var tenant = await _cluster.GivenTenantAsync();

        var lease = await _cluster.For(tenant).Get<IRateLimitBucketGrain>("key/abc").TakeAsync(RateLimitRule.Default, 10);

        Assert.Equal((10, TimeSpan.FromSeconds(1), TimeSpan.Zero), (lease.Granted, lease.ValidFor, lease.RetryAfter));
    }

    [Fact]
    public async Task What_a_node_did_not_use_goes_back_with_its_next_question()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var rule = new RateLimitRule(1, 10);
        var bucket = _cluster.For(tenant).Get<IRateLimitBucketGrain>("key/abc");
        await bucket.TakeAsync(rule, 10);

        var lease = await bucket.LeaseAsync(rule, new RateLeaseRequest(2, 3, 7));

        Assert.Equal((3, 4), (lease.Granted, lease.Left));
        Assert.Equal(4, await bucket.LevelAsync(rule));
    }

    [Fact]
    public async Task Two_tenants_with_keys_of_one_name_have_two_limits()
    {
        var (first, second) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        var rule = new RateLimitRule(60, 1);

        Assert.Equal(1, (await _cluster.For(first).Get<IRateLimitBucketGrain>("key/abc").TakeAsync(rule, 1)).Granted);
        Assert.Equal(1, (await _cluster.For(second).Get<IRateLimitBucketGrain>("key/abc").TakeAsync(rule, 1)).Granted);
    }
}
