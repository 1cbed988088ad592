using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>
/// Before anything is served: asks this node's witnesses what they saw, and has the store compared with it. From then on: keeps the watch going, and gives each witness what it lacks.
/// A witness that is away delays nothing; it gets the newest checkpoint with all heads when it is back.
/// </summary>
internal sealed partial class WitnessFeed(IEnumerable<IAuditWitness> witnesses, TenantGrains grains, WitnessBoard board, TimeProvider clock, TimeSpan every, ILogger<WitnessFeed> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Link[] _links = [.. witnesses.Select(witness => new Link(witness))];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var link in _links)
        {
            await CompareAsync(link, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>One round: the watch, then each witness whose pause is over.</summary>
    internal async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            board.Saw(await grains.Platform.Get<IAuditWatchGrain>("audit-watch").KeepUpAsync(every));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.WatchFailed(logger, failure);
        }

        foreach (var link in _links.Where(link => clock.GetUtcNow() >= link.NotBefore))
        {
            await FeedAsync(link, cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        do
        {
            await RoundAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task CompareAsync(Link link, CancellationToken cancel)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            if (await link.Witness.LastAsync(patience.Token) is not { } last)
            {
                Log.Empty(logger, link.Witness.Name);
                return;
            }

            link.Has = last.Number;
            board.Saw(await grains.Platform.Get<IAuditWatchGrain>("audit-watch").CompareAsync(link.Witness.Name, last));
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // Whoever takes the witness away must not be able to stop the platform; that nothing was compared is said, and health says it until it takes a checkpoint again.
            board.Failed(link.Witness.Name);
            Log.NotCompared(logger, failure, link.Witness.Name);
        }
    }

    private async Task FeedAsync(Link link, CancellationToken cancel)
    {
        try
        {
            if (await grains.Platform.Get<IAuditWatchGrain>("audit-watch").SinceAsync(link.Has) is { } record)
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(Patience);
                await link.Witness.WriteAsync(record, patience.Token);
                link.Has = record.Number;
            }

            link.Pause = TimeSpan.Zero;
            board.IsLevel(link.Witness.Name);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            link.Pause = link.Pause == TimeSpan.Zero ? Beat : TimeSpan.FromTicks(Math.Min(2 * link.Pause.Ticks, LongestPause.Ticks));
            link.NotBefore = clock.GetUtcNow() + link.Pause;
            board.Failed(link.Witness.Name);
            Log.NotTaken(logger, failure, link.Witness.Name);
        }
    }

    private sealed class Link(IAuditWitness witness)
    {
        public IAuditWitness Witness { get; } = witness;

        /// <summary>Number of the last checkpoint it took; 0 when that is not known.</summary>
        public long Has { get; set; }

        public TimeSpan Pause { get; set; }

        public DateTimeOffset NotBefore { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditWitnessEmpty", Level = LogLevel.Warning, Message = "The audit witness {Witness} has no checkpoint yet: nothing could be compared with it.")]
        public static partial void Empty(ILogger logger, string witness);

        [LoggerMessage(EventId = 2, EventName = "AuditWitnessNotCompared", Level = LogLevel.Error, Message = "The audit witness {Witness} could not be asked: a store that was set back would not have been noticed.")]
        public static partial void NotCompared(ILogger logger, Exception failure, string witness);

        [LoggerMessage(EventId = 3, EventName = "AuditWitnessBehind", Level = LogLevel.Error, Message = "The audit witness {Witness} did not take the last checkpoint; it is tried again.")]
        public static partial void NotTaken(ILogger logger, Exception failure, string witness);

        [LoggerMessage(EventId = 4, EventName = "AuditWatchFailed", Level = LogLevel.Error, Message = "The audit watch could not look after the trails; it is tried again.")]
        public static partial void WatchFailed(ILogger logger, Exception failure);
    }
}
