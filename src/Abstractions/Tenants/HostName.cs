using System.Buffers;

namespace Platform.Abstractions.Tenants;

/// <summary>The one form in which the platform keeps and compares host names: lower-case DNS letters, digits and hyphens (RFC 1123), IDN as punycode.</summary>
public static class HostName
{
    /// <summary>Longest name in text form (RFC 1035, section 2.3.4).</summary>
    public const int MaxLength = 253;

    private const int MaxLabel = 63;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>True for two labels or more. False for anything that could be read as an address, a port, a path or another spelling of a name: trailing dots included.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var labels = 0;
        ReadOnlySpan<char> last = default;
        foreach (var label in text.Split('.'))
        {
            last = text[label];
            labels++;
            if (!IsLabel(last))
            {
                return false;
            }
        }

        // URL Standard, "ends in a number": resolvers read such a name as an IPv4 address (10.1, 0x7f.1).
        return labels > 1 && !IsNumber(last);
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<char> label) =>
        !label.ContainsAnyExceptInRange('0', '9') || (label.StartsWith("0x", StringComparison.Ordinal) && !label[2..].ContainsAnyExcept(Hex));
}
