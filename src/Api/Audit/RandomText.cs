namespace Platform.Api.Audit;

/// <summary>
/// Tells what a machine drew at random from what somebody named: codes, opaque tokens and seeds have no form of their own. Identifiers of one case, such as UUIDs and digests in hexadecimal, are names.
/// </summary>
internal static class RandomText
{
    private const int Shortest = 20;
    private const int ShortestSeed = 16;

    /// <summary>The first run of letters, digits, <c>-</c> and <c>_</c> between two places that looks drawn.</summary>
    public static bool TryFind(ReadOnlySpan<char> text, int from, int to, out (int Start, int Length) found)
    {
        for (var start = from; start < to; start++)
        {
            var end = start;
            while (end < to && IsPart(text[end]))
            {
                end++;
            }

            if (end - start >= ShortestSeed && IsDrawn(text[start..end]))
            {
                found = (start, end - start);
                return true;
            }

            start = end;
        }

        found = default;
        return false;
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    /// <summary>Words change from one kind of character to another seldom; what is drawn, all the time. Seeds of authenticators are base32, in one case.</summary>
    private static bool IsDrawn(ReadOnlySpan<char> run)
    {
        var (upper, lower, digits, changes, other) = (0, 0, 0, 0, false);
        var before = '\0';
        foreach (var character in run)
        {
            var kind = char.IsAsciiLetterUpper(character) ? 'U' : char.IsAsciiLetterLower(character) ? 'l' : char.IsAsciiDigit(character) ? '0' : '\0';
            (upper, lower, digits) = (upper + (kind == 'U' ? 1 : 0), lower + (kind == 'l' ? 1 : 0), digits + (kind == '0' ? 1 : 0));
            other |= kind == '\0' || character is '0' or '1' or '8' or '9';
            changes += kind != '\0' && before != '\0' && kind != before ? 1 : 0;
            before = kind == '\0' ? before : kind;
        }

        return (run.Length >= Shortest && upper > 0 && lower > 0 && digits > 0 && changes * 4 >= run.Length) || (lower == 0 && !other && digits > 0 && upper >= digits);
    }
}
