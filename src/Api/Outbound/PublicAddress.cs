using System.Net;
using System.Net.Sockets;

namespace Platform.Api.Outbound;

/// <summary>Whether an address is out in the internet, and so may be connected to because a stranger named it. What no list knows is not.</summary>
internal static class PublicAddress
{
    // IANA's registries of special-purpose addresses (RFC 6890), and where clouds answer for their machines.
    private static readonly IPNetwork[] ReservedV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"), IPNetwork.Parse("168.63.129.16/32"),
    ];

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    // Tunnels lead wherever the IPv4 address inside them says: 6to4 and Teredo are refused as a whole.
    private static readonly IPNetwork[] ReservedV6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    // Where machines of a cloud ask for their own credentials, and what is no single machine's: no setting opens these.
    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("168.63.129.16/32"), IPNetwork.Parse("100.100.100.200/32"), IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"), IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fd00:ec2::/32"), IPNetwork.Parse("ff00::/8"),
    ];

    /// <summary>Whether an address is out of reach whatever an operator allows.</summary>
    public static bool IsNever(IPAddress address) => Contains(Never, address);

    /// <summary>An IPv4 address inside an IPv6 one is judged as what it is.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Contains(ReservedV4, address);
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && GlobalV6.Contains(address) && !Contains(ReservedV6, address);
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
