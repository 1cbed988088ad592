using System.Net;
using System.Net.Sockets;
using Platform.Hosting;
using Platform.Hosting.Startup;

namespace Platform.Silo.Bootstrap;

/// <summary>Asks for every port before the start begins, so that a port in use is one sentence and not a half-done start.</summary>
internal static class FreePorts
{
    /// <exception cref="StartupException">Names each setting whose port is taken.</exception>
    public static void Require(PlatformOptions options)
    {
        var wanted = new List<(string Setting, IPEndPoint EndPoint)>
        {
            ("Platform:Urls:Data", EndPointOf(options.Urls.Data)),
            ("Platform:Urls:Management", EndPointOf(options.Urls.Management)),
            ("Platform:Orleans:SiloPort", new IPEndPoint(options.Cluster.IsCluster() ? options.Cluster.Listen() : IPAddress.Loopback, options.Orleans.SiloPort)),
        };
        if (options.Orleans.GatewayPort != 0 && !options.Cluster.IsCluster())
        {
            wanted.Add(("Platform:Orleans:GatewayPort", new IPEndPoint(IPAddress.Loopback, options.Orleans.GatewayPort)));
        }

        var taken = wanted.Where(port => !IsFree(port.EndPoint)).ToArray();
        if (taken.Length > 0)
        {
            throw new StartupException(string.Join(Environment.NewLine, taken.Select(port => $"Port {port.EndPoint.Port} is in use: stop the process that has it, or set {port.Setting} to another.")));
        }
    }

    private static bool IsFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel does it: connections of a process that just ended do not count.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endPoint);
            socket.Listen(1);
            return true;
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }

    private static IPEndPoint EndPointOf(string url)
    {
        var uri = new Uri(url);
        return new IPEndPoint(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
    }
}
