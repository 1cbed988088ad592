using System.Numerics;

namespace Platform.Abstractions.Alerts;

/// <summary>
/// The one scale of all histograms, so that those of many nodes add up: four buckets for each doubling, from 64 units to about 67 million (a minute in
/// microseconds). A value is told to within a fifth.
/// </summary>
public static class SignalScale
{
    public const int Buckets = 80;
    private const int Unit = 6;

    public static int BucketOf(long value)
    {
        var units = Math.Max(0, value) >> Unit;
        if (units < 4)
        {
            return (int)units;
        }

        var octave = BitOperations.Log2((ulong)units);
        return Math.Min(Buckets - 1, ((octave - 1) * 4) + (int)((units >> (octave - 2)) & 3));
    }

    /// <summary>The first value that belongs to the bucket.</summary>
    public static long LowerBound(int bucket) => bucket < 4 ? (long)bucket << Unit : (4L + (bucket & 3)) << ((bucket >> 2) - 1 + Unit);

    /// <summary>The value that this share of all does not exceed, by its place in its bucket; 0 when there are none.</summary>
    /// <param name="counts">One for each bucket.</param>
    /// <param name="share">More than 0, at most 1.</param>
    public static long Percentile(ReadOnlySpan<long> counts, decimal share)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        var rank = (long)Math.Ceiling(total * share);
        for (var bucket = 0; bucket < counts.Length; rank -= counts[bucket], bucket++)
        {
            if (rank > 0 && rank <= counts[bucket])
            {
                var (from, to) = (LowerBound(bucket), LowerBound(bucket + 1));
                return from + ((to - from) * rank / counts[bucket]);
            }
        }

        return 0;
    }
}
