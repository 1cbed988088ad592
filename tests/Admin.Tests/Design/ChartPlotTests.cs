using Platform.Admin.Components.Design;

namespace Platform.Admin.Tests.Design;

public sealed class ChartPlotTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(47, 50)]
    [InlineData(120, 200)]
    [InlineData(0.3, 0.4)]
    public void The_upper_edge_is_a_round_number_at_or_above_all_values(double highest, double edge) =>
        Assert.Equal(edge, new ChartPlot(1, [new ChartSeries("a", "accent", [highest])], null).Top, 6);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    [InlineData(47, 50)]
    public void The_middle_of_an_axis_of_counts_is_whole(double highest, double edge) =>
        Assert.Equal(edge, new ChartPlot(1, [new ChartSeries("a", "accent", [highest])], null, counts: true).Top);

    [Fact]
    public void A_threshold_is_always_on_the_canvas() => Assert.Equal(100, new ChartPlot(1, [new ChartSeries("a", "accent", [3])], new ChartThreshold(100, "limit")).Top);

    [Fact]
    public void A_line_is_broken_where_nothing_is_known()
    {
        var series = new ChartSeries("a", "accent", [1, null, 1, 0]);
        Assert.Equal(["75,0", "375,0 525,120"], new ChartPlot(4, [series], null).Lines(series));
    }
}
