using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Abstractions.Identity;

/// <summary>One address or one CIDR network, written in the one way that everybody reads alike: shortest form, no bits of a host.</summary>
public readonly record struct AddressRange
{
    private readonly IPNetwork _network;

    private AddressRange(IPNetwork network) => _network = network;

    public static bool TryParse(string? text, out AddressRange range)
    {
        range = default;
        if (text is null or { Length: 0 or > 64 })
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = slash < 0 ? text : text[..slash];

        // The parser also takes 10.1 and 0x0a000001.
        if (!IPAddress.TryParse(written, out var address) || address.IsIPv4MappedToIPv6 || !string.Equals(address.ToString(), written, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var length = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given > length || (length = given) < 0))
        {
            return false;
        }

        if (IPNetwork.TryParse($"{written}/{length.ToString(CultureInfo.InvariantCulture)}", out var network) && network.BaseAddress.Equals(address))
        {
            range = new AddressRange(network);
            return true;
        }

        return false;
    }

    /// <summary>Whether the address of a connection lies in it; an IPv4 address in IPv6 clothes is the IPv4 address.</summary>
    public bool Contains(IPAddress address) => _network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
