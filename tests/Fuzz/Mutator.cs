namespace Platform.Fuzz;

/// <summary>Makes inputs from inputs. The same seed makes the same ones, so that a run can be repeated.</summary>
internal sealed class Mutator(ulong seed)
{
    private static readonly byte[] Odd = [0, 1, 0x1F, (byte)' ', (byte)'"', (byte)'%', (byte)'.', (byte)'/', (byte)'\\', 0x7F, 0x80, 0xC0, 0xE2, 0xED, 0xF4, 0xFF];

    private ulong _state = (seed * 2685821657736338717) | 1;

    /// <summary>A number below <paramref name="bound"/>.</summary>
    public int Below(int bound)
    {
        // xorshift64*: fast and repeatable, which a fuzzer needs and a secret would not.
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 2685821657736338717 >> 33) % (ulong)bound);
    }

    public byte[] Mutate(byte[] input, FuzzTarget target, IReadOnlyList<byte[]> others)
    {
        var bytes = new List<byte>(input);
        for (var changes = 1 << Below(4); changes > 0; changes--)
        {
            Change(bytes, target, others);
        }

        if (bytes.Count > target.MaxLength)
        {
            bytes.RemoveRange(target.MaxLength, bytes.Count - target.MaxLength);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, FuzzTarget target, IReadOnlyList<byte[]> others)
    {
        var kind = bytes.Count == 0 ? 6 : Below(11);
        var at = Below(bytes.Count + 1);
        var on = bytes.Count == 0 ? 0 : Below(bytes.Count);
        var length = 1 + Below(Math.Max(1, Math.Min(bytes.Count - on, 16)));
        switch (kind)
        {
            case 0:
                bytes[on] ^= (byte)(1 << Below(8));
                break;
            case 1:
                bytes[on] = (byte)Below(256);
                break;
            case 2:
                bytes[on] = Odd[Below(Odd.Length)];
                break;
            case 3:
                bytes[on] += (byte)(Below(2) == 0 ? 1 : 255);
                break;
            case 4:
                bytes.RemoveRange(on, Math.Min(length, bytes.Count - on));
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(on, Math.Min(length, bytes.Count - on)));
                break;
            case 6:
                bytes.Insert(at, Below(2) == 0 ? Odd[Below(Odd.Length)] : (byte)Below(256));
                break;
            case 7 or 8 when target.Words.Length > 0:
                bytes.InsertRange(at, target.Words[Below(target.Words.Length)]);
                break;
            case 9 when target.Words.Length > 0:
                var word = target.Words[Below(target.Words.Length)];
                bytes.RemoveRange(on, Math.Min(word.Length, bytes.Count - on));
                bytes.InsertRange(on, word);
                break;
            default:
                var other = others.Count == 0 ? [0] : others[Below(others.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(Below(other.Length + 1)).ToArray());
                break;
        }
    }
}
