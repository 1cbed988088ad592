using System.Buffers;
using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>A series as bytes: numbers of seven bits a byte, moments as distances from the one before. A quiet stretch takes next to nothing.</summary>
internal static class SignalSeriesCodec
{
    private const byte Version = 1;

    public static byte[] Write(SignalSeries series)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Number(buffer, Version);
        Number(buffer, series.Counts.Count);
        var before = 0L;
        foreach (var (at, counts) in series.Counts)
        {
            Number(buffer, at - before);
            Number(buffer, counts.AuthFailures);
            Number(buffer, counts.RateLimitViolations);
            Number(buffer, counts.Requests);
            Number(buffer, counts.Errors);
            before = at;
        }

        Number(buffer, series.Levels.Count);
        before = 0;
        foreach (var slot in series.Levels)
        {
            Number(buffer, slot.At - before);
            Number(buffer, slot.Level);
            Histogram(buffer, slot.Latency);
            Histogram(buffer, slot.Size);
            before = slot.At;
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Nothing reads as nothing happened.</summary>
    /// <exception cref="FormatException">These bytes are not ours.</exception>
    public static SignalSeries Read(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return SignalSeries.Empty;
        }

        if (Number(ref data) != Version)
        {
            throw new FormatException("These metrics are of a form that is not known.");
        }

        var counts = new CountSlot[Count(ref data)];
        var at = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            at += Number(ref data);
            counts[i] = new CountSlot(at, new SignalCounts(Number(ref data), Number(ref data), Number(ref data), Number(ref data)));
        }

        var levels = new LevelSlot[Count(ref data)];
        at = 0;
        for (var i = 0; i < levels.Length; i++)
        {
            at += Number(ref data);
            var level = (int)Number(ref data);
            levels[i] = new LevelSlot(at, Histogram(ref data), Histogram(ref data), level);
        }

        return new SignalSeries(counts, levels);
    }

    private static void Histogram(ArrayBufferWriter<byte> buffer, int[] pairs)
    {
        Number(buffer, pairs.Length / 2);
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            Number(buffer, pairs[i]);
            Number(buffer, pairs[i + 1]);
        }
    }

    private static int[] Histogram(ref ReadOnlySpan<byte> data)
    {
        var pairs = new int[2 * Count(ref data)];
        for (var i = 0; i < pairs.Length; i += 2)
        {
            pairs[i] = (int)Number(ref data);
            pairs[i + 1] = (int)Number(ref data);
            if (pairs[i] is < 0 or >= SignalScale.Buckets)
            {
                throw new FormatException("There is no such bucket.");
            }
        }

        return pairs;
    }

    // Every slot takes a byte or more, so a number above that is not a count of slots.
    private static int Count(ref ReadOnlySpan<byte> data) =>
        Number(ref data) is var count && count <= data.Length ? (int)count : throw new FormatException("These metrics are cut off.");

    private static void Number(ArrayBufferWriter<byte> buffer, long value)
    {
        var left = (ulong)value;
        var span = buffer.GetSpan(10);
        var length = 0;
        while (left >= 0x80)
        {
            span[length++] = (byte)(left | 0x80);
            left >>= 7;
        }

        span[length++] = (byte)left;
        buffer.Advance(length);
    }

    private static long Number(ref ReadOnlySpan<byte> data)
    {
        var value = 0UL;
        for (var i = 0; i < 10 && i < data.Length; i++)
        {
            value |= (ulong)(data[i] & 0x7f) << (7 * i);
            if (data[i] < 0x80)
            {
                data = data[(i + 1)..];
                return (long)(value & long.MaxValue);
            }
        }

        throw new FormatException("These metrics are cut off.");
    }
}
