using Platform.Abstractions.Alerts;

namespace Platform.Admin.Components.Pages.Alerts;

/// <summary>A metric as a rule sees it, in as many points as a chart has room for.</summary>
internal static class MetricPoints
{
    /// <summary>Most of one answer of REST, which counts a step that was begun, too.</summary>
    public const int OfOneAnswer = MetricRules.MaxPoints - 100;

    /// <summary>Most that are fetched.</summary>
    private const int Most = 2 * OfOneAnswer;

    /// <summary>
    /// The step to ask for: the rule's window where it fits, so that each point is a window; else the next one that does.
    /// </summary>
    public static int StepFor(TimeSpan range, int windowSeconds)
    {
        var least = Math.Max(windowSeconds, (int)Math.Ceiling(range.TotalSeconds / Most));
        var unit = range < MetricRules.BySecond ? MetricRules.FinestStep : range < MetricRules.ByMinute ? 60 : 3600;
        return (least + unit - 1) / unit * unit;
    }

    /// <summary>Counts of a longer step are told by the window; shares and percentiles are what they are.</summary>
    public static decimal? PerWindow(AlertSignal signal, decimal? value, int stepSeconds, int windowSeconds) =>
        AlertRules.IsCount(signal) ? value * windowSeconds / stepSeconds : value;

    /// <summary>At most so many points; each has the highest value of those in its place, so that no peak is lost.</summary>
    public static IReadOnlyList<(DateTimeOffset At, decimal? Value)> Thin(IReadOnlyList<(DateTimeOffset At, decimal? Value)> points, int most)
    {
        var each = (points.Count + most - 1) / most;
        return each <= 1 ? points : [.. points.Chunk(each).Select(chunk => (chunk[0].At, chunk.Max(point => point.Value)))];
    }
}
