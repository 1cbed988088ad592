using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Testing;

namespace Platform.Grains.Tests.RateLimits;

[Collection(OnTheCluster.Name), Trait("Control", "IN-8")]
public sealed class UsageQuotaGrainTests(SharedCluster shared)
{
    private static readonly UsageQuota Quota = new(1_000, 5_000);
    private static readonly QuotaLeaseRequest One = new(1, 0, default);

    private readonly GrainCluster _cluster = shared.Cluster;

    [Fact]
    public async Task What_was_leased_is_counted_once_by_the_next_activation()
    {
        var quota = _cluster.For(await _cluster.GivenTenantAsync()).The<IUsageQuotaGrain>();
        var lease = await quota.LeaseAsync(Quota, One);
        await _cluster.DeactivateAsync(quota);

        var report = await quota.ReportAsync();

        Assert.Equal((15, 15L, 15L), (lease.Granted, report.Today, report.ThisMonth));
    }

    [Fact]
    public async Task Two_silos_share_one_quota_to_the_last_permit()
    {
        var tenant = await _cluster.GivenTenantAsync();

        var leases = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => _cluster.For(tenant, silo: i % 2).The<IUsageQuotaGrain>().LeaseAsync(new UsageQuota(300, null), One)));

        Assert.Equal(300, leases.Sum(lease => lease.Granted));
    }

    [Fact]
    public async Task A_lease_that_could_not_be_written_is_not_given_and_not_counted()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var quota = _cluster.For(tenant).The<IUsageQuotaGrain>();
        _cluster.Storage.FailWrite("usage-quota", tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => quota.LeaseAsync(Quota, One));

        Assert.Equal(0, (await quota.ReportAsync()).Today);
        Assert.Equal(15, (await quota.LeaseAsync(Quota, One)).Granted);
    }

    [Fact]
    public async Task A_refusal_writes_nothing()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var quota = _cluster.For(tenant).The<IUsageQuotaGrain>();
        await quota.LeaseAsync(Quota, One with { Least = 1_000 });
        _cluster.Storage.FailWrite("usage-quota", tenant);

        Assert.Equal(0, (await quota.LeaseAsync(Quota, One)).Granted);
    }

    [Fact]
    public async Task What_comes_back_is_kept_and_can_be_leased_again()
    {
        var quota = _cluster.For(await _cluster.GivenTenantAsync()).The<IUsageQuotaGrain>();
        var lease = await quota.LeaseAsync(Quota, One with { Least = 1_000 });

        await quota.ReturnAsync(lease.Day, 30);
        await _cluster.DeactivateAsync(quota);
        var again = await quota.LeaseAsync(Quota, new QuotaLeaseRequest(40, 10, lease.Day));

        Assert.Equal((40, 0L), (again.Granted, again.Left));
    }

    [Fact]
    public async Task Tenants_have_quotas_of_their_own()
    {
        var (first, second) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        await _cluster.For(first).The<IUsageQuotaGrain>().LeaseAsync(Quota, One with { Least = 1_000 });

        Assert.Equal(15, (await _cluster.For(second).The<IUsageQuotaGrain>().LeaseAsync(Quota, One)).Granted);
    }
}
