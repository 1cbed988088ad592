using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Hosting.Listeners;

/// <summary>
/// The console asks REST on behalf of people, so all of them would share one address and its limits. It names the address of whoever it speaks for in a header that only this
/// process can write: an HMAC under a key that is made at the start and never leaves memory. A console in another process is one address (docs/sign-in.md).
/// </summary>
public sealed class ClientAddressSeal(TimeProvider clock)
{
    public const string Header = "MoCoPr-Client-Address";

    /// <summary>Longest header that is looked at.</summary>
    private const int MaxLength = 160;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The header's value for an address, good for a minute.</summary>
    public string Seal(IPAddress address)
    {
        var claim = string.Create(CultureInfo.InvariantCulture, $"{address};{clock.GetUtcNow().ToUnixTimeSeconds()}");
        return $"{claim};{Sign(claim)}";
    }

    /// <summary>The address of a header that this process sealed a moment ago; false for everything else.</summary>
    public bool TryOpen(string? header, out IPAddress address)
    {
        address = IPAddress.None;
        if (header is not { Length: > 0 and <= MaxLength } || header.LastIndexOf(';') is var end && end < 0)
        {
            return false;
        }

        var claim = header[..end];
        var expected = Encoding.ASCII.GetBytes(Sign(claim));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(header[(end + 1)..])))
        {
            return false;
        }

        var parts = claim.Split(';');
        return parts.Length == 2
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at)).Duration() <= Life
            && IPAddress.TryParse(parts[0], out address!);
    }

    private string Sign(string claim) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(claim)));
}
