using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Silo.Audit;

/// <summary>
/// Puts on record which requests were begun and never heard of again. In a process that is alone those of its predecessor, at once; in a cluster, where other processes have requests under way,
/// those whose intent has been there for as long as no request takes.
/// </summary>
internal sealed partial class UnfinishedRequests(IAuditLog log, TenantGrains grains, bool isAlone, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<UnfinishedRequests> logger) : BackgroundService
{
    private const int Most = 500;

    /// <summary>Also with those of trails that take nothing.</summary>
    private const int MostRead = 20_000;

    private static readonly TimeSpan Beat = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private readonly IntentAges _ages = new();

    /// <summary>What waits for a trail that takes nothing is read each time and must leave room for the others.</summary>
    private int _count = Most;

    /// <summary>One look; how many were put on record.</summary>
    public async Task<int> SettleAsync(CancellationToken cancel)
    {
        var settled = 0;
        var stuck = new HashSet<(TenantId, string)>();
        while (true)
        {
            // By the store: while it was away, outcomes waited for it too.
            var intents = await log.IntentsAsync(isAlone ? _started : clock.GetUtcNow(), _count, cancel);
            var lost = isAlone ? intents : _ages.Old(intents, clock.GetUtcNow());
            var (before, waiting) = (settled, 0);
            foreach (var trail in lost.GroupBy(intent => (intent.Tenant, intent.Shard)))
            {
                var events = trail.Select(intent => intent.Event).ToArray();
                if (!stuck.Contains(trail.Key) && await TryRecordAsync(trail.Key.Tenant, trail.Key.Shard, events))
                {
                    settled += events.Length;
                }
                else
                {
                    stuck.Add(trail.Key);
                    waiting += events.Length;
                }
            }

            var (wasAll, old) = (intents.Count < _count, _count);
            _count = Math.Min(Most + waiting, MostRead);
            if (wasAll || (settled == before && _count <= old))
            {
                return settled;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Grains answer once everything has started.
        using (var started = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStarted, stoppingToken))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, started.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using var timer = new PeriodicTimer(Beat, clock);
        do
        {
            try
            {
                if (await SettleAsync(stoppingToken) is > 0 and var count)
                {
                    Log.Unfinished(logger, count);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // They stay where they are until the next beat.
                Log.Failed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>A trail that takes nothing keeps its own requests waiting, and nobody else's.</summary>
    private async Task<bool> TryRecordAsync(TenantId tenant, string shard, AuditEvent[] events)
    {
        try
        {
            await grains.For(tenant).Get<IAuditStreamGrain>(shard).AppendAsync(new AuditBatch(events));
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.Failed(logger, failure);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "UnfinishedRequests", Level = LogLevel.Error, Message = "{Count} requests were begun and never heard of again; the audit trails of their tenants say which (outcome unfinished).")]
        public static partial void Unfinished(ILogger logger, int count);

        [LoggerMessage(EventId = 2, EventName = "UnfinishedRequestsNotRecorded", Level = LogLevel.Warning, Message = "Requests that were begun and never heard of again could not be put on record yet.")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
