using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Cli.Stdio;

/// <summary>The client's requests that are not answered yet.</summary>
internal sealed class Calls
{
    private readonly ConcurrentDictionary<RpcId, Call> _calls = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    /// <summary>False while another request with this id is on its way: two of them could not be told apart.</summary>
    public bool TryAdd(Call call) => _calls.TryAdd(call.Id, call);

    public bool TryFind(RpcId id, [MaybeNullWhen(false)] out Call call) => _calls.TryGetValue(id, out call);

    public void Remove(Call call) => _calls.TryRemove(new KeyValuePair<RpcId, Call>(call.Id, call));

    /// <summary>Counts a task until it ends.</summary>
    public void Track(Task task)
    {
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Cancels what would never end by itself.</summary>
    public void CancelSubscriptions()
    {
        foreach (var call in _calls.Values.Where(call => call.Request.Method == Subscription.Method))
        {
            call.Cancel();
        }
    }

    public Task WhenAllEnded() => Task.WhenAll(_running.Keys);
}
