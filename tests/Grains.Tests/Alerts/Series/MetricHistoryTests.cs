using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Alerts.Series;
using Platform.Testing;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts.Series;

[Collection(OnTheCluster.Name), Trait("Control", "AL-6")]
public sealed class MetricHistoryTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly Guid _node = Guid.NewGuid();
    private long _sequence;

    [Fact]
    public async Task What_fired_live_is_what_the_back_test_finds()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var began = _cluster.Clock.GetUtcNow();
        for (var second = 0; second < 900; second++)
        {
            await ReportAsync(tenant, Second(failures: second is >= 60 and < 63 or >= 500 and < 520 ? 4 : 0, requests: 2, errors: second is >= 300 and < 310 ? 1 : 0));
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var live = await Rules(tenant).AlertsAsync(null, null, 100);
        Assert.Equal(3, live.Length);
        foreach (var rule in new[] { "auth-failures", "error-rate" })
        {
            var test = await BackTestAsync(tenant, rule, began);
            Assert.True(test.Exact);
            Assert.Equal(
                live.Where(alert => alert.Rule == rule).Reverse().Select(alert => (alert.FiredAt.ToUnixTimeSeconds(), alert.ResolvedAt?.ToUnixTimeSeconds(), alert.Value, decimal.Round(alert.Peak, 3))),
                test.Alerts.Select(alert => (alert.FiredAt.ToUnixTimeSeconds(), alert.ResolvedAt?.ToUnixTimeSeconds(), alert.Value, alert.Peak)));
            Assert.Equal(live.Count(alert => alert.Rule == rule), test.Fired);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task What_happened_just_now_is_in_what_is_read_until_now(int second)
    {
        var tenant = await _cluster.GivenTenantAsync();
        var moment = TimeSpan.FromSeconds(second) + TimeSpan.FromMilliseconds(500);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(20) + moment - TimeSpan.FromTicks(Now.UtcTicks % TimeSpan.FromSeconds(10).Ticks));
        await ReportAsync(tenant, Second(failures: 3));

        Assert.Equal(3, (await ReadAsync(tenant, AlertSignal.AuthFailures, Now.AddMinutes(-5), Now, 10)).Sum(point => point.Value));
    }

    [Fact]
    public async Task A_rule_that_is_not_there_yet_is_tested_and_nothing_fires()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await ReportAsync(tenant, Second(failures: 5));

        var test = await _cluster.For(tenant).The<IMetricHistoryGrain>().BackTestAsync(new BackTestRule(
            "new", new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 5 }, Now.AddHours(-1), Now, await Rules(tenant).RecentAsync())).Value();
        Assert.Equal((1, 5m), (test.Fired, Assert.Single(test.Alerts).Value));
        Assert.Empty(await Rules(tenant).AlertsAsync(null, null, 100));
    }

    [Fact]
    public async Task A_series_is_by_ten_seconds_first_and_by_minutes_and_hours_later()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var at = Now;
        await ReportAsync(tenant, Second(failures: 3, requests: 10));
        Assert.Equal(3, (await ReadAsync(tenant, AlertSignal.AuthFailures, at, at.AddSeconds(30), 10)).Sum(point => point.Value));

        await StoredAsync(tenant, at);
        _cluster.Clock.Advance(TimeSpan.FromHours(30));
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, at, at.AddMinutes(5), 10).Refusal());
        Assert.Equal(3, (await ReadAsync(tenant, AlertSignal.AuthFailures, at, at.AddMinutes(5), 60)).Sum(point => point.Value));

        _cluster.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, at, at.AddHours(2), 60).Refusal());
        Assert.Equal(3, (await ReadAsync(tenant, AlertSignal.AuthFailures, at.AddHours(-1), at.AddHours(2), 3_600)).Sum(point => point.Value));

        _cluster.Clock.Advance(TimeSpan.FromDays(90));
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, at, at.AddHours(2), 3_600).Refusal());
    }

    [Fact]
    public async Task Counts_and_percentiles_survive_a_silo_that_stops()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var at = Now;
        await ReportAsync(tenant, Second(failures: 3, requests: 10) with { Latency = [SignalScale.BucketOf(50_000), 10] });
        await _cluster.DeactivateAsync(Rules(tenant));

        Assert.Equal(3, (await ReadAsync(tenant, AlertSignal.AuthFailures, at, at.AddSeconds(30), 10)).Sum(point => point.Value));
        Assert.Equal(10, (await ReadAsync(tenant, AlertSignal.LatencyP95, at, at.AddSeconds(30), 10)).Sum(point => point.Sample));

        // Much later, and with new counts in the places of the old: they were put aside before.
        _cluster.Clock.Advance(TimeSpan.FromMinutes(30));
        await ReportAsync(tenant, Second(failures: 1));
        Assert.Equal(3, (await ReadAsync(tenant, AlertSignal.AuthFailures, at, at.AddSeconds(30), 10)).Sum(point => point.Value));
    }

    [Fact]
    public async Task A_silo_that_is_lost_takes_ten_seconds_of_good_requests_with_it_at_most_and_no_failure()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var at = Now;
        for (var second = 0; second < 60; second++)
        {
            await ReportAsync(tenant, Second(requests: 1, failures: second == 45 ? 1 : 0) with { Latency = [SignalScale.BucketOf(50_000), 1] });
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Its memory is gone and its last writes are not on disk.
        _cluster.Storage.FailWrite("alert-rule", tenant);
        await _cluster.DeactivateAsync(Rules(tenant));

        Assert.Equal(1, (await ReadAsync(tenant, AlertSignal.AuthFailures, at, Now, 10)).Sum(point => point.Value));
        Assert.InRange((await ReadAsync(tenant, AlertSignal.ErrorRate, at, Now, 10)).Sum(point => point.Sample), 50, 60);
        Assert.InRange((await ReadAsync(tenant, AlertSignal.LatencyP95, at, Now, 10)).Sum(point => point.Sample), 50, 60);
    }

    [Fact]
    public async Task A_row_that_could_not_be_written_is_written_later()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var at = Now;
        _cluster.Storage.FailWrite("metric-block", tenant, SeriesTier.Seconds.KeyOf(at.ToUnixTimeSeconds()));
        await ReportAsync(tenant, Second(failures: 3));

        await StoredAsync(tenant, at);
    }

    [Fact]
    public async Task A_question_without_bounds_has_an_answer_with_some()
    {
        var tenant = await _cluster.GivenTenantAsync();
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, Now.AddHours(-20), Now, 10).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, Now.AddHours(-1), Now, 7).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, Now.AddDays(1), Now.AddDays(2), null).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, Now, Now, null).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, Now.AddHours(-1), Now, 2_147_483_630).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Asked(tenant, AlertSignal.AuthFailures, Now.AddHours(-1), Now, MetricRules.LongestStep + MetricRules.FinestStep).Refusal());
        Assert.InRange((await ReadAsync(tenant, AlertSignal.AuthFailures, Now.AddHours(-1), Now, MetricRules.LongestStep)).Length, 1, 2);
        foreach (var days in new[] { 1, 7, 89 })
        {
            Assert.InRange((await ReadAsync(tenant, AlertSignal.ErrorRate, Now.AddDays(-days), Now.AddDays(5), null)).Length, 80, MetricRules.MaxPoints);
        }
    }

    [Fact]
    public async Task A_test_of_a_time_that_is_not_kept_is_refused()
    {
        var tenant = await _cluster.GivenTenantAsync();
        Assert.Equal(ProblemCode.InvalidParams, await Tested(tenant, Now.AddDays(-8), Now, 60).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Tested(tenant, Now.AddDays(-2), Now, 90).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Tested(tenant, Now, Now.AddDays(-1), 60).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Tested(tenant, Now, Now.AddDays(1), 60).Refusal());
        Assert.False((await Tested(tenant, Now.AddDays(-2), Now, 120).Value()).Exact);
        Assert.True((await Tested(tenant, Now.AddDays(-1), Now, 90).Value()).Exact);
    }

    [Fact]
    public async Task A_tenants_past_is_its_own()
    {
        var (tenant, other) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        await ReportAsync(tenant, Second(failures: 3));

        Assert.Equal(0, (await ReadAsync(other, AlertSignal.AuthFailures, Now.AddMinutes(-5), Now.AddSeconds(1), 10)).Sum(point => point.Value));
    }

    private DateTimeOffset Now => _cluster.Clock.GetUtcNow();

    private IAlertRuleGrain Rules(TenantId tenant) => _cluster.For(tenant).The<IAlertRuleGrain>();

    private Task ReportAsync(TenantId tenant, SignalSecond second) => Rules(tenant).ReportAsync(Batch(_node, ++_sequence, second));

    private async Task<BackTestView> BackTestAsync(TenantId tenant, string name, DateTimeOffset from)
    {
        var rule = (await Rules(tenant).GetAsync(name).Value());
        var command = new PutAlertRule { Signal = rule.Signal, Threshold = rule.Threshold, WindowSeconds = rule.WindowSeconds, MinimumSample = rule.MinimumSample, ResolveBelow = rule.ResolveBelow, ResolveAfterWindows = rule.ResolveAfterWindows };
        return await _cluster.For(tenant).The<IMetricHistoryGrain>().BackTestAsync(new BackTestRule(name, command, from, Now, await Rules(tenant).RecentAsync())).Value();
    }

    private async Task<Result<BackTestView>> Tested(TenantId tenant, DateTimeOffset from, DateTimeOffset to, int window) =>
        await _cluster.For(tenant).The<IMetricHistoryGrain>().BackTestAsync(
            new BackTestRule("new", new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 5, WindowSeconds = window }, from, to, await Rules(tenant).RecentAsync()));

    private async Task<Result<MetricSeriesView>> Asked(TenantId tenant, AlertSignal signal, DateTimeOffset from, DateTimeOffset to, int? step) =>
        await _cluster.For(tenant).The<IMetricHistoryGrain>().ReadAsync(new ReadMetric(signal, from, to, step, await Rules(tenant).RecentAsync()));

    private async Task<MetricPoint[]> ReadAsync(TenantId tenant, AlertSignal signal, DateTimeOffset from, DateTimeOffset to, int? step) =>
        (await Asked(tenant, signal, from, to, step).Value()).Points;

    /// <summary>Lets time pass until the hour of this moment, and its minutes, are in their rows.</summary>
    private async Task StoredAsync(TenantId tenant, DateTimeOffset at)
    {
        foreach (var tier in SeriesTier.All)
        {
            var block = _cluster.For(tenant).Get<IMetricBlockGrain>(tier.KeyOf(at.ToUnixTimeSeconds()));
            Assert.NotEmpty(await GrainCluster.EventuallyAsync(
                () =>
                {
                    _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                    return block.ReadAsync();
                },
                data => data.Length > 0));
        }
    }
}
