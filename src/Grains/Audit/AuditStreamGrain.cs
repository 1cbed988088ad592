using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Secrets;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Audit;

/// <summary>
/// Builds a tenant's chain. Reentrant: while one batch commits the next gathers, and both are acknowledged only after their commit.
/// A sequence that exists fences a second activation: what it was given goes behind what the other wrote, and it steps down.
/// </summary>
[GrainType("audit-stream"), Reentrant]
internal sealed partial class AuditStreamGrain(IAuditLog log, ISecretStore vault, TenantGrains grains, TimeProvider clock, ILogger<AuditStreamGrain> logger) : Grain, IAuditStreamGrain, IAuditUpkeepGrain
{
    private static readonly TimeSpan Beat = TimeSpan.FromMinutes(1);
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private const int MaxBatch = 512;
    private const int MaxQueued = 50_000;

    /// <summary>How often a batch is put behind what another activation wrote meanwhile.</summary>
    private const int MaxAttempts = 5;

    private readonly Queue<Pending> _queue = new();
    private int _queued;
    private bool _pumping;
    private Task<AuditVerification>? _verifying;
    private long _sequence;
    private byte[] _head = new byte[AuditChain.HashSize];
    private SegmentSealer _segments = null!;
    private TrailSalt _salt = null!;
    private IGrainTimer? _beat;
    private TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var head = await log.HeadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), cancellationToken);
        await LoadAsync(head);
        _salt = new TrailSalt(vault, GrainContext.TenantOf(), clock, logger);
    }

    public async Task AppendAsync(AuditBatch batch)
    {
        var count = batch.Events.Length + batch.Intents.Length;
        if (count == 0)
        {
            return;
        }

        // From here on there is nothing to try values with any more.
        batch = AuditHmac.IsNeeded(batch) ? AuditHmac.Fill(batch, await _salt.GetAsync()) : batch;

        // Backpressure, never a dropped event: the caller waits until there is room.
        while (_queued >= MaxQueued)
        {
            await _drained.Task;
        }

        var pending = new Pending(batch);
        _queue.Enqueue(pending);
        _queued += count;
        if (!_pumping)
        {
            _pumping = true;
            _ = PumpAsync();
        }

        await pending.Done.Task;
    }

    public async Task<AuditEventView[]> PageAsync(long? before, int pageSize)
    {
        var newest = Math.Min(_sequence, Math.Max(before ?? long.MaxValue, 1) - 1);
        var from = Math.Max(1, newest - Math.Clamp(pageSize, 1, 1_000) + 1);
        if (newest < 1)
        {
            return [];
        }

        var rows = await log.ReadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), from, (int)(newest - from + 1), CancellationToken.None);
        return [.. rows.Reverse().Select(View)];
    }

    public async Task<AuditEventView[]> ReadAsync(long from, int count)
    {
        var rows = await log.ReadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), Math.Max(1, from), Math.Clamp(count, 1, 1_000), CancellationToken.None);
        return [.. rows.Select(View)];
    }

    public Task<AuditVerification> VerifyAsync() => _verifying is { IsCompleted: false } ? _verifying : _verifying = WalkAsync();

    public async Task<string[]> SegmentsAsync(long from, int count)
    {
        var segments = await log.SegmentsAsync(GrainContext.TenantOf(), GrainContext.RestOf(), Math.Max(1, from), Math.Clamp(count, 1, 1_000), CancellationToken.None);
        return [.. segments.Select(segment => segment.Statement)];
    }

    public async Task<Result<string>> CheckpointAsync()
    {
        _segments.Settle();
        await _segments.SealAsync();

        // All of it is of one moment: nothing is awaited before it is put together.
        var checkpoint = new AuditCheckpoint
        {
            V = 1,
            Tenant = GrainContext.TenantOf().ToString(),
            Shard = GrainContext.RestOf(),
            Sequence = _sequence,
            Hash = Convert.ToHexStringLower(_head),
            Segments = _segments.Segments,
            Segment = _segments.LastHeader,
            At = clock.GetUtcNow(),
        };
        return await Signer.SignAsync(AuditCheckpoint.Type, checkpoint.Write());
    }

    public async Task<Result<string>> SignBundleAsync(string sha256)
    {
        if (sha256.Length != 2 * AuditChain.HashSize || sha256.AsSpan().ContainsAnyExcept(Hexadecimal))
        {
            return Problem.InvalidParams("This is no SHA-256.");
        }

        return await Signer.SignAsync(BundleSeal.Type, new BundleSeal { V = 1, Tenant = GrainContext.TenantOf().ToString(), Sha256 = sha256, At = clock.GetUtcNow() }.Write());
    }

    public async Task<string?> PrunedAsync() => await log.PrunedAsync(GrainContext.TenantOf(), GrainContext.RestOf(), CancellationToken.None);

    public Task RecordPruningAsync(PrunedTrail pruned) => AppendAsync(new AuditBatch([GrainRecord.Of(
        GrainContext.TenantOf(), Guid.CreateVersion7(pruned.At), pruned.At, "administration", "audit/prune", AuditWatchGrain.System, $"1-{pruned.Through}")]));

    public async Task<Result<string>> HmacAsync(byte[] digest) =>
        digest.Length != AuditChain.HashSize ? Problem.InvalidParams("This is no SHA-256.")
        : !(await _salt.KnownAsync()).Try(out var salt, out var refused) ? refused
        : AuditHmac.Of(salt, digest);

    public Task<bool?> HasSaltAsync() => _salt.ExistsAsync();

    public Task<Problem?> ForgetSaltAsync() => _salt.ForgetAsync();

    public Task SealDueAsync()
    {
        _segments.Settle();
        return _segments.SealAsync();
    }

    public Task RecordFindingAsync(AuditFinding finding) => AppendAsync(new AuditBatch([GrainRecord.Of(
        GrainContext.TenantOf(), finding.Id, finding.At, "securityViolation", "audit/finding", AuditWatchGrain.System, $"{finding.Tenant}/{finding.Shard}/{finding.Sequence}", finding.Fault, finding.By)]));

    private async Task<AuditVerification> WalkAsync() =>
        await new TrailWalk(log, GrainContext.TenantOf(), GrainContext.RestOf()).VerifyAsync(await Signer.KeysAsync(), () => new AuditHead(_sequence, _head));

    private IAuditSignerGrain Signer => grains.Platform.Get<IAuditSignerGrain>("audit-keys");

    /// <summary>Looks every minute whether a segment is to be sealed, for as long as there is one; that keeps the grain awake until it is.</summary>
    private void KeepBeating()
    {
        if (_segments.HasOpen && _beat is null)
        {
            _beat = this.RegisterGrainTimer(BeatAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, Interleave = true, KeepAlive = true });
        }
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        _segments.Settle();
        await _segments.SealAsync();
        if (!_segments.HasOpen)
        {
            _beat?.Dispose();
            _beat = null;
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (_queue.Count > 0)
            {
                var batch = new List<Pending>();
                var events = 0;
                while (_queue.TryPeek(out var next) && (batch.Count == 0 || events + next.Count <= MaxBatch))
                {
                    batch.Add(_queue.Dequeue());
                    events += next.Count;
                }

                await CommitAsync(batch);
                _queued -= events;
                if (_queued < MaxQueued)
                {
                    _drained.TrySetResult();
                    _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        finally
        {
            _pumping = false;
        }
    }

    private async Task CommitAsync(List<Pending> batch)
    {
        try
        {
            // Before the events, of which one may be the outcome of one of them; the log commits both at once.
            var intended = IntendAsync(batch);

            // A retry may meet its original in one batch: stored once, and nobody's neighbours are refused for it.
            var events = batch.SelectMany(pending => pending.Batch.Events).DistinctBy(entry => entry.EventId).ToList();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await WriteAsync(events);
                    break;
                }
                catch (AuditConflictException) when (attempt < MaxAttempts)
                {
                    // Either a retry of events that are stored, or another activation wrote, as happens while its silo goes. The ids tell which; then on from the end that is stored.
                    var stored = await log.ExistingAsync(GrainContext.TenantOf(), events.ConvertAll(entry => entry.EventId), CancellationToken.None);
                    await TakeAsync(await log.HeadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), CancellationToken.None));
                    if (events.RemoveAll(entry => stored.Contains(entry.EventId)) == 0)
                    {
                        // Of two activations one has to go, and the directory knows which.
                        DeactivateOnIdle();
                    }
                }
            }

            await intended;
            batch.ForEach(pending => pending.Done.TrySetResult());
        }
        catch (Exception failure)
        {
            // Whatever happened, nobody may believe that these events are stored; the head is read again by the next activation.
            Log.AppendFailed(logger, failure, batch.Count);
            batch.ForEach(pending => pending.Done.TrySetException(new AuditUnavailableException()));
            DeactivateOnIdle();
            await TakeStoredAsync();
        }
    }

    private Task IntendAsync(List<Pending> batch)
    {
        if (!batch.Exists(pending => pending.Batch.Intents.Length > 0))
        {
            return Task.CompletedTask;
        }

        var intents = batch.SelectMany(pending => pending.Batch.Intents).ToList();
        var intended = log.IntendAsync(GrainContext.TenantOf(), GrainContext.RestOf(), intents, CancellationToken.None).AsTask();

        // The events may fail first, and then nobody asks.
        intended.Ignore();
        return intended;
    }

    private async Task TakeStoredAsync()
    {
        try
        {
            await TakeAsync(await log.HeadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), CancellationToken.None));
        }
        catch (Exception failure)
        {
            Log.HeadUnknown(logger, failure);
        }
    }

    /// <summary>Goes on from the end that is stored. Called by the pump alone, so that nobody appends meanwhile.</summary>
    private async Task TakeAsync(AuditHead head)
    {
        if (head.Sequence < _sequence)
        {
            await LoadAsync(head);
            return;
        }

        while (_sequence < head.Sequence)
        {
            var rows = await log.ReadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), _sequence + 1, (int)Math.Min(1_000, head.Sequence - _sequence), CancellationToken.None);
            Take(rows);
            if (rows.Count == 0)
            {
                break;
            }
        }

        (_sequence, _head) = (head.Sequence, head.Hash);
    }

    private async Task LoadAsync(AuditHead head)
    {
        var segments = new SegmentSealer(GrainContext.TenantOf(), GrainContext.RestOf(), log, header => Signer.SignAsync(SegmentHeader.Type, header), DeactivateOnIdle, clock, logger);
        await segments.LoadAsync(head.Sequence);
        (_sequence, _head, _segments) = (head.Sequence, head.Hash, segments);
        KeepBeating();
    }

    /// <summary>Committed records: the end moves, and segments fill.</summary>
    private void Take(IReadOnlyList<AuditRow> rows)
    {
        // A segment whose hour is over does not get what comes now.
        _segments.Settle();
        foreach (var row in rows)
        {
            _segments.Add(row);
            (_sequence, _head) = (row.Sequence, row.Hash);
        }

        _segments.SealAsync().Ignore();
        KeepBeating();
    }

    private async Task WriteAsync(List<AuditEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        var rows = new AuditRow[events.Count];
        var (sequence, previous) = (_sequence, _head);
        for (var i = 0; i < rows.Length; i++)
        {
            var hash = new byte[AuditChain.HashSize];
            AuditChain.Next(previous, events[i].Record, hash);
            rows[i] = new AuditRow(++sequence, events[i].EventId, events[i].At, hash, events[i].Record);
            previous = hash;
        }

        await log.AppendAsync(GrainContext.TenantOf(), GrainContext.RestOf(), rows, CancellationToken.None);
        Take(rows);
    }

    private static AuditEventView View(AuditRow row) => new()
    {
        Sequence = row.Sequence,
        Hash = Convert.ToHexStringLower(row.Hash),
        Record = Encoding.UTF8.GetString(row.Record),
    };

    private sealed class Pending(AuditBatch batch)
    {
        public AuditBatch Batch { get; } = batch;

        public int Count { get; } = batch.Events.Length + batch.Intents.Length;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditAppendFailed", Level = LogLevel.Error, Message = "{Count} audit appends failed; their callers were refused.")]
        public static partial void AppendFailed(ILogger logger, Exception failure, int count);

        [LoggerMessage(EventId = 2, EventName = "AuditHeadUnknown", Level = LogLevel.Error, Message = "The audit log cannot be read.")]
        public static partial void HeadUnknown(ILogger logger, Exception failure);
    }
}
