using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>
/// Counts of the last <see cref="Kept"/> seconds, one slot for each, and windows over them that slide by the second: a window of 60 s is 60 whole seconds, wherever the minute begins.
/// Percentiles and levels are kept in steps of ten seconds. The memory is the same whatever happens.
/// </summary>
internal sealed class AlertWindow
{
    /// <summary>The longest window, and what may come late.</summary>
    public const int Kept = AlertRules.MaxWindowSeconds + 20;

    private readonly long[] _seconds = new long[Kept];
    private readonly SignalCounts[] _counts = new SignalCounts[Kept];
    private readonly LevelRing _levels = new();

    /// <summary>The newest second that has something; 0 when none has.</summary>
    public long Newest { get; private set; }

    /// <summary>Adds to a second. What is too old to be in any window is left out: false.</summary>
    public bool Add(long second, SignalCounts counts)
    {
        var slot = second % Kept;
        if (second <= Newest - Kept || _seconds[slot] > second)
        {
            return false;
        }

        if (_seconds[slot] != second)
        {
            (_seconds[slot], _counts[slot]) = (second, default);
        }

        _counts[slot] += counts;
        Newest = Math.Max(Newest, second);
        return true;
    }

    /// <summary>Adds latencies and sizes (bucket, count, bucket, count) and a level to a second.</summary>
    public void Add(long second, ReadOnlySpan<int> latency, ReadOnlySpan<int> size, int level) => _levels.Add(second, latency, size, level);

    /// <summary>Adds what was put aside before.</summary>
    public void Add(SignalSeries series)
    {
        foreach (var (at, counts) in series.Counts)
        {
            Add(at, counts);
        }

        foreach (var slot in series.Levels)
        {
            Add(slot.At, slot.Latency, slot.Size, slot.Level);
        }
    }

    /// <summary>All that is known of these seconds, both included; the first is the first of its step. Older ones than are kept would read as quiet.</summary>
    public SignalSeries Cut(long from, long to)
    {
        var counts = new List<CountSlot>();
        for (var second = from; second <= to; second++)
        {
            if (Of(second) is var counted && counted != default)
            {
                counts.Add(new CountSlot(second, counted));
            }
        }

        return new SignalSeries(counts, [.. _levels.All().Where(slot => slot.At >= from && slot.At <= to)]);
    }

    /// <summary>The window that ends with this second, seconds before <paramref name="countFrom"/> left out.</summary>
    public Measure At(long end, AlertSignal signal, int windowSeconds, long countFrom)
    {
        var from = Math.Max(end - windowSeconds + 1, countFrom);
        return !AlertRules.IsStepped(signal) ? Measure.Of(Sum(from, end), signal) : _levels.Read(signal, from, end);
    }

    /// <summary>Of the windows that end with one of these seconds, the first that is at least the threshold and has enough requests.</summary>
    public Measure? FirstBreach(long from, long to, AlertRuleDefinition rule, long countFrom)
    {
        if (AlertRules.IsStepped(rule.Signal))
        {
            return Breach(At(to, rule.Signal, rule.WindowSeconds, countFrom), rule);
        }

        // A window that ends before the first second that counts has nothing in it, and none of what is before may get into the sum.
        from = Math.Max(Math.Max(from, to - Kept), countFrom);
        if (from > to)
        {
            return null;
        }

        var sum = Sum(Math.Max(from - rule.WindowSeconds + 1, countFrom), from);
        for (var end = from; ; end++)
        {
            if (Breach(Measure.Of(sum, rule.Signal), rule) is { } breach)
            {
                return breach;
            }

            if (end >= to)
            {
                return null;
            }

            var leaves = end - rule.WindowSeconds + 1;
            sum += Of(end + 1) - (leaves >= countFrom ? Of(leaves) : default);
        }
    }

    public SignalCounts Of(long second) => second > 0 && _seconds[second % Kept] == second ? _counts[second % Kept] : default;

    /// <summary>The seconds that have something, oldest first.</summary>
    public IEnumerable<KeyValuePair<long, SignalCounts>> All()
    {
        for (var second = Math.Max(1, Newest - Kept + 1); second <= Newest; second++)
        {
            if (Of(second) is var counts && counts != default)
            {
                yield return new(second, counts);
            }
        }
    }

    private SignalCounts Sum(long from, long to)
    {
        var sum = default(SignalCounts);
        for (var second = Math.Max(from, to - Kept); second <= to; second++)
        {
            sum += Of(second);
        }

        return sum;
    }

    private static Measure? Breach(Measure measure, AlertRuleDefinition rule) =>
        measure.Value >= rule.Threshold && measure.Sample >= rule.MinimumSample ? measure : null;
}
