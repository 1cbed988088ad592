using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.RateLimits;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>A node's share of a quota, on fake time: two nodes are two gates.</summary>
[Trait("Control", "IN-8")]
public sealed class LeasedQuotaTests : IAsyncLifetime
{
    private static readonly UsageQuota Quota = new(1_000, null);

    private GrainCluster _cluster = null!;
    private TenantId _tenant;
    private LeasedQuota _node = null!;
    private LeasedQuota _other = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await GrainCluster.StartAsync();
        _tenant = await _cluster.GivenTenantAsync();
        (_node, _other) = (Node(), Node());
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        _other.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_day_ends_for_a_node_that_still_has_permits_and_they_go_back_to_that_day()
    {
        // Two seconds before midnight.
        _cluster.Clock.Advance(TimeSpan.FromSeconds(86_398));
        Assert.Null(await _node.TakeAsync(Quota, 1));
        Assert.Equal(15, await TodayAsync());

        _cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(_node.TryTake(Quota, 1));
        Assert.Null(await _node.TakeAsync(Quota, 1));
        var report = await ReportAsync();
        Assert.Equal([(new DateOnly(2026, 1, 1), 1L), (new DateOnly(2026, 1, 2), 15L)], report.Days.Select(day => (day.Day, day.Used)));
    }

    [Fact]
    public async Task A_day_that_is_used_up_says_until_when_and_the_next_one_serves_at_once()
    {
        _cluster.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(1_000, await ServedAsync(_node, 1_200));

        var refused = Assert.IsType<SpentLimit>(await _node.TakeAsync(Quota, 1));
        _cluster.Clock.Advance(TimeSpan.FromMinutes(59));
        var later = Assert.IsType<SpentLimit>(await _node.TakeAsync(Quota, 1));
        _cluster.Clock.Advance(later.RetryAfter!.Value);

        Assert.Equal((ProblemCode.QuotaExceeded, TimeSpan.FromHours(1), new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)), (refused.Code, refused.RetryAfter, refused.ResetsAt));
        Assert.Equal((TimeSpan.FromMinutes(1), "day"), (later.RetryAfter, later.Dimension.Name));
        Assert.Null(await _node.TakeAsync(Quota, 1));
    }

    [Fact]
    public async Task A_month_that_is_used_up_refuses_on_every_day_of_it()
    {
        var quota = new UsageQuota(null, 100);
        await _node.TakeAsync(quota, 100);
        _cluster.Clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromHours(23));

        var refused = Assert.IsType<SpentLimit>(await _node.TakeAsync(quota, 1));
        Assert.Equal(("month", TimeSpan.FromHours(1)), (refused.Dimension.Name, refused.RetryAfter));

        _cluster.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await _node.TakeAsync(quota, 1));
    }

    [Fact]
    public async Task Two_nodes_give_the_quota_once()
    {
        var served = await Task.WhenAll(ServedAsync(_node, 1_200), ServedAsync(_other, 1_200));

        Assert.Equal((1_000, 1_000L), (served.Sum(), await TodayAsync()));
    }

    [Fact]
    public async Task A_node_that_dies_loses_its_chunk_and_nothing_is_given_twice()
    {
        await _node.TakeAsync(Quota, 1);

        // It is gone with 14 permits that are on disk as used.
        var served = await ServedAsync(_other, 2_000);

        Assert.Equal((985, 1_000L), (served, await TodayAsync()));
    }

    [Fact]
    public async Task What_is_not_used_for_a_minute_goes_back_and_all_of_it_when_the_node_stops()
    {
        await _node.TakeAsync(Quota, 1);
        await _other.TakeAsync(Quota, 3);
        await _node.ReturnAsync(all: false);
        Assert.Equal(30, await TodayAsync());

        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await _node.ReturnAsync(all: false);
        Assert.Equal(16, await TodayAsync());

        await _other.ReturnAsync(all: true);
        await _other.ReturnAsync(all: true);
        Assert.Equal(4, await TodayAsync());
        Assert.False(_other.TryTake(Quota, 1));
    }

    [Fact]
    public async Task What_could_not_be_given_back_counts_as_used_and_is_not_used()
    {
        await _node.TakeAsync(Quota, 1);
        _cluster.Storage.FailWrite("usage-quota", _tenant);

        await Assert.ThrowsAnyAsync<Exception>(() => _node.ReturnAsync(all: true));
        await _node.ReturnAsync(all: true);

        Assert.Equal((15L, false), (await TodayAsync(), _node.TryTake(Quota, 1)));
    }

    [Fact]
    public async Task Another_quota_is_in_force_with_the_next_request_and_takes_the_old_share_back()
    {
        await _node.TakeAsync(Quota, 1);

        var refused = await _node.TakeAsync(new UsageQuota(1, null), 1);

        Assert.Equal((ProblemCode.QuotaExceeded, 1L), (refused?.Code, await TodayAsync()));
        Assert.Null(await _node.TakeAsync(new UsageQuota(2, null), 1));
    }

    [Fact]
    public async Task Permits_that_another_node_gave_back_are_found_after_two_seconds()
    {
        await _other.TakeAsync(new UsageQuota(130, null), 1);
        await ServedAsync(_node, 200, new UsageQuota(130, null));
        await _other.ReturnAsync(all: true);
        Assert.NotNull(await _node.TakeAsync(new UsageQuota(130, null), 1));

        _cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await _node.TakeAsync(new UsageQuota(130, null), 1));
    }

    [Fact]
    public async Task No_quota_that_can_be_asked_means_no_request_that_is_served()
    {
        _cluster.Storage.FailWrite("usage-quota", _tenant);

        await Assert.ThrowsAnyAsync<Exception>(async () => await _node.TakeAsync(Quota, 1));

        Assert.Equal(0, await TodayAsync());
    }

    private static async Task<int> ServedAsync(LeasedQuota node, int calls, UsageQuota? quota = null)
    {
        var served = 0;
        for (var i = 0; i < calls; i++)
        {
            served += await node.TakeAsync(quota ?? Quota, 1) is null ? 1 : 0;
        }

        return served;
    }

    private LeasedQuota Node() => new(new TenantGrains(_cluster.Unbound), _tenant, _cluster.Clock);

    private Task<UsageReport> ReportAsync() => _cluster.For(_tenant).The<IUsageQuotaGrain>().ReportAsync();

    private async Task<long> TodayAsync() => (await ReportAsync()).Today;
}
