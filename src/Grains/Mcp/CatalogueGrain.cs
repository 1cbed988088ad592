using Orleans.Concurrency;
using Platform.Abstractions.Mcp;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Mcp;

[GrainType("catalogue"), Reentrant]
internal sealed class CatalogueGrain(TimeProvider clock) : Grain, ICatalogueGrain
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private readonly Dictionary<ICatalogueObserver, DateTimeOffset> _observers = [];

    /// <summary>Counts changes. Begins at the clock, so that another activation does not count where this one did.</summary>
    private long _version;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _version = clock.GetUtcNow().UtcTicks;
        return Task.CompletedTask;
    }

    public Task<long> SubscribeAsync(ICatalogueObserver observer)
    {
        _observers[observer] = clock.GetUtcNow() + Lease;
        return Task.FromResult(_version);
    }

    public Task UnsubscribeAsync(ICatalogueObserver observer)
    {
        _observers.Remove(observer);
        return Task.CompletedTask;
    }

    public async Task PublishAsync(CatalogueChange[] changes)
    {
        var version = ++_version;
        var now = clock.GetUtcNow();
        foreach (var lapsed in _observers.Where(entry => entry.Value < now).Select(entry => entry.Key).ToArray())
        {
            _observers.Remove(lapsed);
        }

        foreach (var observer in _observers.Keys.ToArray())
        {
            await observer.ChangedAsync(GrainContext.TenantOf(), version, changes);
        }
    }
}
