using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Platform.Hosting.Listeners;

/// <summary>
/// Bounds the open connections of one address, so that nobody alone can use up the listener (TR-9). One IPv6 network of 64 bits is one address: whoever
/// has one address of it has them all. A connection too many is closed before a byte of it is read.
/// </summary>
internal sealed class ConnectionLimit(int most)
{
    private static readonly Meter Meter = new("Platform.Listeners");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("platform.listener.connections.refused", "{connection}", "Connections closed because their address had too many.");

    private readonly ConcurrentDictionary<UInt128, int> _open = new();

    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var address = KeyOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (!TryEnter(address))
        {
            Refused.Add(1);
            connection.Abort(new ConnectionAbortedException("Too many connections of one address."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    };

    /// <summary>Counts a connection in, unless its address has as many as it may.</summary>
    internal bool TryEnter(UInt128 address)
    {
        while (true)
        {
            if (!_open.TryGetValue(address, out var open))
            {
                if (_open.TryAdd(address, 1))
                {
                    return true;
                }
            }
            else if (open >= most)
            {
                return false;
            }
            else if (_open.TryUpdate(address, open + 1, open))
            {
                return true;
            }
        }
    }

    internal void Leave(UInt128 address)
    {
        while (_open.TryGetValue(address, out var open))
        {
            // The last one takes the entry with it: addresses that left must not fill memory.
            if (open > 1 ? _open.TryUpdate(address, open - 1, open) : _open.TryRemove(KeyValuePair.Create(address, open)))
            {
                return;
            }
        }
    }

    /// <summary>What counts as one address; unknown ones count together.</summary>
    internal static UInt128 KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        var whole = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return address.MapToIPv6().IsIPv4MappedToIPv6 ? whole : whole >> 64 << 64;
    }

    /// <summary>Addresses with an open connection.</summary>
    internal int Addresses => _open.Count;
}
