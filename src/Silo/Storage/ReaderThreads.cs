using System.Collections.Concurrent;

namespace Platform.Silo.Storage;

/// <summary>
/// Threads that read, each with a session (a connection and its statements) of its own, so that no pool thread blocks on a disk. The queue
/// is bounded by its callers, each of whom waits for its answer.
/// </summary>
internal sealed class ReaderThreads<TSession> : IDisposable where TSession : IDisposable
{
    private readonly BlockingCollection<Action<TSession>> _queue = [];
    private readonly Thread[] _threads;
    private int _disposed;

    /// <param name="store">Names the threads.</param>
    /// <param name="count">How many.</param>
    /// <param name="open">Called here, so that a fault shows at the start.</param>
    public ReaderThreads(string store, int count, Func<TSession> open)
    {
        _threads = [.. Enumerable.Range(0, count).Select(_ => open()).ToArray().Select(session => Start(store, session))];
    }

    /// <summary>Runs the query on one of the threads. The token ends the wait, not the query.</summary>
    public async Task<TResult> ReadAsync<TResult>(Func<TSession, TResult> query, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _queue.Add(session => Answer(session, query, done, cancel), CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            throw new ObjectDisposedException("The storage is shut down.", e);
        }

        return await done.Task.WaitAsync(cancel);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _queue.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
    }

    private Thread Start(string store, TSession session)
    {
        var thread = new Thread(() => Run(session)) { IsBackground = true, Name = $"storage {store} reader" };
        thread.UnsafeStart();
        return thread;
    }

    private void Run(TSession session)
    {
        using (session)
        {
            foreach (var query in _queue.GetConsumingEnumerable())
            {
                query(session);
            }
        }
    }

    private static void Answer<TResult>(TSession session, Func<TSession, TResult> query, TaskCompletionSource<TResult> done, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            done.SetCanceled(cancel);
            return;
        }

        try
        {
            done.SetResult(query(session));
        }
        catch (Exception e)
        {
            done.SetException(new StorageFailedException("The storage could not be read.", e));
        }
    }
}
