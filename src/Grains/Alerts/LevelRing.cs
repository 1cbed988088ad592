using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>Histograms of latency and size, and the highest level, in steps of ten seconds.</summary>
internal sealed class LevelRing
{
    private const int StepSeconds = AlertRules.StepSeconds;
    private const int Steps = (AlertWindow.Kept / StepSeconds) + 1;

    private readonly long[] _steps = new long[Steps];
    private readonly int[]?[] _latency = new int[Steps][];
    private readonly int[]?[] _size = new int[Steps][];
    private readonly int[] _level = new int[Steps];

    public void Add(long second, ReadOnlySpan<int> latency, ReadOnlySpan<int> size, int level)
    {
        var step = second / StepSeconds;
        var slot = step % Steps;
        if (_steps[slot] > step)
        {
            return;
        }

        if (_steps[slot] != step)
        {
            _steps[slot] = step;
            _latency[slot]?.AsSpan().Clear();
            _size[slot]?.AsSpan().Clear();
            _level[slot] = 0;
        }

        Add(ref _latency[slot], latency);
        Add(ref _size[slot], size);
        _level[slot] = Math.Max(_level[slot], level);
    }

    /// <summary>Over the steps that these seconds touch.</summary>
    public Measure Read(AlertSignal signal, long from, long to)
    {
        Span<long> sums = stackalloc long[SignalScale.Buckets];
        sums.Clear();
        var level = 0;
        for (var step = Math.Max(from, to - AlertWindow.Kept) / StepSeconds; step <= to / StepSeconds; step++)
        {
            var slot = step % Steps;
            if (_steps[slot] != step)
            {
                continue;
            }

            level = Math.Max(level, _level[slot]);
            foreach (var (bucket, count) in ((signal == AlertSignal.LatencyP95 ? _latency : _size)[slot] ?? []).Index())
            {
                sums[bucket] += count;
            }
        }

        return Measure.Of(sums, level, signal);
    }

    /// <summary>The steps that have something, oldest first.</summary>
    public IEnumerable<LevelSlot> All()
    {
        var newest = _steps.Max();
        for (var step = Math.Max(1, newest - Steps + 1); step <= newest; step++)
        {
            var slot = step % Steps;
            if (_steps[slot] == step && new LevelSlot(step * StepSeconds, Pairs(_latency[slot]), Pairs(_size[slot]), _level[slot]) is var kept && kept.Latency.Length + kept.Size.Length + kept.Level > 0)
            {
                yield return kept;
            }
        }
    }

    private static int[] Pairs(int[]? histogram) =>
        [.. (histogram ?? []).Index().Where(pair => pair.Item > 0).SelectMany(pair => new[] { pair.Index, pair.Item })];

    private static void Add(ref int[]? histogram, ReadOnlySpan<int> pairs)
    {
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            if (pairs[i] is >= 0 and < SignalScale.Buckets && pairs[i + 1] > 0)
            {
                (histogram ??= new int[SignalScale.Buckets])[pairs[i]] += pairs[i + 1];
            }
        }
    }
}
