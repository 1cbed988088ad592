using System.Collections.Concurrent;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Sockets;

/// <summary>The connections that are open on this node.</summary>
internal sealed class OpenSockets
{
    private readonly ConcurrentDictionary<SocketConnection, TenantId> _open = new();

    /// <summary>Dispose when it is not open any more.</summary>
    public IDisposable Add(SocketConnection connection, TenantId tenant)
    {
        _open[connection] = tenant;
        return new Place(this, connection);
    }

    /// <summary>Something was taken back in this tenant: each of its connections judges its credential anew, now.</summary>
    public void JudgeAgain(TenantId tenant)
    {
        foreach (var (connection, owner) in _open)
        {
            if (owner == tenant)
            {
                connection.JudgeAgain();
            }
        }
    }

    private sealed class Place(OpenSockets sockets, SocketConnection connection) : IDisposable
    {
        public void Dispose() => sockets._open.TryRemove(connection, out _);
    }
}
