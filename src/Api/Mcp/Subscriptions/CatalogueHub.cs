using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Subscriptions;

/// <summary>
/// This node's ear for the tenants whose clients listen here: one subscription a tenant, however many streams. Notices are best effort; a renewal that
/// finds another version than the last one heard of tells every stream that something was missed.
/// </summary>
internal sealed partial class CatalogueHub(IGrainFactory factory, TenantGrains grains, TimeProvider clock, ILogger<CatalogueHub> logger) : BackgroundService, ICatalogueObserver
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<TenantId, Channel> _channels = new();
    private ICatalogueObserver? _reference;

    /// <summary>Listens to a tenant from now on: what changes after this returns is heard.</summary>
    public async ValueTask<CatalogueListener> ListenAsync(TenantId tenant, ListenFilter filter)
    {
        while (true)
        {
            var channel = _channels.GetOrAdd(tenant, static _ => new Channel());
            var listener = new CatalogueListener(filter, gone => Leave(tenant, channel, gone));
            if (!channel.TryAdd(listener))
            {
                // It was just given up.
                continue;
            }

            if (!channel.IsSubscribed)
            {
                await SubscribeAsync(tenant, channel);
            }

            return listener;
        }
    }

    /// <summary>Tells every node whose clients listen.</summary>
    public Task PublishAsync(TenantId tenant, params CatalogueChange[] changes) => grains.For(tenant).The<ICatalogueGrain>().PublishAsync(changes);

    /// <summary>The version of a tenant's catalogue as far as this node knows, for what resumes later.</summary>
    public long VersionOf(TenantId tenant) => _channels.TryGetValue(tenant, out var channel) ? channel.Version : 0;

    public Task ChangedAsync(TenantId tenant, long version, CatalogueChange[] changes)
    {
        if (_channels.TryGetValue(tenant, out var channel))
        {
            channel.Offer(version, changes);
        }

        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Renewal, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (tenant, channel) in _channels)
            {
                try
                {
                    await SubscribeAsync(tenant, channel);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    Log.RenewalFailed(logger, failure);
                }
            }
        }
    }

    private async Task SubscribeAsync(TenantId tenant, Channel channel)
    {
        // The runtime holds observers weakly; this service lives as long as the process.
        _reference ??= factory.CreateObjectReference<ICatalogueObserver>(this);
        channel.Renewed(await grains.For(tenant).The<ICatalogueGrain>().SubscribeAsync(_reference));
    }

    private void Leave(TenantId tenant, Channel channel, CatalogueListener listener)
    {
        if (channel.Remove(listener))
        {
            // The grain's lease lapses by itself.
            _channels.TryRemove(KeyValuePair.Create(tenant, channel));
        }
    }

    private sealed class Channel
    {
        private readonly Lock _lock = new();
        private readonly List<CatalogueListener> _listeners = [];
        private bool _isClosed;

        public bool IsSubscribed { get; private set; }

        public long Version { get; private set; }

        public bool TryAdd(CatalogueListener listener)
        {
            lock (_lock)
            {
                if (!_isClosed)
                {
                    _listeners.Add(listener);
                }

                return !_isClosed;
            }
        }

        /// <summary>True when nobody is left; nobody can join any more.</summary>
        public bool Remove(CatalogueListener listener)
        {
            lock (_lock)
            {
                _listeners.Remove(listener);
                return _isClosed = _listeners.Count == 0;
            }
        }

        public void Offer(long version, CatalogueChange[] changes)
        {
            lock (_lock)
            {
                // A gap in the versions is a notice that was lost.
                IReadOnlyList<CatalogueChange> heard = Version == 0 || version <= Version + 1 ? changes : [new CatalogueChange(CatalogueChangeKind.Unknown)];
                Version = Math.Max(Version, version);
                foreach (var listener in _listeners)
                {
                    listener.Offer(version, heard);
                }
            }
        }

        public void Renewed(long version)
        {
            lock (_lock)
            {
                var missed = IsSubscribed && version != Version;
                (IsSubscribed, Version) = (true, version);
                if (missed)
                {
                    foreach (var listener in _listeners)
                    {
                        listener.Offer(version, [new CatalogueChange(CatalogueChangeKind.Unknown)]);
                    }
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "CatalogueRenewalFailed", Level = LogLevel.Warning, Message = "A tenant's changes could not be subscribed to; the next renewal repairs what is missed.")]
        public static partial void RenewalFailed(ILogger logger, Exception failure);
    }
}
