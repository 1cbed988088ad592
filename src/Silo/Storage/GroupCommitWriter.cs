using System.Diagnostics;
using System.Threading.Channels;

namespace Platform.Silo.Storage;

/// <summary>
/// One thread that commits what has gathered while the disk was busy with the batch before: the price of an fsync is shared by all who
/// wait for it. The queue is bounded; when it is full, writers wait, and nothing is ever dropped.
/// </summary>
internal sealed partial class GroupCommitWriter<T> : IDisposable where T : IBatchItem
{
    public const int MaxBatch = 512;

    private const int MaxBatchBytes = 8 << 20;
    private const int QueueCapacity = 4 * MaxBatch;

    private readonly string _store;
    private readonly IBatchTarget<T> _target;
    private readonly ILogger _logger;
    private readonly Channel<Pending> _queue;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private readonly Pending[] _pending = new Pending[MaxBatch];
    private readonly T[] _batch = new T[MaxBatch];
    private readonly Exception?[] _refusals = new Exception?[MaxBatch];
    private int _asleep;

    /// <param name="store">Tag of the telemetry and name of the thread.</param>
    /// <param name="target">Owned from now on.</param>
    /// <param name="logger">For failures of the disk.</param>
    public GroupCommitWriter(string store, IBatchTarget<T> target, ILogger logger)
    {
        _store = store;
        _target = target;
        _logger = logger;
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true, AllowSynchronousContinuations = false });

        // A thread of its own: a loop that a grain call starts would inherit that grain's scheduler, and the pool must not carry our fsync.
        _thread = new Thread(Run) { IsBackground = true, Name = $"storage {store}" };
        _thread.UnsafeStart();
    }

    /// <summary>
    /// Completes when the item is on disk, with its refusal, or with <see cref="StorageFailedException"/>. The token ends the wait for
    /// room in the queue only: once queued, the answer is the truth about the row.
    /// </summary>
    public Task WriteAsync(T item, CancellationToken cancel)
    {
        var pending = new Pending(item);
        if (!_queue.Writer.TryWrite(pending))
        {
            return WriteWhenThereIsRoomAsync(pending, cancel);
        }

        Queued();
        return pending.Task;
    }

    /// <summary>Refuses new items, commits those that were queued, and ends the thread.</summary>
    public void Dispose()
    {
        if (_queue.Writer.TryComplete())
        {
            _wake.Set();
            _thread.Join();
            _wake.Dispose();
        }
    }

    private async Task WriteWhenThereIsRoomAsync(Pending pending, CancellationToken cancel)
    {
        try
        {
            await _queue.Writer.WriteAsync(pending, cancel);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The storage is shut down.", e);
        }

        Queued();
        await pending.Task;
    }

    private void Queued()
    {
        StorageTelemetry.Queued(_store, 1);
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }
    }

    private void Run()
    {
        while (WaitForWork())
        {
            var count = Drain();
            Commit(count);
            Array.Clear(_batch, 0, count);
            Array.Clear(_pending, 0, count);
            Array.Clear(_refusals, 0, count);
        }

        // Nobody may touch the event from here on: it is disposed once this thread has ended.
        Interlocked.Exchange(ref _asleep, 0);
        _target.Dispose();
    }

    /// <summary>False when the queue is closed and empty.</summary>
    private bool WaitForWork()
    {
        var queue = _queue.Reader;
        while (!queue.TryPeek(out _))
        {
            if (queue.Completion.IsCompleted)
            {
                return false;
            }

            // Announce the sleep, look once more, then sleep: whoever queued in between has seen the announcement or is seen here.
            Interlocked.Exchange(ref _asleep, 1);
            if (!queue.TryPeek(out _) && !queue.Completion.IsCompleted)
            {
                _wake.WaitOne();
            }
        }

        return true;
    }

    private int Drain()
    {
        var count = 0;
        for (var bytes = 0L; count < MaxBatch && bytes < MaxBatchBytes && _queue.Reader.TryRead(out var next); count++)
        {
            _pending[count] = next;
            _batch[count] = next.Item;
            bytes += next.Item.Bytes;
        }

        StorageTelemetry.Queued(_store, -count);
        return count;
    }

    private void Commit(int count)
    {
        var started = Stopwatch.GetTimestamp();
        using var span = StorageTelemetry.StartBatch(_store, count);
        try
        {
            _target.Commit(_batch.AsMemory(0, count), _refusals.AsMemory(0, count));
        }
        catch (Exception e)
        {
            // Whatever it was, the thread has to live: the next batch may find the disk well again.
            span?.SetStatus(ActivityStatusCode.Error);
            StorageTelemetry.Failed(_store);
            Log.BatchFailed(_logger, _store, count, e);
            Fail(count, e);
            return;
        }

        StorageTelemetry.Committed(_store, count, Stopwatch.GetElapsedTime(started));
        for (var i = 0; i < count; i++)
        {
            _pending[i].Complete(_refusals[i]);
        }
    }

    // Refusals of a batch that was rolled back were judged against rows that do not exist, so they fail like the rest.
    private void Fail(int count, Exception cause)
    {
        for (var i = 0; i < count; i++)
        {
            _pending[i].Complete(new StorageFailedException($"The {_store} storage did not take the write.", cause));
        }
    }

    private sealed class Pending(T item)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public T Item => item;

        public Task Task => _done.Task;

        public void Complete(Exception? refusal)
        {
            if (refusal is null)
            {
                _done.SetResult();
                return;
            }

            _done.SetException(refusal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "StorageBatchFailed", Level = LogLevel.Error, Message = "The {Store} storage lost a batch of {Count} writes; their callers were told")]
        public static partial void BatchFailed(ILogger logger, string store, int count, Exception exception);
    }
}
