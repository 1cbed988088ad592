using System.Buffers.Text;
using System.Text;

namespace Platform.Api.Validation;

/// <summary>Questions about the inside of a JSON string as written, whose escapes a reader has already found well formed.</summary>
internal static class JsonText
{
    private const byte Backslash = (byte)'\\';

    /// <summary>The first byte that is not part of well-formed UTF-8, or the length when all are.</summary>
    public static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var width) == System.Buffers.OperationStatus.Done)
        {
            at += width;
        }

        return at;
    }

    /// <summary>A surrogate escape without its other half has no UTF-8 form; consumers would disagree about it.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> raw)
    {
        for (var slash = raw.IndexOf(Backslash); slash >= 0; slash = raw.IndexOf(Backslash))
        {
            raw = raw[slash..];
            if (raw[1] != (byte)'u')
            {
                raw = raw[2..];
                continue;
            }

            var unit = Unit(raw);
            raw = raw[6..];
            if (char.IsLowSurrogate(unit))
            {
                return true;
            }

            if (!char.IsHighSurrogate(unit))
            {
                continue;
            }

            if (raw.Length < 6 || raw[0] != Backslash || raw[1] != (byte)'u' || !char.IsLowSurrogate(Unit(raw)))
            {
                return true;
            }

            raw = raw[6..];
        }

        return false;
    }

    /// <summary>UTF-16 code units of the unescaped text.</summary>
    public static int Utf16Length(ReadOnlySpan<byte> raw) => Count(raw, codePoints: false);

    /// <summary>Unicode code points of the unescaped text, which is how JSON Schema counts.</summary>
    public static int CodePoints(ReadOnlySpan<byte> raw) => Count(raw, codePoints: true);

    private static int Count(ReadOnlySpan<byte> raw, bool codePoints)
    {
        var count = 0;
        while (true)
        {
            var slash = raw.IndexOf(Backslash);
            var plain = slash < 0 ? raw : raw[..slash];
            count += codePoints ? CountLeadBytes(plain) : Encoding.UTF8.GetCharCount(plain);
            if (slash < 0)
            {
                return count;
            }

            raw = raw[slash..];
            var isUnit = raw[1] == (byte)'u';
            // The low half of an escaped pair was counted with its high half.
            count += codePoints && isUnit && char.IsLowSurrogate(Unit(raw)) ? 0 : 1;
            raw = raw[(isUnit ? 6 : 2)..];
        }
    }

    private static int CountLeadBytes(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }

        var count = 0;
        foreach (var b in text)
        {
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : '\0';
}
