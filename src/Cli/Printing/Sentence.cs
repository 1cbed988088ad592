using System.Globalization;
using Platform.Cli.Terminals;

namespace Platform.Cli.Printing;

/// <summary>Sentences of ours about what strangers say. Whatever is put into one is cleaned and bounded, and in quotes unless it is a plain name: nobody writes a second sentence into it.</summary>
internal static class Sentence
{
    private const int Longest = 200;

    public static string Of(FormattableString sentence) =>
        string.Format(CultureInfo.InvariantCulture, sentence.Format, [.. sentence.GetArguments().Select(argument => argument is string text ? Word(text) : argument)]);

    /// <summary>Names, ids, hashes and paths as they are; everything else in quotes that it cannot end.</summary>
    public static string Word(string text) =>
        text.Length is > 0 and <= Longest && text.All(IsOfName) ? text : $"\"{PlainText.Clean(text, Longest).Replace('"', '\'')}\"";

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/' or '@' or '+' or '=';
}
