using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Platform.Api.Validation;

/// <summary>
/// The property names of all open objects, innermost last. A new name is compared with the hashes of its own
/// object only (at most MaxProperties, vectorised), and byte by byte only where a keyed hash agrees.
/// </summary>
internal struct NameStack()
{
    private const int Enough = 128;

    private uint[] _hashes = ArrayPool<uint>.Shared.Rent(Enough);
    private int[] _starts = ArrayPool<int>.Shared.Rent(Enough);

    public int Count { get; private set; }

    /// <summary>Hashes looked at so far: what tests count instead of time.</summary>
    public long Probes { get; private set; }

    /// <summary>Adds the name the reader stands on; false when the object has it already.</summary>
    /// <param name="body">What the reader reads, to look up earlier names.</param>
    /// <param name="reader">Stands on the name, which is free of lone surrogates.</param>
    /// <param name="first">The count when the object began.</param>
    public bool TryAdd(ReadOnlySpan<byte> body, in Utf8JsonReader reader, int first)
    {
        return reader.ValueIsEscaped
            ? TryAddEscaped(body, in reader, first)
            : TryAdd(body, reader.ValueSpan, (int)reader.TokenStartIndex, first);
    }

    /// <summary>Forgets the names of a closed object.</summary>
    public void Pop(int first) => Count = first;

    public readonly void Return()
    {
        ArrayPool<uint>.Shared.Return(_hashes);
        ArrayPool<int>.Shared.Return(_starts);
    }

    private bool TryAddEscaped(ReadOnlySpan<byte> body, in Utf8JsonReader reader, int first)
    {
        var length = reader.ValueSpan.Length;
        byte[]? rented = null;
        var buffer = length <= 256 ? stackalloc byte[256] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return TryAdd(body, buffer[..reader.CopyString(buffer)], (int)reader.TokenStartIndex, first);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private bool TryAdd(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, int start, int first)
    {
        var hash = NameHash.Of(name);
        var siblings = _hashes.AsSpan(first, Count - first);
        Probes += siblings.Length;
        for (var at = siblings.IndexOf(hash); at >= 0;)
        {
            if (IsSame(body, _starts[first + at], name))
            {
                return false;
            }

            var next = siblings[(at + 1)..].IndexOf(hash);
            at = next < 0 ? -1 : at + 1 + next;
        }

        if (Count == Math.Min(_hashes.Length, _starts.Length))
        {
            Grow();
        }

        _hashes[Count] = hash;
        _starts[Count++] = start;
        return true;
    }

    // Inlined, its reader would be zeroed for every name.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsSame(ReadOnlySpan<byte> body, int start, ReadOnlySpan<byte> name)
    {
        var earlier = new Utf8JsonReader(body[start..]);
        return earlier.Read() && earlier.ValueTextEquals(name);
    }

    private void Grow()
    {
        var moreHashes = ArrayPool<uint>.Shared.Rent(Count * 2);
        var moreStarts = ArrayPool<int>.Shared.Rent(Count * 2);
        _hashes.AsSpan(0, Count).CopyTo(moreHashes);
        _starts.AsSpan(0, Count).CopyTo(moreStarts);
        Return();
        _hashes = moreHashes;
        _starts = moreStarts;
    }
}
