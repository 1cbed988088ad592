namespace Platform.Cli.Audit;

/// <summary>Reads lines of bytes, each ended by a line feed, from a stream that may be hostile: a longer line than <see cref="MaxLine"/>, or a last one without an end, is refused.</summary>
internal sealed class LineReader(Stream stream)
{
    public const int MaxLine = 1 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The next line without its end, valid until the next call; null at the end.</summary>
    /// <exception cref="InvalidDataException">It is no such line.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancel)
    {
        for (var looked = _start; ;)
        {
            var at = _buffer.AsSpan(looked, _end - looked).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, looked + at - _start);
                _start = looked + at + 1;
                return line;
            }

            looked = MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read == 0)
            {
                return _end == _start ? null : throw new InvalidDataException("The last line is cut.");
            }

            _end += read;
        }
    }

    /// <summary>Moves what is left to the front; answers where new bytes begin.</summary>
    private int MakeRoom()
    {
        var left = _buffer.AsSpan(_start, _end - _start);
        if (left.Length > MaxLine)
        {
            throw new InvalidDataException("A line is too long.");
        }

        left.CopyTo(_buffer);
        (_start, _end) = (0, left.Length);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        return _end;
    }
}
