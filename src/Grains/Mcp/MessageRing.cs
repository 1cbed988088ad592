using Platform.Abstractions.Mcp;

namespace Platform.Grains.Mcp;

/// <summary>The latest messages of a stream, within <see cref="IMcpStreamGrain.MaxMessages"/> and <see cref="IMcpStreamGrain.MaxBytes"/>. Sequences start at 1.</summary>
internal sealed class MessageRing
{
    private readonly List<byte[]> _messages;
    private long _first;
    private long _bytes;

    public MessageRing() => (_messages, _first) = ([], 1);

    public MessageRing(long first, byte[][] messages, bool isComplete, long mark)
    {
        (_first, _messages, IsComplete, Mark) = (first, [.. messages], isComplete, mark);
        _bytes = messages.Sum(message => (long)message.Length);
        Stored = first + messages.Length - 1;
    }

    public bool IsComplete { get; private set; }

    public long Mark { get; private set; }

    /// <summary>Sequence of the last message that is on disk: nothing beyond it is shown.</summary>
    public long Stored { get; set; }

    public long Add(byte[] message, bool isLast, long mark)
    {
        _messages.Add(message);
        _bytes += message.Length;
        (IsComplete, Mark) = (isLast, mark);
        var drop = 0;
        while (_messages.Count - drop > 1 && (_messages.Count - drop > IMcpStreamGrain.MaxMessages || _bytes > IMcpStreamGrain.MaxBytes))
        {
            _bytes -= _messages[drop++].Length;
        }

        _messages.RemoveRange(0, drop);
        _first += drop;
        return _first + _messages.Count - 1;
    }

    public (long First, byte[][] Messages, long Last) Snapshot() => (_first, [.. _messages], _first + _messages.Count - 1);

    public McpStreamPage PageAfter(long after)
    {
        // Messages that are not on disk yet may have pushed out all that are: there is nothing to show until the next write.
        if (Stored < _first)
        {
            return new McpStreamPage(_first, [], IsComplete: false, Mark);
        }

        var from = Math.Clamp(after + 1, _first, Stored + 1);
        var count = (int)(Stored - from + 1);
        return new McpStreamPage(from, [.. _messages.Skip((int)(from - _first)).Take(count)], IsComplete && Stored == _first + _messages.Count - 1, Mark);
    }
}
