using System.Buffers;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// "uniqueItems" in O(n log n): items are sorted by a keyed hash, and only neighbors of equal hash are compared.
/// </summary>
internal static class UniqueValues
{
    private const int OnStack = 64;

    /// <summary>The reader is a copy that stands on "[".</summary>
    public static bool Check(Utf8JsonReader reader, ref SchemaRun run)
    {
        var count = Count(reader, ref run);
        if (count < 2 || run.Aborted)
        {
            return !run.Aborted;
        }

        if (count <= OnStack)
        {
            return Check(reader, stackalloc ulong[OnStack], ref run);
        }

        var rented = ArrayPool<ulong>.Shared.Rent(count);
        try
        {
            return Check(reader, rented, ref run);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    private static bool Check(Utf8JsonReader reader, scoped Span<ulong> room, ref SchemaRun run)
    {
        var array = reader;
        var count = 0;
        while (!run.Aborted && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (uint)(reader.TokenStartIndex - array.TokenStartIndex);
            room[count++] = ((ulong)JsonEquality.Hash(ref reader, ref run) << 32) | start;
        }

        var items = room[..count];
        items.Sort();
        for (var i = 1; i < items.Length && !run.Aborted; i++)
        {
            for (var j = i - 1; j >= 0 && items[j] >> 32 == items[i] >> 32 && !run.Aborted; j--)
            {
                if (AreEqual(array, (uint)items[j], (uint)items[i], ref run))
                {
                    return false;
                }
            }
        }

        return !run.Aborted;
    }

    private static bool AreEqual(Utf8JsonReader array, uint first, uint second, ref SchemaRun run)
    {
        var left = run.ReaderAt(array.TokenStartIndex + first);
        var right = run.ReaderAt(array.TokenStartIndex + second);
        return JsonEquality.AreEqual(ref left, ref right, ref run);
    }

    private static int Count(Utf8JsonReader reader, ref SchemaRun run)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && run.Skip(ref reader))
        {
            count++;
        }

        return count;
    }
}
