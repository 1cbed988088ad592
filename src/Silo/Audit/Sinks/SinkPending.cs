namespace Platform.Silo.Audit.Sinks;

/// <summary>What one sink is still owed, by chain. Chains have their turn one after the other, so that none waits for the end of a busy one.</summary>
internal sealed class SinkPending
{
    private readonly Dictionary<SinkStream, Owed> _owed = [];
    private readonly Queue<SinkStream> _turns = new();

    public bool IsEmpty => _owed.Count == 0;

    /// <summary>Events that are owed.</summary>
    public long Count { get; private set; }

    /// <summary>No event that is owed happened before; null when none is.</summary>
    public DateTimeOffset? Oldest => _owed.Count == 0 ? null : _owed.Values.Min(owed => owed.Oldest);

    /// <summary>What the log says of a chain. A chain that is known already only gets longer: how far it was told is known better here.</summary>
    public void Add(SinkBacklog backlog)
    {
        if (_owed.TryGetValue(backlog.Stream, out var known))
        {
            var head = Math.Max(known.Head, backlog.Head);
            Count += head - known.Head;
            _owed[backlog.Stream] = known with { Head = head };
            return;
        }

        Count += backlog.Head - backlog.After;
        _owed.Add(backlog.Stream, new Owed(backlog.After, backlog.Head, backlog.Oldest));
        _turns.Enqueue(backlog.Stream);
    }

    /// <summary>The chain whose turn it is; it has its next one after <see cref="Told"/>.</summary>
    public bool TryNext(out SinkStream stream, out long after)
    {
        after = 0;
        if (!_turns.TryDequeue(out stream))
        {
            return false;
        }

        after = _owed[stream].After;
        return true;
    }

    /// <summary>The sink has taken the chain up to a sequence.</summary>
    /// <param name="stream">Of <see cref="TryNext"/>.</param>
    /// <param name="sequence">The last one it took; the chain's head when nothing was left to read.</param>
    /// <param name="at">When that event happened: what follows is not much older.</param>
    public void Told(SinkStream stream, long sequence, DateTimeOffset at)
    {
        var owed = _owed[stream];
        var after = Math.Clamp(sequence, owed.After, owed.Head);
        Count -= after - owed.After;
        if (after == owed.Head)
        {
            _owed.Remove(stream);
            return;
        }

        _owed[stream] = new Owed(after, owed.Head, at);
        _turns.Enqueue(stream);
    }

    /// <summary>The chain had nothing after all: its events are no longer kept.</summary>
    public void Forget(SinkStream stream)
    {
        if (_owed.Remove(stream, out var owed))
        {
            Count -= owed.Head - owed.After;
        }
    }

    public void Clear()
    {
        _owed.Clear();
        _turns.Clear();
        Count = 0;
    }

    private readonly record struct Owed(long After, long Head, DateTimeOffset Oldest);
}
