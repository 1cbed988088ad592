using System.Threading.Channels;

namespace Platform.Cli.Stdio;

/// <summary>What the client sends without waiting for an answer, delivered one after the other in its order.</summary>
internal sealed class Outgoing
{
    private readonly Channel<(Func<Task> Send, TaskCompletionSource Sent)> _queue =
        Channel.CreateBounded<(Func<Task>, TaskCompletionSource)>(new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });

    /// <summary>Waits for room, and returns what ends when it was delivered or is given up.</summary>
    public async Task<Task> AddAsync(Func<Task> send, CancellationToken cancel)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync((send, sent), cancel);
        return sent.Task;
    }

    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync()
    {
        await foreach (var (send, sent) in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await send();
            }
            finally
            {
                sent.TrySetResult();
            }
        }
    }
}
