using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Cli.Terminals;

/// <summary>
/// Makes words of strangers fit for a terminal: control characters, which move its cursor or rename its window, and characters that turn or hide text become question marks; credentials are redacted.
/// </summary>
internal static partial class PlainText
{
    /// <param name="text">Of whoever.</param>
    /// <param name="hidden">A value that is redacted wherever it occurs, whatever its form.</param>
    public static string Redact(string text, string? hidden) =>
        Credentials.Replace(string.IsNullOrEmpty(hidden) ? text : text.Replace(hidden, "[key]", StringComparison.Ordinal), "[key]");

    /// <param name="text">Of whoever.</param>
    /// <param name="most">Characters; the rest is cut off.</param>
    public static string Clean(string text, int most = int.MaxValue)
    {
        var line = new StringBuilder(Math.Min(text.Length, most) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
            {
                return line.Append('…').ToString();
            }

            line.Append(IsHarmless(rune) ? rune.ToString() : "?");
        }

        return line.ToString();
    }

    /// <summary>Whether it is a character that people see as it is.</summary>
    public static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);

    [GeneratedRegex("(mcp[kmiso]|boot|whsec)_[0-9A-Za-z_+/=]+|[Bb]earer +[^ ]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Credentials { get; }
}
