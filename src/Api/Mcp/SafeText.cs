using System.Buffers;

namespace Platform.Api.Mcp;

/// <summary>
/// Text from a backend on its way to a client: without control characters, by which it could steer a terminal or forge a log line, and without halves of
/// surrogate pairs, which have no UTF-8 form. Tab, line feed and carriage return stay (IN-5; MCP, Tools: servers MUST sanitize tool outputs).
/// </summary>
internal static class SafeText
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Where(c => c is not ('\t' or '\n' or '\r')).Select(c => (char)c)]);

    /// <summary>The text itself when there is nothing to take out, so that ordinary text costs one scan.</summary>
    public static string Of(string text, int maxLength = int.MaxValue)
    {
        if (text.Length > maxLength)
        {
            text = text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
        }

        return IsSafe(text) ? text : Clean(text);
    }

    /// <summary>Whether <see cref="Of"/> would leave it as it is.</summary>
    public static bool IsSafe(ReadOnlySpan<char> text) =>
        !text.ContainsAny(Suspicious) && (!text.ContainsAnyInRange('\ud800', '\udfff') || !HasLoneSurrogate(text));

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return true;
            }
        }

        return false;
    }

    private static string Clean(string text) => string.Create(text.Length, text, static (clean, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                (clean[i], clean[i + 1]) = (text[i], text[i + 1]);
                i++;
                continue;
            }

            clean[i] = Suspicious.Contains(text[i]) || char.IsSurrogate(text[i]) ? '\ufffd' : text[i];
        }
    });
}
