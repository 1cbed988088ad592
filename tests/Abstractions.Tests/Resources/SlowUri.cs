using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Abstractions.Tests.Resources;

/// <summary>The rules of <c>ResourceUri</c> said another way: regular expressions over whole texts and the framework's decoder, no shared code.</summary>
internal static partial class SlowUri
{
    /// <summary>Object and canonical text, or null.</summary>
    public static (string Object, string Text)? Parse(string text)
    {
        if (text.Length > 2048)
        {
            return null;
        }

        if (Memory().IsMatch(text))
        {
            return ("memory/" + text[9..], text);
        }

        if (File().Match(text) is { Success: true } file && Decode(file.Groups["path"].Value) is { } path)
        {
            return path.Contains(':', StringComparison.Ordinal) || ReservedTop().IsMatch(path) ? null : (path, "file:///" + Encode(path));
        }

        if (Https().Match(text) is { Success: true } https && https.Groups["name"].Value is { Length: <= 253 } name && !NumericEnd().IsMatch(name))
        {
            var port = https.Groups["port"] is { Success: true } given ? int.Parse(given.Value, CultureInfo.InvariantCulture) : 443;
            var host = name.ToLowerInvariant() + (port == 443 ? "" : ":" + port.ToString(CultureInfo.InvariantCulture));
            return port > 65535 ? null
                : https.Groups["path"].Value is "" ? ("https/" + host, $"https://{host}/")
                : Decode(https.Groups["path"].Value) is { } below ? ($"https/{host}/{below}", $"https://{host}/{Encode(below)}")
                : null;
        }

        return null;
    }

    private static string? Decode(string written)
    {
        if (!Written().IsMatch(written) || ForbiddenEscape().IsMatch(written))
        {
            return null;
        }

        // What is not UTF-8 stays escaped here, and a percent sign is refused below.
        var path = Uri.UnescapeDataString(written);
        return !path.Contains('%', StringComparison.Ordinal)
            && path.Split('/').All(segment => !BadSegment().IsMatch(segment))
            && path.EnumerateRunes().All(rune => rune.IsAscii || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber)
            ? path
            : null;
    }

    private static string Encode(string path) =>
        string.Concat(path.EnumerateRunes().Select(rune => Literal().IsMatch(rune.ToString())
            ? rune.ToString()
            : string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(b => $"%{b:X2}"))));

    [GeneratedRegex(@"\Amemory://[A-Za-z0-9]{1,128}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Memory();

    [GeneratedRegex(@"\Afile:///(?<path>[\s\S]+)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex File();

    [GeneratedRegex(@"\Ahttps://(?<name>[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)(:(?<port>[1-9][0-9]{0,4}))?(/(?<path>[\s\S]*))?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Https();

    [GeneratedRegex(@"(\A|\.)[0-9][^.]*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NumericEnd();

    [GeneratedRegex(@"\A(memory|https)(/|\z)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ReservedTop();

    [GeneratedRegex(@"\A([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();

    [GeneratedRegex("%([01].|2[35fF]|3[fF]|5[cC]|7[fF])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ForbiddenEscape();

    [GeneratedRegex(@"\A[. ]*\z|\A | \z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex BadSegment();

    [GeneratedRegex(@"\A[A-Za-z0-9._~!$&'()*+,;=:@/-]\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();
}
