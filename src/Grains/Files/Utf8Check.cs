using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Platform.Grains.Files;

/// <summary>Whether content that comes in pieces, cut anywhere, is valid UTF-8 as a whole.</summary>
internal sealed class Utf8Check
{
    private readonly byte[] _cut = new byte[4];
    private int _length;
    private bool _isBroken;

    /// <summary>Of all that came; what ends within a character is not valid.</summary>
    public bool IsValid => !_isBroken && _length == 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        // A character that a piece was cut in goes on here.
        while (_length > 0 && !_isBroken && bytes.Length > 0)
        {
            _cut[_length++] = bytes[0];
            bytes = bytes[1..];
            switch (Rune.DecodeFromUtf8(_cut.AsSpan(0, _length), out _, out _))
            {
                case OperationStatus.Done:
                    _length = 0;
                    break;
                case OperationStatus.InvalidData:
                    _isBroken = true;
                    break;
            }
        }

        if (_isBroken || bytes.IsEmpty)
        {
            return;
        }

        var whole = bytes.Length - Unfinished(bytes);
        bytes[whole..].CopyTo(_cut);
        _length = bytes.Length - whole;
        _isBroken = !Utf8.IsValid(bytes[..whole]);
    }

    /// <summary>How many bytes at the end begin a character and do not finish it.</summary>
    private static int Unfinished(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            if (Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData)
            {
                return length;
            }
        }

        return 0;
    }
}
