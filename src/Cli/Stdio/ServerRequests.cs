namespace Platform.Cli.Stdio;

/// <summary>Requests of the endpoint that the client has not answered yet (eras before 2026-07-28).</summary>
internal sealed class ServerRequests
{
    private const int Max = 256;
    private readonly HashSet<RpcId> _ids = [];
    private readonly Lock _lock = new();

    /// <summary>False when the id is in use already, or too many requests wait.</summary>
    public bool TryAdd(RpcId id)
    {
        lock (_lock)
        {
            return _ids.Count < Max && _ids.Add(id);
        }
    }

    /// <summary>False when the endpoint never asked this, or was answered before.</summary>
    public bool TryTake(RpcId id)
    {
        lock (_lock)
        {
            return _ids.Remove(id);
        }
    }

    /// <summary>The session in which they were asked is gone.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _ids.Clear();
        }
    }
}
