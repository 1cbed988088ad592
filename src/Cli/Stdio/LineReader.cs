using System.Buffers;
using System.IO.Pipelines;

namespace Platform.Cli.Stdio;

internal enum LineKind
{
    End,
    Line,
    TooLong,
}

internal readonly record struct Line(LineKind Kind, byte[] Bytes);

/// <summary>Lines of the client, each bounded. One that is too long is let go as it comes in, up to its newline, and reported once; nothing of it is kept (TR-11).</summary>
internal sealed class LineReader(PipeReader input, int max)
{
    private bool _begun;

    /// <summary>The next line without its newline. What follows the last newline counts as a line.</summary>
    public async ValueTask<Line> ReadAsync(CancellationToken cancel)
    {
        var tooLong = false;
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Take(buffer.Slice(0, end), tooLong);
                input.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted)
            {
                var line = buffer.IsEmpty && !tooLong ? new Line(LineKind.End, []) : Take(buffer, tooLong);
                input.AdvanceTo(buffer.End);
                return line;
            }

            tooLong |= buffer.Length > max;
            input.AdvanceTo(tooLong ? buffer.End : buffer.Start, buffer.End);
        }
    }

    private Line Take(ReadOnlySequence<byte> line, bool tooLong)
    {
        if (tooLong || line.Length > max)
        {
            _begun = true;
            return new Line(LineKind.TooLong, []);
        }

        var bytes = line.ToArray();

        // RFC 8259, section 8.1: a mark that some program put before the very first message may be ignored. Anywhere else it is not JSON.
        if (!_begun && bytes.AsSpan().StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        _begun = true;
        return new Line(LineKind.Line, bytes);
    }
}
