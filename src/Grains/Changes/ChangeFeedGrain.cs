using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Platform.Abstractions.Changes;

namespace Platform.Grains.Changes;

[GrainType("change-feed"), Reentrant]
internal sealed partial class ChangeFeedGrain(TimeProvider clock, ILogger<ChangeFeedGrain> logger) : Grain, IChangeFeedGrain
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Dictionary<IChangeObserver, DateTimeOffset> _observers = [];

    public Task SubscribeAsync(IChangeObserver observer)
    {
        _observers[observer] = clock.GetUtcNow() + Lease;
        return Task.CompletedTask;
    }

    public async Task PublishAsync(Change change)
    {
        var now = clock.GetUtcNow();
        foreach (var lapsed in _observers.Where(entry => entry.Value < now).Select(entry => entry.Key).ToArray())
        {
            _observers.Remove(lapsed);
        }

        await Task.WhenAll(_observers.Keys.ToArray().Select(observer => TellAsync(observer, change)));
    }

    // A node that does not answer, whatever the reason, finds out by the age of what it holds; the change is stored and must not wait or fail for it.
    private async Task TellAsync(IChangeObserver observer, Change change)
    {
        try
        {
            await observer.ChangedAsync(change).AsTask().WaitAsync(Patience, clock);
        }
        catch (Exception failure)
        {
            Log.NodeSilent(logger, failure, change.Kind);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ChangePushFailed", Level = LogLevel.Warning, Message = "A node did not acknowledge a {Kind} change within a second; it will notice by age.")]
        public static partial void NodeSilent(ILogger logger, Exception failure, ChangeKind kind);
    }
}
