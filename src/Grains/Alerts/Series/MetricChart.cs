using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts.Series;

/// <summary>Draws a series in equal steps.</summary>
internal static class MetricChart
{
    private static readonly int[] Steps = [10, 30, 60, 300, 900, 3_600, 4 * 3_600, 24 * 3_600];

    /// <summary>About as many as a chart has room for.</summary>
    private const int Wanted = 360;

    /// <summary>A step that gives a chart's worth of points and is kept so long.</summary>
    public static int StepFor(long seconds, SeriesTier tier) => Array.Find(Steps, step => step >= tier.FinestStep && seconds / step <= Wanted) is > 0 and var found ? found : Steps[^1];

    /// <param name="series">Slots no longer than the step, oldest first.</param>
    /// <param name="signal">What is measured.</param>
    /// <param name="from">A multiple of the step.</param>
    /// <param name="to">Not included.</param>
    /// <param name="step">In seconds.</param>
    public static MetricPoint[] Points(SignalSeries series, AlertSignal signal, long from, long to, int step)
    {
        var points = new MetricPoint[(to - from + step - 1) / step];
        var (counts, levels) = (0, 0);
        Span<long> sums = stackalloc long[SignalScale.Buckets];
        for (var i = 0; i < points.Length; i++)
        {
            var end = from + ((i + 1L) * step);
            var (counted, level) = (default(SignalCounts), 0);
            for (; counts < series.Counts.Count && series.Counts[counts].At < end; counts++)
            {
                counted += series.Counts[counts].At >= from ? series.Counts[counts].Counts : default;
            }

            sums.Clear();
            for (; levels < series.Levels.Count && series.Levels[levels].At < end; levels++)
            {
                if (series.Levels[levels] is var slot && slot.At >= from)
                {
                    SignalSeries.AddTo(sums, signal == AlertSignal.LatencyP95 ? slot.Latency : slot.Size);
                    level = Math.Max(level, slot.Level);
                }
            }

            var measure = AlertRules.IsStepped(signal) ? Measure.Of(sums, level, signal) : Measure.Of(counted, signal);
            points[i] = new MetricPoint(
                DateTimeOffset.FromUnixTimeSeconds(end - step),
                measure.Sample == 0 && !AlertRules.IsCount(signal) ? null : decimal.Round(measure.Value, 3),
                measure.Sample);
        }

        return points;
    }
}
