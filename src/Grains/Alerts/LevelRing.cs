using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>Histograms of latency and size, and the highest level, in steps of ten seconds.</summary>
internal sealed class LevelRing
{
    public const int StepSeconds = 10;
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

        if (signal == AlertSignal.MemoryUsage)
        {
            return new Measure(level, level);
        }

        long sample = 0;
        foreach (var count in sums)
        {
            sample += count;
        }

        var value = SignalScale.Percentile(sums, 0.95m);
        return new Measure(signal == AlertSignal.LatencyP95 ? value / 1000m : value, sample);
    }

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
