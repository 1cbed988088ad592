using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Files;

/// <summary>An open file of the silo as a stream, piece by piece. A refusal in the middle breaks the answer off: what was sent is not passed for the whole.</summary>
internal sealed class DownloadStream(TenantGrains grains, TenantId tenant, string id, long length, IDisposable? slot, Func<ValueTask<Problem?>>? ask) : Stream
{
    private bool _isClosed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (ask is not null && await ask() is { } refusedNow)
        {
            throw new IOException(refusedNow.Detail);
        }

        var read = await grains.For(tenant).Get<IFileDownloadGrain>(id).ReadAsync(Position, buffer.Length).WaitAsync(cancellationToken);
        if (!read.Try(out var chunk, out var refused))
        {
            throw new IOException(refused.Detail);
        }

        chunk.Bytes.AsMemory(0, chunk.Count).CopyTo(buffer);
        Position += chunk.Count;
        return chunk.Count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    // Nobody waits for the silo here; a file that is never closed closes itself.
    protected override void Dispose(bool disposing)
    {
        CloseAsync().Ignore();
        base.Dispose(disposing);
    }

    private Task CloseAsync()
    {
        if (_isClosed)
        {
            return Task.CompletedTask;
        }

        _isClosed = true;
        slot?.Dispose();
        return grains.For(tenant).Get<IFileDownloadGrain>(id).CloseAsync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
