using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Abstractions.Keys;

/// <summary>The networks that a key may be used from (AU-7): single addresses and CIDR networks of IPv4 and IPv6, at most <see cref="MaxEntries"/>.</summary>
public sealed class AddressList
{
    public const int MaxEntries = 32;

    /// <summary>Longest entry: an IPv6 address in full and its prefix.</summary>
    public const int MaxLength = 43;

    private readonly IPNetwork[] _networks;

    private AddressList(IPNetwork[] networks) => _networks = networks;

    /// <summary>Reads a list that was validated when it was given. What cannot be read any more admits nobody.</summary>
    public static AddressList Read(IReadOnlyList<string> entries)
    {
        var networks = new List<IPNetwork>(entries.Count);
        foreach (var entry in entries)
        {
            if (TryParse(entry, out var network))
            {
                networks.Add(network);
            }
        }

        return new AddressList([.. networks]);
    }

    /// <summary>True for an entry in the one form that reads the same to everybody: shortest form, no host bits, no zone.</summary>
    public static bool IsValid([NotNullWhen(true)] string? entry) => entry is not null && TryParse(entry, out _);

    /// <param name="address">Of the connection, as text; null and what is no address are in no list.</param>
    public bool Contains(string? address) => address is not null && IPAddress.TryParse(address, out var parsed) && Contains(parsed);

    public bool Contains(IPAddress address)
    {
        // A dual-stack socket shows IPv4 clients as IPv6.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParse(string entry, out IPNetwork network)
    {
        network = default;
        if (entry.Length > MaxLength)
        {
            return false;
        }

        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? entry : entry[..slash];

        // The parser also takes 10.1, 0x0a000001 and fe80::1%eth0.
        if (!IPAddress.TryParse(text, out var address) || address.IsIPv4MappedToIPv6 || text.Contains('%', StringComparison.Ordinal)
            || !string.Equals(address.ToString(), text, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var length = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash >= 0 && !TryReadPrefix(entry.AsSpan(slash + 1), length, out length))
        {
            return false;
        }

        if (HasHostBits(address, length))
        {
            return false;
        }

        network = new IPNetwork(address, length);
        return true;
    }

    /// <summary>The framework takes 192.0.2.7/24 for 192.0.2.0/24; whoever wrote it may have meant one address.</summary>
    private static bool HasHostBits(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadPrefix(ReadOnlySpan<char> text, int longest, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= longest && (text.Length == 1 || text[0] != '0');
}
