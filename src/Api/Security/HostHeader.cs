using System.Buffers;

namespace Platform.Api.Security;

/// <summary>Reads a host as requests name it: a name or a bracketed IPv6 address, and a port that is not looked at.</summary>
internal static class HostHeader
{
    /// <summary>Longest text that is read: a DNS name and a port.</summary>
    private const int MaxLength = 260;

    private static readonly SearchValues<char> IPv6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>
    /// The name in <c>name[:port]</c>, as it was written. False for what is empty, has a user, a list, white space or characters that no name has, or a port that is none.
    /// The port is not compared: the connection's own chose the listener, and a proxy or a port mapping changes what clients write.
    /// </summary>
    public static bool TryReadName(string? text, out ReadOnlySpan<char> name)
    {
        name = default;
        if (text is null or { Length: 0 or > MaxLength })
        {
            return false;
        }

        var colon = text.LastIndexOf(':');
        var bracket = text.LastIndexOf(']');
        var end = colon > bracket ? colon : text.Length;
        if (end < text.Length && !IsPort(text.AsSpan(end + 1)))
        {
            return false;
        }

        var read = text.AsSpan(0, end);
        if (read.Length == 0 || (read[0] == '[' ? !IsIPv6(read) : !IsName(read)))
        {
            return false;
        }

        name = read;
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 5 && text[0] != '0' && ushort.TryParse(text, System.Globalization.NumberStyles.None, provider: null, out _);

    private static bool IsIPv6(ReadOnlySpan<char> text) => text[^1] == ']' && !text[1..^1].ContainsAnyExcept(IPv6);

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
