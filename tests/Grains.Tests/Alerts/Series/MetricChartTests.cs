using Platform.Abstractions.Alerts;
using Platform.Grains.Alerts;
using Platform.Grains.Alerts.Series;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts.Series;

[Trait("Control", "AL-6")]
public sealed class MetricChartTests
{
    [Fact]
    public void A_count_of_a_step_is_the_sum_of_its_seconds_and_quiet_is_zero()
    {
        var series = new SignalSeries([new(Start - 1, Failures(100)), new(Start, Failures(1)), new(Start + 9, Failures(2)), new(Start + 10, Failures(4))], []);

        Assert.Equal([3m, 4m, 0m], MetricChart.Points(series, AlertSignal.AuthFailures, Start, Start + 30, 10).Select(point => point.Value));
    }

    [Fact]
    public void A_share_of_no_requests_is_none()
    {
        var points = MetricChart.Points(new SignalSeries([new(Start, Requests(8, 1)), new(Start + 9, Requests(2, 0))], []), AlertSignal.ErrorRate, Start, Start + 20, 10);

        Assert.Equal([(10m, 10L), (null, 0L)], points.Select(point => (point.Value, point.Sample)));
    }

    [Fact]
    public void A_percentile_is_made_of_the_histograms_and_a_level_is_the_highest()
    {
        var (fast, slow) = (SignalScale.BucketOf(10_000), SignalScale.BucketOf(1_000_000));
        var series = new SignalSeries([], [new(Start, [fast, 90], [], 20), new(Start + 10, [fast, 4, slow, 6], [], 80)]);

        Assert.InRange(Assert.Single(MetricChart.Points(series, AlertSignal.LatencyP95, Start, Start + 60, 60)).Value!.Value, 800m, 1200m);
        Assert.Equal(80, Assert.Single(MetricChart.Points(series, AlertSignal.MemoryUsage, Start, Start + 60, 60)).Value);
    }

    [Theory]
    [InlineData(3_600, "s", 10)]
    [InlineData(24 * 3_600, "s", 300)]
    [InlineData(24 * 3_600, "m", 300)]
    [InlineData(7 * 24 * 3_600, "m", 3_600)]
    [InlineData(90 * 24 * 3_600, "h", 24 * 3_600)]
    public void A_chart_has_as_many_points_as_it_has_room_for(long seconds, string kind, int step) =>
        Assert.Equal(step, MetricChart.StepFor(seconds, SeriesTier.All.Single(tier => tier.Kind == kind)));
}
