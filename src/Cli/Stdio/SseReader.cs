using System.Buffers;
using System.Globalization;
using System.Text;

namespace Platform.Cli.Stdio;

/// <summary>
/// Events of one stream (HTML, Server-sent events, section 9.2.6), each bounded: one that is too long is let go as it comes in and the stream goes on.
/// Events with data are handed out, those of the type <c>message</c> alone unless all are wanted.
/// </summary>
internal sealed class SseReader(Stream stream, int max, Diagnostics diagnostics, bool everyType = false)
{
    private const int MaxId = 1024;
    private const string Message = "message";
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private int _start;
    private int _end;
    private bool _begun;
    private bool _skipLineFeed;
    private bool _emptyLine = true;
    private bool _tooLong;
    private string _type = Message;
    private string? _id;

    /// <summary>Id of the last event that was complete, also of those without data; what a resumption goes on from.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>Type of the event that was handed out last.</summary>
    public string Type { get; private set; } = Message;

    /// <summary>How long the server wants us to wait before a reconnection.</summary>
    public TimeSpan? Retry { get; private set; }

    /// <summary>Bytes arrived, if only of a comment.</summary>
    public bool HasHeard { get; private set; }

    /// <summary>Data of the next event, good until the next call; null at the end. What is incomplete then is dropped, as the standard says.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(Action heard, CancellationToken cancel)
    {
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await stream.ReadAsync(_buffer, cancel));
                if (_end == 0)
                {
                    return null;
                }

                HasHeard = true;
                heard();
            }

            if (_skipLineFeed && _buffer[_start] == '\n')
            {
                _start++;
                _skipLineFeed = false;
                continue;
            }

            _skipLineFeed = false;
            if (TakeLine() && EndLine() is { } data)
            {
                return data;
            }
        }
    }

    /// <summary>False when the buffer holds no end of line; what it holds is kept then.</summary>
    private bool TakeLine()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var at = rest.IndexOfAny((byte)'\r', (byte)'\n');
        var part = at < 0 ? rest : rest[..at];
        if (_line.WrittenCount + part.Length > max + "data: ".Length)
        {
            // A long comment counts too: nobody who means well sends one.
            _tooLong = true;
        }

        _emptyLine &= part.IsEmpty;
        if (!_tooLong)
        {
            _line.Write(part);
        }

        _start += at < 0 ? rest.Length : at + 1;
        _skipLineFeed = at >= 0 && rest[at] == '\r';
        return at >= 0;
    }

    private ReadOnlyMemory<byte>? EndLine()
    {
        var line = _line.WrittenSpan;
        if (!_begun && line.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        _begun = true;
        ReadOnlyMemory<byte>? data = null;
        if (_emptyLine)
        {
            data = Dispatch();
        }
        else if (!_tooLong)
        {
            Field(line);
        }

        _emptyLine = true;
        _line.ResetWrittenCount();
        return data;
    }

    private ReadOnlyMemory<byte>? Dispatch()
    {
        LastEventId = _id;
        var wanted = !_tooLong && (everyType || _type == Message) && _data.WrittenCount > 1;
        if (_tooLong)
        {
            diagnostics.Note("a message of the endpoint is too long and was dropped");
        }

        // Copied, because the buffer is used again. Without the last line feed, as the standard says.
        // (Not "wanted ? … : null": that null would become an empty memory.)
        ReadOnlyMemory<byte>? data = null;
        if (wanted)
        {
            data = _data.WrittenSpan[..^1].ToArray();
        }

        _data.ResetWrittenCount();
        (Type, _type, _tooLong) = (_type, Message, false);
        return data;
    }

    private void Field(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            return;
        }

        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? [] : line[(colon + 1)..];
        value = value is [(byte)' ', ..] ? value[1..] : value;
        if (name.SequenceEqual("data"u8))
        {
            _tooLong |= _data.WrittenCount + value.Length > max;
            if (!_tooLong)
            {
                _data.Write(value);
                _data.Write("\n"u8);
            }
        }
        else if (name.SequenceEqual("event"u8))
        {
            _type = value.IsEmpty ? Message : Encoding.ASCII.GetString(value);
        }
        else if (name.SequenceEqual("id"u8) && value.Length <= MaxId && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            // What no header can carry back is no id for us.
            _id = value.IsEmpty ? null : Encoding.ASCII.GetString(value);
        }
        else if (name.SequenceEqual("retry"u8) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            Retry = TimeSpan.FromMilliseconds(milliseconds);
        }
    }
}
