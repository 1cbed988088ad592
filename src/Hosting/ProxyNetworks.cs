using System.Net;
using System.Net.Sockets;

namespace Platform.Hosting;

/// <summary>The peers whose forwarded headers are believed (TR-6): single addresses and CIDR networks, compared with the address of the connection itself.</summary>
public sealed class ProxyNetworks
{
    private const int MaxNetworks = 64;

    private readonly IPNetwork[] _networks;

    private ProxyNetworks(IPNetwork[] networks) => _networks = networks;

    /// <summary>Believes nobody.</summary>
    public static ProxyNetworks None { get; } = new([]);

    public bool IsEmpty => _networks.Length == 0;

    /// <summary>Reads a list separated by commas; an empty one believes nobody.</summary>
    /// <param name="text">Such as <c>10.0.0.5, 10.1.0.0/24, fd00::/64</c>.</param>
    /// <param name="networks">Nobody, when there is a fault.</param>
    /// <returns>The entry at fault and why, or null.</returns>
    public static string? Read(string text, out ProxyNetworks networks)
    {
        networks = None;
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length > MaxNetworks)
        {
            return $"has {entries.Length} entries; use networks, at most {MaxNetworks}.";
        }

        var read = new IPNetwork[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            if (Read(entries[i], out read[i]) is { } fault)
            {
                return fault;
            }
        }

        networks = new ProxyNetworks(read);
        return null;
    }

    public bool Contains(IPAddress? peer)
    {
        if (peer is null || _networks.Length == 0)
        {
            return false;
        }

        var plain = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Read(string entry, out IPNetwork network)
    {
        network = default;
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? entry : entry[..slash];

        // The parser also takes 10.1 and 0x0a000001: what is written here must read as one address to everybody.
        if (!IPAddress.TryParse(text, out var address) || address.IsIPv4MappedToIPv6 || !string.Equals(address.ToString(), text, StringComparison.OrdinalIgnoreCase))
        {
            return $"has '{entry}'; write addresses such as 10.0.0.5 or fd00::5, and networks such as 10.1.0.0/24, in their shortest form.";
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(entry.AsSpan(slash + 1), System.Globalization.NumberStyles.None, provider: null, out length) || length > bits))
        {
            return $"has '{entry}'; the prefix of a network is a number up to {bits}.";
        }

        // Whoever is listed here names any host and any client address: half of the internet is a mistake.
        if (length < bits / 4)
        {
            return $"has '{entry}', which would believe far too many; name the proxies or their network, /{bits / 4} or longer.";
        }

        if (HasHostBits(address, length))
        {
            return $"has '{entry}', whose address is not the first of its network; write the network's own address or a single one without a prefix.";
        }

        network = new IPNetwork(address, length);
        return null;
    }

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
}
