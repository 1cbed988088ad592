using CsCheck;
using Platform.Abstractions.Alerts;
using Platform.Grains.Alerts;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class AlertWindowTests
{
    private readonly AlertWindow _window = new();

    [Fact]
    public void A_window_is_as_many_whole_seconds_as_it_says_wherever_the_minute_begins()
    {
        _window.Add(Start + 59, Failures(1));
        _window.Add(Start + 60, Failures(9));

        Assert.Equal(10, Count(Start + 60));
        Assert.Equal(10, Count(Start + 59 + 59));
        Assert.Equal(9, Count(Start + 59 + 60));
        Assert.Equal(0, Count(Start + 60 + 60));
    }

    [Fact]
    public void What_comes_late_lands_in_the_second_in_which_it_happened()
    {
        _window.Add(Start + 5, Failures(1));
        Assert.True(_window.Add(Start, Failures(2)));

        Assert.Equal((2, 1), (_window.Of(Start).AuthFailures, _window.Of(Start + 5).AuthFailures));
    }

    [Fact]
    public void What_is_older_than_every_window_is_left_out_and_changes_nothing()
    {
        _window.Add(Start, Failures(1));

        Assert.False(_window.Add(Start - AlertWindow.Kept, Failures(100)));
        Assert.Equal(1, Count(Start, AlertRules.MaxWindowSeconds));
        Assert.Single(_window.All());
    }

    [Fact]
    public void A_rate_is_exact_to_the_request()
    {
        _window.Add(Start, Requests(1000, 49));
        Assert.Equal(4.9m, _window.At(Start, AlertSignal.ErrorRate, 60, 0).Value);

        _window.Add(Start, new SignalCounts(0, 0, 0, 1));
        Assert.Equal(5.0m, _window.At(Start, AlertSignal.ErrorRate, 60, 0).Value);
    }

    [Fact]
    public void A_percentile_adds_up_over_nodes_and_seconds_and_is_true_to_a_fifth()
    {
        _window.Add(Start, [SignalScale.BucketOf(10_000), 90], [], 0);
        _window.Add(Start + 30, [SignalScale.BucketOf(10_000), 4, SignalScale.BucketOf(1_000_000), 6], [], 0);

        var (value, sample) = _window.At(Start + 30, AlertSignal.LatencyP95, 60, 0);
        Assert.Equal(100, sample);
        Assert.InRange(value, 800m, 1200m);
        Assert.InRange(_window.At(Start + 29, AlertSignal.LatencyP95, 30, 0).Value, 8m, 12m);
    }

    [Fact]
    public void A_level_is_the_highest_of_all_nodes()
    {
        _window.Add(Start, [], [], 91);
        _window.Add(Start + 1, [], [], 20);

        Assert.Equal(91, _window.At(Start + 20, AlertSignal.MemoryUsage, 60, 0).Value);
        Assert.Equal(0, _window.At(Start + 200, AlertSignal.MemoryUsage, 60, 0).Value);
    }

    [Theory]
    [InlineData(new[] { -1, 5, 80, 5, 3, -7, 3 })]
    [InlineData(new[] { int.MaxValue, int.MaxValue })]
    public void A_histogram_that_no_node_of_ours_sends_does_no_harm(int[] pairs)
    {
        _window.Add(Start, pairs, pairs, 0);

        Assert.Equal(0, _window.At(Start, AlertSignal.LatencyP95, 60, 0).Sample);
    }

    [Fact]
    public void Sums_agree_with_a_list_of_all_events_whatever_their_order()
    {
        var events = Gen.Select(Gen.Int[0, 400], Gen.Int[0, 3]).Array[0, 200];
        Gen.Select(events, Gen.Int[10, 300], Gen.Int[0, 3], Gen.Int[-20, 3]).Sample((all, width, threshold, resolved) =>
        {
            var window = new AlertWindow();
            var kept = all.Where(one => window.Add(Start + one.Item1, Failures(one.Item2))).ToArray();
            var newest = window.Newest;
            if (newest == 0)
            {
                return;
            }

            var rule = Rule(AlertSignal.AuthFailures, threshold + 1, width);
            long Slow(long end) => kept.Where(one => Start + one.Item1 <= end && Start + one.Item1 > end - width && Start + one.Item1 > newest - AlertWindow.Kept).Sum(one => one.Item2);
            for (var end = newest - 15; end <= newest; end++)
            {
                Assert.Equal(Slow(end), window.At(end, AlertSignal.AuthFailures, width, 0).Value);
            }

            var first = Enumerable.Range(-15, 16).Select(offset => newest + offset).Where(end => Slow(end) > threshold).Select(end => (decimal?)Slow(end)).FirstOrDefault();
            Assert.Equal(first, window.FirstBreach(newest - 15, newest, rule, 0)?.Value);

            // What was before somebody resolved it counts in no window.
            var countFrom = newest + resolved;
            long SlowFrom(long end) => kept.Where(one => Start + one.Item1 >= countFrom && Start + one.Item1 <= end && Start + one.Item1 > end - width).Sum(one => one.Item2);
            var anew = Enumerable.Range(-15, 16).Select(offset => newest + offset).Where(end => SlowFrom(end) > threshold).Select(end => (decimal?)SlowFrom(end)).FirstOrDefault();
            Assert.Equal(anew, window.FirstBreach(newest - 15, newest, rule, countFrom)?.Value);
        });
    }

    private decimal Count(long end, int width = 60) => _window.At(end, AlertSignal.AuthFailures, width, 0).Value;
}
