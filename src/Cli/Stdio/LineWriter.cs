using System.Buffers;

namespace Platform.Cli.Stdio;

/// <summary>Standard output: whole messages, one a line, one writer at a time.</summary>
internal sealed class LineWriter(Stream output) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when nobody reads any more.</summary>
    public Task Closed => _closed.Task;

    /// <param name="message">A message that was judged, in one line.</param>
    public async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        var line = ArrayPool<byte>.Shared.Rent(message.Length + 1);
        message.CopyTo(line);
        line[message.Length] = (byte)'\n';
        await _turn.WaitAsync();
        try
        {
            // Not cancellable: half a line would spoil the next one.
            await output.WriteAsync(line.AsMemory(0, message.Length + 1), CancellationToken.None);
            await output.FlushAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            _closed.TrySetResult();
        }
        finally
        {
            _turn.Release();
            ArrayPool<byte>.Shared.Return(line);
        }
    }

    public void Dispose() => _turn.Dispose();
}
