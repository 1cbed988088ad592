using System.Reflection;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Platform.Fuzz;

/// <summary>
/// Where instrumented code counts its branches, and what has been seen of it so far. There is one for the process, because the instrumentation has one;
/// only one run at a time may use it.
/// </summary>
internal sealed class CoverageMap
{
    private const int Size = 64 * 1024;

    /// <summary>Pinned: instrumented code holds its address for the life of the process.</summary>
    private static readonly byte[] Hits = Install();

    private readonly byte[] _seen = new byte[Size];

    /// <summary>Different branches taken since this map began.</summary>
    public int Edges { get; private set; }

    public static void Clear()
    {
        Array.Clear(Hits);
        Trace.PrevLocation = 0;
    }

    /// <summary>True when the last execution took a branch never taken, or one far more often than ever (AFL's classes of counts).</summary>
    public bool Absorb()
    {
        var isNew = false;
        for (var at = Array.FindIndex(Hits, static hit => hit != 0); at >= 0; at = Next(at + 1))
        {
            var kind = ClassOf(Hits[at]);
            if ((_seen[at] & kind) != 0)
            {
                continue;
            }

            Edges += _seen[at] == 0 ? 1 : 0;
            _seen[at] |= kind;
            isNew = true;
        }

        return isNew;
    }

    private static int Next(int from)
    {
        var step = Hits.AsSpan(from).IndexOfAnyExcept((byte)0);
        return step < 0 ? -1 : from + step;
    }

    private static byte ClassOf(byte hits) => hits switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };

    private static byte[] Install()
    {
        var hits = GC.AllocateArray<byte>(Size, pinned: true);

        // By reflection, because the field is a pointer and this repository compiles no unsafe code for it.
        typeof(Trace).GetField(nameof(Trace.SharedMem), BindingFlags.Public | BindingFlags.Static)!.SetValue(null, Marshal.UnsafeAddrOfPinnedArrayElement(hits, 0));
        return hits;
    }
}
