using System.Security.Cryptography;
using Platform.Grains.Audit;

namespace Platform.Silo.Audit.Sinks;

/// <summary>
/// Feeds one sink from the log, after the commit and away from every request: reads what the sink was not told, gives it, and only then notes how far it came. A sink that does not take it is
/// asked again, less at a time and less and less often, for as long as it takes.
/// </summary>
internal sealed partial class SinkPump(IAuditSink sink, IAuditFeed feed, SinkBoard board, bool fromNow, TimeProvider clock, ILogger<SinkPump> logger) : BackgroundService
{
    private const int MostEvents = 1_000;
    private const int MostOfOne = 250;

    /// <summary>How often the log is looked at while there is nothing to do.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>How often every chain is looked at, whatever grew.</summary>
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);

    /// <summary>Longest that a sink may take for one batch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Standby = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SinkPending _pending = new();
    private int _most = MostEvents;
    private int _failures;
    private bool _hasBegun;
    private long? _looked;
    private long? _lookedWhole;
    private DateTimeOffset? _taken;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Tell(SinkState.Failing);
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // Whatever it was, the loop has to live: the sink, or the log, may be well again later.
                pause = Fail(failure);
            }

            await PauseAsync(pause, stoppingToken);
        }

        await feed.EndTurnAsync(sink.Name);
    }

    /// <summary>Gives the sink one batch, if there is one.</summary>
    /// <returns>How long nothing more is to be done.</returns>
    private async Task<TimeSpan> RoundAsync(CancellationToken cancel)
    {
        if (!await feed.HasTurnAsync(sink.Name, cancel))
        {
            Forget();
            Tell(SinkState.Standby);
            return Standby;
        }

        if (!_hasBegun)
        {
            await feed.BeginAsync(sink.Name, fromNow, cancel);
            _hasBegun = true;
        }

        await LookAsync(cancel);
        var (events, parts) = await TakeAsync(cancel);
        if (events.Count > 0)
        {
            await GiveAsync(events, cancel);
            await feed.AdvanceAsync(sink.Name, parts.ConvertAll(place => new SinkPlace(place.Stream, place.Last.Sequence, place.Last.Hash)), cancel);
            parts.ForEach(Took);
            board.Delivered(sink.Name, events.Count);
            _taken = clock.GetUtcNow();
            _most = Math.Min(MostEvents, _most * 2);
        }

        if (_failures > 0)
        {
            Log.Recovered(logger, sink.Name, _failures);
            _failures = 0;
        }

        Tell(SinkState.Ok);
        return _pending.IsEmpty ? Beat : TimeSpan.Zero;
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        if (!_pending.IsEmpty && _looked is { } looked && clock.GetElapsedTime(looked) < Beat)
        {
            return;
        }

        var isWhole = _lookedWhole is not { } whole || clock.GetElapsedTime(whole) >= Whole;
        var now = clock.GetTimestamp();
        foreach (var backlog in await feed.BehindAsync(sink.Name, isWhole, cancel))
        {
            _pending.Add(backlog);
            if (backlog.IsRewound)
            {
                Log.Rewound(logger, sink.Name, backlog.Stream.Tenant);
            }
        }

        (_looked, _lookedWhole) = (now, isWhole ? now : _lookedWhole);
    }

    private void Took(Part part)
    {
        _pending.Told(part.Stream, part.Last.Sequence, part.Last.At);
        if (part.Missed > 0)
        {
            board.Missed(sink.Name, part.Missed);
            Log.Missed(logger, sink.Name, part.Missed, part.Stream.Tenant);
        }
    }

    private async Task<(List<SinkEvent> Events, List<Part> Parts)> TakeAsync(CancellationToken cancel)
    {
        var events = new List<SinkEvent>();
        var parts = new List<Part>();
        while (events.Count < _most && _pending.TryNext(out var stream, out var after))
        {
            var rows = await feed.ReadAsync(stream, after, Math.Min(MostOfOne, _most - events.Count), cancel);
            if (rows.Count == 0)
            {
                _pending.Forget(stream);
                continue;
            }

            events.AddRange(rows.Select(row => new SinkEvent(stream, row)));
            parts.Add(new Part(stream, rows[^1], rows[0].Sequence - after - 1));
        }

        return (events, parts);
    }

    private async Task GiveAsync(List<SinkEvent> events, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await sink.DeliverAsync(events, either.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The sink took longer than {Patience.TotalSeconds:0} s.", late);
        }
    }

    private TimeSpan Fail(Exception failure)
    {
        _failures++;
        board.Failed(sink.Name);
        Log.Failed(logger, failure, sink.Name, _failures);
        Tell(SinkState.Failing);

        // What was taken out is read again, from the place that is noted. Less at a time: it may have been too much.
        Forget();
        _most = Math.Max(1, _most / 2);
        var longest = Math.Min(LongestPause.TotalMilliseconds, Beat.TotalMilliseconds * Math.Pow(2, Math.Min(_failures - 1, 10)));
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(longest / 2), (int)longest + 1));
    }

    private void Forget()
    {
        _pending.Clear();
        (_looked, _lookedWhole) = (null, null);
    }

    private void Tell(SinkState state) => board.Set(new SinkStatus(sink.Name, state, _pending.Count, _pending.Oldest, _taken));

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What a batch has of one chain.</summary>
    private readonly record struct Part(SinkStream Stream, AuditRow Last, long Missed);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditSinkFailed", Level = LogLevel.Warning, Message = "The audit sink {Sink} did not take what it was given, for the {Attempt}. time; the events stay in the store, and it is asked again.")]
        public static partial void Failed(ILogger logger, Exception failure, string sink, int attempt);

        [LoggerMessage(EventId = 2, EventName = "AuditSinkRecovered", Level = LogLevel.Information, Message = "The audit sink {Sink} takes events again, after {Attempts} attempts.")]
        public static partial void Recovered(ILogger logger, string sink, int attempts);

        [LoggerMessage(EventId = 3, EventName = "AuditSinkRewound", Level = LogLevel.Warning, Message = "The trail of {Tenant} is not the one that the audit sink {Sink} was told; it is told anew.")]
        public static partial void Rewound(ILogger logger, string sink, string tenant);

        [LoggerMessage(EventId = 4, EventName = "AuditSinkMissed", Level = LogLevel.Error, Message = "{Count} events of {Tenant} were deleted before the audit sink {Sink} took them.")]
        public static partial void Missed(ILogger logger, string sink, long count, string tenant);
    }
}
