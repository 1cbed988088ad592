using System.Buffers;

namespace Platform.Api.Validation.Schema;

/// <summary>A set of positions among the properties or items of one value; the default is the absence of a set.</summary>
internal readonly record struct EvaluatedSet(int Start, int Words)
{
    public bool IsActive => Words > 0;

    public static int WordsFor(int children) => (children + 63) / 64;
}

/// <summary>
/// Which children of the value at hand some schema has evaluated: what "unevaluatedItems" and "unevaluatedProperties" need
/// to know, and only schemas with these make sets. The sets lie on a stack of bits in a borrowed array.
/// </summary>
internal struct EvaluatedChildren
{
    private ulong[]? _bits;
    private int _top;

    /// <summary>Where rules note what they evaluate; not active while nobody asks, and within children.</summary>
    public EvaluatedSet Current { get; set; }

    /// <summary>Suspends noting while children are judged, and answers the set to go on with.</summary>
    public EvaluatedSet Suspend()
    {
        var current = Current;
        Current = default;
        return current;
    }

    /// <summary>A new, empty set becomes the current one.</summary>
    public EvaluatedSet Push(int words)
    {
        var set = new EvaluatedSet(_top, words);
        _top += words;
        if (_bits is null || _top > _bits.Length)
        {
            Grow();
        }

        _bits.AsSpan(set.Start, words).Clear();
        return Current = set;
    }

    /// <summary>Gives a set up, and with it all that were pushed after it.</summary>
    public void Pop(EvaluatedSet set, EvaluatedSet current)
    {
        _top = set.Start;
        Current = current;
    }

    public readonly void Add(EvaluatedSet set, int child)
    {
        if (set.IsActive)
        {
            _bits![set.Start + (child >> 6)] |= 1ul << (child & 63);
        }
    }

    public readonly void AddAll(EvaluatedSet set)
    {
        if (set.IsActive)
        {
            _bits.AsSpan(set.Start, set.Words).Fill(ulong.MaxValue);
        }
    }

    /// <summary>Both sets are about the same value.</summary>
    public readonly void AddAll(EvaluatedSet set, EvaluatedSet more)
    {
        for (var i = 0; i < more.Words; i++)
        {
            _bits![set.Start + i] |= _bits[more.Start + i];
        }
    }

    public readonly bool Contains(EvaluatedSet set, int child) =>
        (_bits![set.Start + (child >> 6)] & (1ul << (child & 63))) != 0;

    public readonly void Return()
    {
        if (_bits is not null)
        {
            ArrayPool<ulong>.Shared.Return(_bits);
        }
    }

    private void Grow()
    {
        var more = ArrayPool<ulong>.Shared.Rent(Math.Max(_top * 2, 64));
        _bits.AsSpan().CopyTo(more);
        Return();
        _bits = more;
    }
}
