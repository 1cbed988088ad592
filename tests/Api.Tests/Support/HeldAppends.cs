namespace Platform.Api.Tests.Support;

/// <summary>Appends to the audit log that wait, as on a disk that hangs, until they are let go.</summary>
public sealed class HeldAppends(Action letGo) : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when one waits.</summary>
    public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Task PassAsync()
    {
        _reached.TrySetResult();
        return _open.Task;
    }

    public void Dispose()
    {
        letGo();
        _open.TrySetResult();
    }
}
