using Microsoft.Extensions.Logging.Abstractions;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

public sealed class GroupCommitWriterTests
{
    [Fact]
    public async Task Writes_that_come_while_the_disk_is_busy_share_the_next_commit()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);
        var first = target.BlockAndWrite(writer);
        var others = Enumerable.Range(0, 100).Select(i => writer.WriteAsync(new Number(i), CancellationToken.None)).ToArray();

        target.Release();
        await first;
        await Task.WhenAll(others);

        Assert.Equal([1, 100], target.Batches);
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task A_write_is_not_acknowledged_before_its_commit_returns()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);

        var write = target.BlockAndWrite(writer);
        var acknowledged = write.IsCompleted;
        target.Release();
        await write;

        Assert.False(acknowledged);
    }

    [Fact]
    public async Task A_batch_has_a_largest_size()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);
        var first = target.BlockAndWrite(writer);
        var others = Enumerable.Range(0, 600).Select(i => writer.WriteAsync(new Number(i), CancellationToken.None)).ToArray();

        target.Release();
        await first;
        await Task.WhenAll(others);

        Assert.Equal([1, GroupCommitWriter<Number>.MaxBatch, 88], target.Batches);
    }

    [Fact]
    public async Task A_batch_closes_when_it_is_heavy()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);
        var first = target.BlockAndWrite(writer);
        var others = Enumerable.Range(0, 4).Select(i => writer.WriteAsync(new Number(i) { Bytes = 5 << 20 }, CancellationToken.None)).ToArray();

        target.Release();
        await first;
        await Task.WhenAll(others);

        Assert.Equal([1, 2, 2], target.Batches);
    }

    [Fact]
    public async Task A_refusal_reaches_its_own_item_only()
    {
        var target = new FakeTarget { Refused = 2 };
        using var writer = WriterOn(target);
        var writes = Enumerable.Range(1, 3).Select(i => writer.WriteAsync(new Number(i), CancellationToken.None)).ToArray();

        await Task.WhenAny(Task.WhenAll(writes));

        Assert.Equal([false, true, false], writes.Select(write => write.IsFaulted));
    }

    [Fact]
    public async Task A_commit_that_fails_fails_its_writes_with_a_clear_exception()
    {
        var target = new FakeTarget { Failure = new IOException("disk full") };
        using var writer = WriterOn(target);

        var failure = await Assert.ThrowsAsync<StorageFailedException>(() => writer.WriteAsync(new Number(1), CancellationToken.None));

        Assert.Equal("disk full", failure.InnerException!.Message);
    }

    [Fact]
    public async Task After_a_failed_commit_the_writer_goes_on()
    {
        var target = new FakeTarget { Failure = new IOException("disk full") };
        using var writer = WriterOn(target);
        await Assert.ThrowsAsync<StorageFailedException>(() => writer.WriteAsync(new Number(1), CancellationToken.None));

        target.Failure = null;
        await writer.WriteAsync(new Number(2), CancellationToken.None);

        Assert.Equal([2], target.Written);
    }

    [Fact]
    public async Task A_full_queue_makes_writers_wait_and_drops_nothing()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);
        var first = target.BlockAndWrite(writer);
        var others = Enumerable.Range(0, 10_000).Select(i => writer.WriteAsync(new Number(i), CancellationToken.None)).ToArray();

        target.Release();
        await first;
        await Task.WhenAll(others);

        Assert.Equal(10_001, target.Written.Count);
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_room_has_written_nothing()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);
        var first = target.BlockAndWrite(writer);
        var others = Enumerable.Range(0, 4 * GroupCommitWriter<Number>.MaxBatch).Select(i => writer.WriteAsync(new Number(i), CancellationToken.None)).ToArray();
        using var cancel = new CancellationTokenSource();
        var waiting = writer.WriteAsync(new Number(-7), cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        target.Release();
        await first;
        await Task.WhenAll(others);

        Assert.DoesNotContain(-7, target.Written);
    }

    [Fact]
    public async Task Dispose_commits_what_was_queued()
    {
        var target = new FakeTarget();
        var writer = WriterOn(target);
        var first = target.BlockAndWrite(writer);
        var others = Enumerable.Range(0, 1000).Select(i => writer.WriteAsync(new Number(i), CancellationToken.None)).ToArray();
        target.Release();

        writer.Dispose();
        await first;
        await Task.WhenAll(others);

        Assert.Equal(1001, target.Written.Count);
    }

    [Fact]
    public async Task After_dispose_a_write_is_refused()
    {
        var writer = WriterOn(new FakeTarget());
        writer.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync(new Number(1), CancellationToken.None));
    }

    [Fact]
    public async Task The_target_is_called_on_a_thread_that_is_not_the_pools()
    {
        var target = new FakeTarget();
        using var writer = WriterOn(target);

        await writer.WriteAsync(new Number(1), CancellationToken.None);

        Assert.False(target.WasPoolThread);
    }

    private static GroupCommitWriter<Number> WriterOn(FakeTarget target) => new("test", target, NullLogger.Instance);

    private sealed record Number(int Value) : IBatchItem
    {
        public int Bytes { get; init; } = 1;
    }

    private sealed class FakeTarget : IBatchTarget<Number>
    {
        private readonly SemaphoreSlim _entered = new(0);
        private readonly ManualResetEventSlim _open = new(initialState: true);

        public List<int> Batches { get; } = [];

        public List<int> Written { get; } = [];

        public int? Refused { get; init; }

        public Exception? Failure { get; set; }

        public bool WasPoolThread { get; private set; }

        /// <summary>Writes one item and returns while its commit hangs.</summary>
        public Task BlockAndWrite(GroupCommitWriter<Number> writer)
        {
            _open.Reset();
            var write = writer.WriteAsync(new Number(-1), CancellationToken.None);
            _entered.Wait();
            return write;
        }

        public void Release() => _open.Set();

        public void Commit(ReadOnlyMemory<Number> batch, Memory<Exception?> refusals)
        {
            _entered.Release();
            _open.Wait();
            WasPoolThread |= Thread.CurrentThread.IsThreadPoolThread;
            if (Failure is not null)
            {
                throw Failure;
            }

            Batches.Add(batch.Length);
            for (var i = 0; i < batch.Length; i++)
            {
                refusals.Span[i] = batch.Span[i].Value == Refused ? new InvalidOperationException() : null;
                Written.Add(batch.Span[i].Value);
            }
        }

        public void Dispose()
        {
        }
    }
}
