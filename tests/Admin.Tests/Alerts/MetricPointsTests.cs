using Platform.Abstractions.Alerts;
using Platform.Admin.Components.Pages.Alerts;

namespace Platform.Admin.Tests.Alerts;

public sealed class MetricPointsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 60, 60)]
    [InlineData(1, 45, 50)]
    [InlineData(24, 60, 60)]
    [InlineData(24, 300, 300)]
    [InlineData(168, 60, 3600)]
    public void A_point_is_a_window_where_that_fits(int hours, int window, int step) => Assert.Equal(step, MetricPoints.StepFor(TimeSpan.FromHours(hours), window));

    [Theory]
    [InlineData(AlertSignal.AuthFailures, 120, 60, 30)]
    [InlineData(AlertSignal.ErrorRate, 120, 60, 60)]
    public void Counts_of_longer_steps_are_told_by_the_window(AlertSignal signal, int step, int value, int told) =>
        Assert.Equal(told, MetricPoints.PerWindow(signal, value, step, 60));

    [Fact]
    public void Thinning_keeps_the_peaks_and_the_gaps()
    {
        (DateTimeOffset, decimal?)[] points = [(Noon, 1), (Noon.AddMinutes(1), 9), (Noon.AddMinutes(2), null), (Noon.AddMinutes(3), null), (Noon.AddMinutes(4), 2)];
        Assert.Equal([(Noon, 9m), (Noon.AddMinutes(2), null), (Noon.AddMinutes(4), 2m)], MetricPoints.Thin(points, 3));
    }
}
