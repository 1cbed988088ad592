using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;

namespace Platform.Abstractions.Logins;

/// <summary>
/// Passwords that everybody tries first (ASVS 6.2.4). Few of them are as long as ours must be, so what people do to make them longer is taken off before
/// the look-up: repetition, digits and signs at either end, and letters written as digits.
/// </summary>
public static class CommonPasswords
{
    private const string Resource = "common-passwords.txt.gz";

    /// <summary>A word left over that is shorter is an accident: "s" in "1234567890s!" says nothing.</summary>
    private const int ShortestWord = 4;

    private static readonly Lazy<FrozenSet<string>> List = new(Read);

    /// <summary>The list as it is embedded, for tests.</summary>
    public static IReadOnlyCollection<string> All => List.Value;

    /// <summary>True when the password is a common one, one that was merely made longer, or has no letter at all: a date or a number.</summary>
    public static bool Contains(string password)
    {
        var text = password.Trim().ToLowerInvariant();
        var word = Word(text);
        return word.Length == 0 || HoldsListed(text) || HoldsListed(Unit(text)) || HoldsListed(Unit(word)) || HoldsListed(Unit(Word(Letters(text))));
    }

    /// <summary>Takes digits and signs off, one by one, first at the end and then at the beginning: in "1q2w3e4r!!" some of them belong to the word.</summary>
    private static bool HoldsListed(string text)
    {
        var first = text.Length - text.AsSpan().TrimStartNonLetters().Length;
        var last = text.AsSpan().TrimEndNonLetters().Length;
        for (var end = text.Length; end >= last; end--)
        {
            if (IsListed(text, 0, end) || IsListed(text, first, end))
            {
                return true;
            }
        }

        for (var start = 1; start < first; start++)
        {
            if (IsListed(text, start, text.Length) || IsListed(text, start, last))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsListed(string text, int start, int end) => end - start >= ShortestWord && List.Value.Contains(text[start..end]);

    /// <summary>What lies between the first and the last letter; empty when there is none.</summary>
    private static string Word(string text) => text.AsSpan().TrimStartNonLetters().TrimEndNonLetters().ToString();

    private static ReadOnlySpan<char> TrimStartNonLetters(this ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && !char.IsLetter(text[0]))
        {
            text = text[1..];
        }

        return text;
    }

    private static ReadOnlySpan<char> TrimEndNonLetters(this ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && !char.IsLetter(text[^1]))
        {
            text = text[..^1];
        }

        return text;
    }

    /// <summary>The part of which the text is a whole number of repetitions; the text itself when there is none.</summary>
    private static string Unit(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
            {
                return text[..length];
            }
        }

        return text;
    }

    private static string Letters(string text)
    {
        // Digits at the end are a number more often than letters.
        var word = text.TrimEnd("0123456789!?.,*#_- ".ToCharArray());
        var letters = new StringBuilder(word.Length);
        foreach (var c in word)
        {
            letters.Append(c switch
            {
                '0' => 'o',
                '1' or '!' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                _ => c,
            });
        }

        return letters.ToString();
    }

    private static FrozenSet<string> Read()
    {
        using var file = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is not in the assembly.");
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress), Encoding.ASCII);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.ToLowerInvariant()).ToFrozenSet(StringComparer.Ordinal);
    }
}
