using System.Text;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Sockets;

/// <summary>What runs on one connection: requests by their ids, at most so many, and every message until its answer is sent.</summary>
internal sealed class RunningRequests(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SocketExchange> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<SocketExchange> _live = [];
    private TaskCompletionSource? _empty;

    /// <summary>Requests that run, open subscriptions among them.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>A message is being served from now on.</summary>
    public void Enter(SocketExchange exchange)
    {
        lock (_lock)
        {
            _live.Add(exchange);
        }
    }

    /// <summary>Its answer is sent, or will never be.</summary>
    public void Leave(SocketExchange exchange)
    {
        lock (_lock)
        {
            _live.Remove(exchange);
            if (_live.Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Null when the request may run. JSON-RPC: while it does, its id names no other one.</summary>
    /// <param name="id">As it was written.</param>
    /// <param name="exchange">Whose request it is.</param>
    public Problem? TryBegin(ReadOnlyMemory<byte> id, SocketExchange exchange)
    {
        var name = NameOf(id);
        lock (_lock)
        {
            if (_byId.ContainsKey(name))
            {
                return Problem.InvalidRequest("A request with this id runs on this connection.");
            }

            if (_byId.Count >= most)
            {
                return new Problem(ProblemCode.RateLimited, $"{most} requests run on this connection; wait for one of them.") { RetryAfter = TimeSpan.FromSeconds(1) };
            }

            _byId.Add(name, exchange);
            return null;
        }
    }

    public void Finish(ReadOnlyMemory<byte> id)
    {
        lock (_lock)
        {
            _byId.Remove(NameOf(id));
        }
    }

    /// <summary>The client gave one up; one that does not run is nobody's.</summary>
    public void Cancel(ReadOnlyMemory<byte> id)
    {
        SocketExchange? exchange;
        lock (_lock)
        {
            _byId.TryGetValue(NameOf(id), out exchange);
        }

        exchange?.Cancel();
    }

    /// <summary>Ends all of them, each with this answer.</summary>
    public void EndAll(Problem reason)
    {
        SocketExchange[] all;
        lock (_lock)
        {
            all = [.. _live];
        }

        foreach (var exchange in all)
        {
            exchange.End(reason);
        }
    }

    /// <summary>Completes when nothing runs. Asked for when nothing new begins.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_live.Count == 0)
            {
                _empty.TrySetResult();
            }

            return _empty.Task;
        }
    }

    private static string NameOf(ReadOnlyMemory<byte> id) => Encoding.UTF8.GetString(id.Span);
}
