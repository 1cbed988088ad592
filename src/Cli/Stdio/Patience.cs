namespace Platform.Cli.Stdio;

/// <summary>Ends a wait when the other side was silent for too long. Whoever hears from it calls <see cref="Renew"/>.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public Patience(TimeSpan silence, TimeProvider clock, CancellationToken cancel)
    {
        _silence = silence;
        _timer = new CancellationTokenSource(silence, clock);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancel);
    }

    public CancellationToken Token => _linked.Token;

    public bool IsOver => _timer.IsCancellationRequested;

    public void Renew() => _timer.CancelAfter(_silence);

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
