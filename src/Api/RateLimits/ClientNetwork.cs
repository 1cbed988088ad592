using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Platform.Api.RateLimits;

/// <summary>Whom an address is counted as: an IPv4 address by itself, an IPv6 address by its /64, which is what one customer has (IN-8). All unknown ones are one.</summary>
internal readonly record struct ClientNetwork(ulong Bits)
{
    public static ClientNetwork Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        plain.TryWriteBytes(bytes, out _);
        return new ClientNetwork(plain.AddressFamily == AddressFamily.InterNetwork ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>The address as text, as the trail has it; what is no address is an unknown one.</summary>
    public static ClientNetwork Of(string? address) => Of(IPAddress.TryParse(address, out var parsed) ? parsed : null);

    /// <summary>16 hexadecimal digits: a part of a grain's key.</summary>
    public override string ToString() => Bits.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
