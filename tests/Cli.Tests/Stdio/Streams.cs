namespace Platform.Cli.Tests.Stdio;

/// <summary>Gives its bytes in pieces of the given lengths, then in one.</summary>
internal sealed class PiecemealStream(byte[] bytes, int[] pieces) : ReadOnlyTestStream
{
    private int _at;
    private int _piece;

    public override int Read(byte[] buffer, int offset, int count)
    {
        var length = Math.Min(Math.Min(count, bytes.Length - _at), _piece < pieces.Length ? pieces[_piece++] : int.MaxValue);
        bytes.AsSpan(_at, length).CopyTo(buffer.AsSpan(offset));
        _at += length;
        return length;
    }
}

/// <summary>So many bytes, none of which is a newline.</summary>
internal sealed class EndlessStream(long length) : ReadOnlyTestStream
{
    private long _left = length;

    public override int Read(byte[] buffer, int offset, int count)
    {
        var taken = (int)Math.Min(count, _left);
        buffer.AsSpan(offset, taken).Fill((byte)'a');
        _left -= taken;
        return taken;
    }
}

internal abstract class ReadOnlyTestStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(buffer, out var array));
        return ValueTask.FromResult(Read(array.Array!, array.Offset, array.Count));
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
