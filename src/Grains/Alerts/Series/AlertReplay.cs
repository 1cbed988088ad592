using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts.Series;

/// <summary>
/// Lets the past pass before a rule, second by second, and looks at it as the grain does live (<see cref="AlertRound"/>): whatever fired live over the same counts fires here, at the same second.
/// Where only minutes are known, their ends are looked at.
/// </summary>
internal sealed class AlertReplay
{
    private readonly AlertRuleDefinition _rule;
    private readonly AlertWindow _window = new();
    private readonly long _from;
    private readonly long _to;
    private readonly int _step;
    private AlertRuleState _book;
    private long _heard;

    /// <param name="rule">Taken as enabled.</param>
    /// <param name="from">The first second that is looked at. Give it at least <see cref="Before"/> seconds more, so that the first window is whole.</param>
    /// <param name="to">The last second.</param>
    /// <param name="step">1, or 60 where only minutes are known.</param>
    public AlertReplay(AlertRuleDefinition rule, long from, long to, int step)
    {
        (_rule, _from, _to, _step) = (rule with { Enabled = true }, from, to, step);
        _book = new AlertRuleState { Rules = [_rule] };
    }

    /// <summary>What happened so many seconds before can still be in a window.</summary>
    public const int Before = AlertWindow.Kept;

    /// <summary>So many times it fired.</summary>
    public long Fired => _book.Alerts;

    /// <summary>Oldest first, the latest of them.</summary>
    public IReadOnlyList<AlertView> Alerts => _book.Kept;

    /// <summary>Lets the next piece pass.</summary>
    /// <param name="series">All of it; pieces come in the order of time.</param>
    /// <param name="start">Its first second.</param>
    /// <param name="end">Its last second.</param>
    public void Pass(SignalSeries series, long start, long end)
    {
        var (counts, levels) = (0, 0);
        var first = _step == 1 ? start : start / _step * _step + _step - 1;
        for (var second = first; second <= Math.Min(end, _to); second = Next(series, counts, levels, second))
        {
            for (; counts < series.Counts.Count && series.Counts[counts].At <= second; counts++)
            {
                // A minute is known as a whole when it is over.
                _window.Add(second, series.Counts[counts].Counts);
                _heard = second;
            }

            for (; levels < series.Levels.Count && series.Levels[levels].At <= second; levels++)
            {
                var slot = series.Levels[levels];
                _window.Add(second, slot.Latency, slot.Size, slot.Level);
                _heard = second;
            }

            if (second >= _from)
            {
                var now = second + (_step == 1 || AlertRules.IsCount(_rule.Signal) ? 0 : AlertRules.LateSeconds);
                _book = AlertRound.Look(_book, [_rule], _window, now - AlertRules.LateSeconds, DateTimeOffset.FromUnixTimeSeconds(now)) with { News = [] };
            }
        }
    }

    // While nothing fires and nothing is in any window, nothing can begin to fire: the next moment of interest is the next count.
    private long Next(SignalSeries series, int counts, int levels, long second)
    {
        if (second - _heard <= _rule.WindowSeconds + (2 * AlertRules.StepSeconds) || AlertBook.Firing(_book, _rule.Name) is not null)
        {
            return second + _step;
        }

        var next = Math.Min(counts < series.Counts.Count ? series.Counts[counts].At : long.MaxValue - _step, levels < series.Levels.Count ? series.Levels[levels].At : long.MaxValue - _step);
        return _step == 1 ? Math.Max(next, second + 1) : Math.Max(next / _step * _step, second + 1) + _step - 1;
    }
}
