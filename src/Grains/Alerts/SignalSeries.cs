using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>Counts of a second, or of a longer step.</summary>
internal readonly record struct CountSlot(long At, SignalCounts Counts);

/// <summary>Latencies and sizes (bucket, count, bucket, count; buckets upwards) and the highest level of a step that begins at <paramref name="At"/>.</summary>
internal sealed record LevelSlot(long At, int[] Latency, int[] Size, int Level);

/// <summary>What happened in a stretch of time: slots that have something, oldest first. Nothing is changed in place.</summary>
internal sealed class SignalSeries(IReadOnlyList<CountSlot> counts, IReadOnlyList<LevelSlot> levels)
{
    public static readonly SignalSeries Empty = new([], []);

    public IReadOnlyList<CountSlot> Counts { get; } = counts;

    public IReadOnlyList<LevelSlot> Levels { get; } = levels;

    public bool IsEmpty => Counts.Count == 0 && Levels.Count == 0;

    /// <summary>Slots that begin between these seconds, both included.</summary>
    public SignalSeries Between(long from, long to) =>
        new([.. Counts.Where(slot => slot.At >= from && slot.At <= to)], [.. Levels.Where(slot => slot.At >= from && slot.At <= to)]);

    /// <summary>With <paramref name="part"/> in the place of what began between these seconds.</summary>
    public SignalSeries Replaced(long from, long to, SignalSeries part)
    {
        var cut = part.Between(from, to);
        return new(
            [.. Counts.Where(slot => slot.At < from), .. cut.Counts, .. Counts.Where(slot => slot.At > to)],
            [.. Levels.Where(slot => slot.At < from), .. cut.Levels, .. Levels.Where(slot => slot.At > to)]);
    }

    /// <summary>Followed by a later one.</summary>
    public SignalSeries Then(SignalSeries later) => IsEmpty ? later : later.IsEmpty ? this : new([.. Counts, .. later.Counts], [.. Levels, .. later.Levels]);

    /// <summary>The same in longer steps.</summary>
    public SignalSeries Folded(int step)
    {
        var longer = new List<CountSlot>();
        foreach (var slot in Counts)
        {
            var at = slot.At / step * step;
            if (longer.Count > 0 && longer[^1].At == at)
            {
                longer[^1] = new CountSlot(at, longer[^1].Counts + slot.Counts);
            }
            else
            {
                longer.Add(slot with { At = at });
            }
        }

        return new SignalSeries(longer, [.. Levels.GroupBy(slot => slot.At / step * step).Select(group => Folded(group.Key, [.. group]))]);
    }

    private static LevelSlot Folded(long at, LevelSlot[] slots) =>
        new(at, Pairs(slots, slot => slot.Latency), Pairs(slots, slot => slot.Size), slots.Max(slot => slot.Level));

    private static int[] Pairs(LevelSlot[] slots, Func<LevelSlot, int[]> histogram)
    {
        Span<long> sums = stackalloc long[SignalScale.Buckets];
        sums.Clear();
        foreach (var slot in slots)
        {
            AddTo(sums, histogram(slot));
        }

        var pairs = new List<int>();
        for (var bucket = 0; bucket < sums.Length; bucket++)
        {
            if (sums[bucket] > 0)
            {
                pairs.AddRange([bucket, (int)Math.Min(int.MaxValue, sums[bucket])]);
            }
        }

        return [.. pairs];
    }

    public static void AddTo(Span<long> sums, int[] pairs)
    {
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            sums[pairs[i]] += pairs[i + 1];
        }
    }
}
