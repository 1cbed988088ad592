using System.Globalization;
using System.Text;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// Makes text with words of strangers fit for a log that people read: characters that end a line, move a terminal's cursor or turn and hide what is around them are spelled out, so that no word of a
/// request looks like an event of its own (IN-5).
/// </summary>
internal static class LineText
{
    /// <param name="text">Of whoever.</param>
    /// <param name="keepsLines">Line feeds stay: formatters of the console indent what follows them, or put it on the same line.</param>
    public static string Encode(string text, bool keepsLines)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 16);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHarmless(rune) || (keepsLines && rune.Value == '\n'))
            {
                clean.Append(rune);
                continue;
            }

            foreach (var unit in units[..rune.EncodeToUtf16(units)])
            {
                clean.Append(unit switch { '\n' => @"\n", '\r' => @"\r", '\t' => @"\t", _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}") });
            }
        }

        return clean.ToString();
    }

    private static bool IsHarmless(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
