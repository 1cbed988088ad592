using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Alerts.Signals;

namespace Platform.Api.Audit;

/// <summary>
/// Carries entries to each tenant's chain in micro-batches: one batch is under way per tenant, the next gathers meanwhile. A durable entry returns after
/// its commit and throws when it may not be stored (fail closed); a batched one returns at once and is kept until it is stored.
/// </summary>
internal sealed partial class AuditTrail(TenantGrains grains, SignalCounters signals, TimeProvider clock, ILogger<AuditTrail> logger) : IHostedService
{
    private readonly ConcurrentDictionary<TenantId, TenantChannel> _channels = new();

    public Task WriteAsync(AuditEntry entry, AuditMode mode)
    {
        Count(entry);
        var stored = ChannelOf(entry).AddAsync(new Queued(entry.Seal(), entry.Ran, IsIntent: false), mode);
        return entry.IsUnrecordable ? Task.CompletedTask : stored;
    }

    /// <summary>
    /// Before something is changed: returns when it is on disk that this request is about to run, and throws when it may not be; then nothing runs (AL-5). It travels and commits with whatever else
    /// is under way, and ends with the outcome.
    /// </summary>
    /// <param name="entry">Of the request.</param>
    /// <param name="target">What it is about, where the entry does not say so yet.</param>
    public async Task IntendAsync(AuditEntry entry, string? target = null)
    {
        try
        {
            await ChannelOf(entry).AddAsync(new Queued(entry.SealIntent(target), Keep: false, IsIntent: true), AuditMode.Durable);
        }
        catch (AuditUnavailableException)
        {
            (entry.Ran, entry.IsUnrecordable) = (false, true);
            throw;
        }
    }

    private TenantChannel ChannelOf(AuditEntry entry) => _channels.GetOrAdd(entry.Tenant, static (tenant, trail) => new TenantChannel(tenant, trail), this);

    /// <summary>For alerts (AL-6): every outcome counts, also one that is not recorded by itself.</summary>
    public void Count(AuditEntry entry) =>
        signals.Add(entry.Tenant, entry.TakeSignals(), (long)Stopwatch.GetElapsedTime(entry.Started).TotalMicroseconds, entry.RequestBytes);

    /// <summary>True while a tenant's trail cannot be written: nothing that changes anything should begin (AL-5).</summary>
    public bool IsFailing(TenantId tenant) => _channels.TryGetValue(tenant, out var channel) && channel.IsFailing;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until everything that was accepted is stored: runs before the silo stops.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var channel in _channels.Values)
        {
            await channel.DrainAsync().WaitAsync(cancellationToken);
        }
    }

    private sealed class TenantChannel(TenantId tenant, AuditTrail trail)
    {
        private const int MaxBatch = 512;
        private const int MaxWaiting = 20_000;
        private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(10);

        /// <summary>A log that hangs is a log that fails (AL-5).</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

        private readonly Lock _lock = new();
        private List<Queued> _next = [];
        private TaskCompletionSource _nextStored = NewSource();
        private bool _nextHasWaiter;
        private bool _running;
        private bool _failing;
        private bool _refusing;
        private IAuditStreamGrain? _stream;

        /// <summary>Not at the first failure, which may be a grain that moves: until those who waited were refused, whoever comes waits too.</summary>
        public bool IsFailing => Volatile.Read(ref _refusing);

        public Task AddAsync(Queued entry, AuditMode mode)
        {
            Task stored;
            lock (_lock)
            {
                stored = _nextStored.Task;
                // A batched entry waits too while the trail fails or is too far behind: nothing that was answered is dropped, and memory is bounded.
                var wait = mode == AuditMode.Durable || _failing || _next.Count > MaxWaiting;
                _next.Add(entry with { Keep = entry.Keep || !wait });
                _nextHasWaiter |= wait;
                if (!_running)
                {
                    _running = true;

                    // The loop serves everybody: it must not run in the scope or the trace of the request that happened to start it.
                    using (ExecutionContext.SuppressFlow())
                    {
                        _ = Task.Run(RunAsync);
                    }
                }

                return wait ? stored : Task.CompletedTask;
            }
        }

        public async Task DrainAsync()
        {
            while (true)
            {
                Task stored;
                lock (_lock)
                {
                    if (!_running)
                    {
                        return;
                    }

                    _nextHasWaiter = true;
                    stored = _nextStored.Task;
                }

                // Looks again when the batch is through or for a while was not; whether it was stored the loop itself knows.
                await Task.WhenAny(stored, Task.Delay(50, CancellationToken.None));
            }
        }

        private async Task RunAsync()
        {
            while (true)
            {
                bool hurry;
                lock (_lock)
                {
                    if (_next.Count == 0)
                    {
                        _running = false;
                        return;
                    }

                    hurry = _nextHasWaiter || _next.Count >= MaxBatch;
                }

                if (!hurry)
                {
                    await Task.Delay(Gather, trail.Clock);
                }

                List<Queued> batch;
                TaskCompletionSource stored;
                lock (_lock)
                {
                    (batch, _next) = (_next, []);
                    (stored, _nextStored) = (_nextStored, NewSource());
                    _nextHasWaiter = false;
                }

                await StoreAsync(batch, stored);
            }
        }

        private async Task StoreAsync(List<Queued> batch, TaskCompletionSource stored)
        {
            // Event ids make a repeated append safe, so an answer that was lost is asked for again, within the patience of those who wait.
            var started = trail.Clock.GetTimestamp();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    // Entering the scope is per call; the reference stays.
                    var scope = trail.Grains.For(tenant);
                    var stream = _stream ??= scope.Get<IAuditStreamGrain>("0");
                    for (var from = 0; from < batch.Count; from += MaxBatch)
                    {
                        await stream.AppendAsync(PartOf(batch, from)).WaitAsync(Left(started), trail.Clock);
                    }

                    (_failing, _refusing) = (false, false);
                    stored.TrySetResult();
                    return;
                }
                catch (Exception failure)
                {
                    Log.AppendFailed(trail.Logger, failure, batch.Count, attempt);
                    _failing = true;

                    // A log that refuses says so at once; a grain whose node goes or went is somewhere else soon, and is worth all of the patience.
                    var isMoving = Problem.Of(failure).Code == ProblemCode.Unavailable;
                    if ((attempt >= 3 && !isMoving) || Left(started) == TimeSpan.Zero)
                    {
                        // Those who wait are refused now; the events themselves are tried again with the next batch.
                        _refusing = true;
                        stored.TrySetException(new AuditUnavailableException());
                        _ = stored.Task.Exception;
                        Requeue(batch);
                        await Task.Delay(TimeSpan.FromSeconds(1), trail.Clock);
                        return;
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(50 * attempt, 500)), trail.Clock);
                }
            }
        }

        // What was answered or may have changed something is stored, however long it takes; of the rest, refused unrun, only as many as there is room for.
        private void Requeue(List<Queued> batch)
        {
            lock (_lock)
            {
                if (_next.Count + batch.Count > MaxWaiting)
                {
                    batch.RemoveAll(entry => !entry.Keep);
                }

                batch.AddRange(_next);
                _next = batch;
            }
        }

        private static AuditBatch PartOf(List<Queued> batch, int from)
        {
            var to = Math.Min(from + MaxBatch, batch.Count);
            var intents = 0;
            for (var i = from; i < to; i++)
            {
                intents += batch[i].IsIntent ? 1 : 0;
            }

            var part = new AuditBatch(new AuditEvent[to - from - intents]) { Intents = intents == 0 ? [] : new AuditEvent[intents] };
            var (events, intended) = (0, 0);
            for (var i = from; i < to; i++)
            {
                if (batch[i].IsIntent)
                {
                    part.Intents[intended++] = batch[i].Event;
                }
                else
                {
                    part.Events[events++] = batch[i].Event;
                }
            }

            return part;
        }

        private TimeSpan Left(long started)
        {
            var left = Patience - trail.Clock.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private readonly record struct Queued(AuditEvent Event, bool Keep, bool IsIntent);

    private TenantGrains Grains => grains;

    private TimeProvider Clock => clock;

    private ILogger Logger => logger;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditAppendFailed", Level = LogLevel.Error, Message = "Appending {Count} audit events failed (attempt {Attempt}).")]
        public static partial void AppendFailed(ILogger logger, Exception failure, int count, int attempt);
    }
}
