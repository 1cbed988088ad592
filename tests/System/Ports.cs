using System.Net.Sockets;
using System.Security.Cryptography;

namespace Platform.System.Tests;

internal static class Ports
{
    /// <summary>Free ports below the ephemeral range: a client's own port can then never take one while the product restarts.</summary>
    public static int[] Free(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                ports.Add(port);
            }
            catch (SocketException)
            {
            }
        }

        return [.. ports];
    }
}
