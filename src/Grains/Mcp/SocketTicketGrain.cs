using Platform.Abstractions.Mcp;

namespace Platform.Grains.Mcp;

[GrainType("socket-ticket")]
internal sealed class SocketTicketGrain(TimeProvider clock) : Grain, ISocketTicketGrain
{
    private byte[]? _kept;
    private DateTimeOffset _until;

    public Task KeepAsync(byte[] encrypted, DateTimeOffset until)
    {
        (_kept, _until) = (encrypted, until);
        var life = until - clock.GetUtcNow();
        this.RegisterGrainTimer(ForgetAsync, new GrainTimerCreationOptions { DueTime = life > TimeSpan.Zero ? life : TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan });
        return Task.CompletedTask;
    }

    public Task<byte[]?> TakeAsync()
    {
        var kept = clock.GetUtcNow() < _until ? _kept : null;
        _kept = null;

        // Also for an id that somebody made up: it must not stay in memory.
        DeactivateOnIdle();
        return Task.FromResult(kept);
    }

    private Task ForgetAsync(CancellationToken cancel)
    {
        _kept = null;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
