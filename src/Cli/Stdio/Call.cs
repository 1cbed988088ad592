namespace Platform.Cli.Stdio;

/// <summary>A request of the client that is on its way. It is settled once: answered, or cancelled.</summary>
internal sealed class Call(RpcMessage request, CancellationToken lifetime) : IDisposable
{
    private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(lifetime);
    private int _settled;

    public RpcMessage Request { get; } = request;

    public RpcId Id { get; } = request.Id!.Value;

    public bool IsModern => Request.Version is not null;

    /// <summary>It has a place, and the endpoint may know of it.</summary>
    public bool IsSent { get; set; }

    public bool IsSettled => Volatile.Read(ref _settled) != 0;

    public CancellationToken Cancelled => _cancel.Token;

    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;

    /// <summary>Nobody waits for the answer any more: the response is closed, and nothing about this request is written again.</summary>
    public void Cancel()
    {
        TrySettle();
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }

    public void Dispose() => _cancel.Dispose();
}
