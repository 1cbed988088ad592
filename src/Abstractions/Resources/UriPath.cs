using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Platform.Abstractions.Resources;

/// <summary>
/// The path of a resource URI, decoded exactly once. What would mean something to a second decoder, a file system or a reader's eye is refused:
/// encoded separators and percent signs, dot segments however they are written, empty segments, controls, and beyond ASCII everything but letters, marks and digits.
/// </summary>
internal static class UriPath
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>RFC 3986 <c>pchar</c> without percent-encodings.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(Unreserved + "!$&'()*+,;=:@");

    /// <param name="written">Without its leading slash.</param>
    /// <param name="decoded">The path that permissions and backends see.</param>
    /// <param name="canonical">The one way to write it.</param>
    public static bool TryRead(ReadOnlySpan<char> written, [NotNullWhen(true)] out string? decoded, [NotNullWhen(true)] out string? canonical)
    {
        (decoded, canonical) = (null, null);
        Span<byte> bytes = stackalloc byte[ResourceUri.MaxLength];
        if (written.Length is 0 or > ResourceUri.MaxLength || !TryDecode(written, bytes, out var count) || !Utf8.IsValid(bytes[..count]))
        {
            return false;
        }

        var path = Encoding.UTF8.GetString(bytes[..count]);
        if (!AreSegments(path) || !AreReadable(path))
        {
            return false;
        }

        (decoded, canonical) = (path, Encode(bytes[..count]));
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<char> written, Span<byte> bytes, out int count)
    {
        count = 0;
        for (var at = 0; at < written.Length; at++)
        {
            var c = written[at];
            if (c == '/' || Plain.Contains(c))
            {
                bytes[count++] = (byte)c;
                continue;
            }

            if (c != '%' || at + 2 >= written.Length || !char.IsAsciiHexDigit(written[at + 1]) || !char.IsAsciiHexDigit(written[at + 2]))
            {
                return false;
            }

            var value = byte.Parse(written.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (value is < 0x20 or 0x7F or (byte)'/' or (byte)'\\' or (byte)'%' or (byte)'?' or (byte)'#')
            {
                return false;
            }

            bytes[count++] = value;
            at += 2;
        }

        return true;
    }

    private static bool AreSegments(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];

            // Dots alone, however many and with spaces between, are a directory to somebody; outer spaces get lost.
            if (segment.Trim(". ").IsEmpty || segment[0] == ' ' || segment[^1] == ' ')
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreReadable(string path)
    {
        if (Ascii.IsValid(path))
        {
            return true;
        }

        foreach (var rune in path.EnumerateRunes())
        {
            if (!rune.IsAscii && !IsLetter(Rune.GetUnicodeCategory(rune)))
            {
                return false;
            }
        }

        return true;
    }

    // Neither symbols nor punctuation: among them are dots, slashes and percent signs of other scripts, and marks of direction.
    private static bool IsLetter(UnicodeCategory category) => category is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber;

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            if (b == '/' || (b < 0x80 && Plain.Contains((char)b)))
            {
                text.Append((char)b);
                continue;
            }

            text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
