using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Platform.Abstractions.Resources;

/// <summary>
/// The authority of an https URI: a DNS name in ASCII and perhaps a port. Addresses in any notation are refused here, so that
/// nobody behind has to know that <c>0x7f.1</c> is one; what a name resolves to is the fetcher's question (IN-4).
/// </summary>
internal static class UriHost
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    /// <param name="written">Everything between <c>//</c> and the path.</param>
    /// <param name="host">Lower case, with its port unless that is 443.</param>
    public static bool TryRead(ReadOnlySpan<char> written, [NotNullWhen(true)] out string? host)
    {
        host = null;
        var colon = written.IndexOf(':');
        var name = colon < 0 ? written : written[..colon];
        var port = 443;
        if (!IsName(name) || (colon >= 0 && !TryPort(written[(colon + 1)..], out port)))
        {
            return false;
        }

        var lower = name.ToString().ToLowerInvariant();
        host = port == 443 ? lower : string.Create(CultureInfo.InvariantCulture, $"{lower}:{port}");
        return true;
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxName)
        {
            return false;
        }

        ReadOnlySpan<char> last = [];
        foreach (var range in name.Split('.'))
        {
            last = name[range];
            if (!IsLabel(last))
            {
                return false;
            }
        }

        // No top-level domain begins with a digit; what ends in a number is an IPv4 address to somebody (decimal, octal, hexadecimal, one to four parts).
        return !char.IsAsciiDigit(last[0]);
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    // Digits only, no leading zero: one spelling for each port.
    private static bool TryPort(ReadOnlySpan<char> written, out int port) =>
        int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out port) && written.Length <= 5 && written[0] != '0' && port <= 65535;
}
