using System.Text;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Finds a UTF-8 text among fixed ones and answers its position, without making a string.</summary>
internal sealed class NameTable
{
    private const int Few = 6;

    private readonly string[] _texts;
    private readonly byte[][] _names;
    private readonly uint[] _hashes;
    private readonly int[] _buckets;

    public NameTable(IEnumerable<string> names)
    {
        _texts = [.. names];
        _names = [.. _texts.Select(Encoding.UTF8.GetBytes)];
        _hashes = [.. _names.Select(name => NameHash.Of(name))];
        _buckets = _names.Length <= Few ? [] : new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_names.Length * 2)];
        for (var i = 0; i < _names.Length && _buckets.Length > 0; i++)
        {
            var slot = Slot(_hashes[i]);
            while (_buckets[slot] != 0)
            {
                slot = (slot + 1) & (_buckets.Length - 1);
            }

            _buckets[slot] = i + 1;
        }
    }

    public int Count => _names.Length;

    /// <summary>The position of the string or property name the reader stands on, or -1.</summary>
    public int Find(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? FindEscaped(ref reader) : Find(reader.ValueSpan);

    public int Find(ReadOnlySpan<byte> name)
    {
        if (_buckets.Length == 0)
        {
            for (var i = 0; i < _names.Length; i++)
            {
                if (name.SequenceEqual(_names[i]))
                {
                    return i;
                }
            }

            return -1;
        }

        var hash = NameHash.Of(name);
        for (var slot = Slot(hash); _buckets[slot] != 0; slot = (slot + 1) & (_buckets.Length - 1))
        {
            var at = _buckets[slot] - 1;
            if (_hashes[at] == hash && name.SequenceEqual(_names[at]))
            {
                return at;
            }
        }

        return -1;
    }

    public string NameAt(int index) => _texts[index];

    private int FindEscaped(ref Utf8JsonReader reader)
    {
        using var text = new Unescaped(in reader, stackalloc byte[Unescaped.OnStack]);
        return Find(text.Bytes);
    }

    private int Slot(uint hash) => (int)(hash & (uint)(_buckets.Length - 1));
}
