using System.Collections.Concurrent;
using Platform.Abstractions.Changes;

namespace Platform.Testing;

/// <summary>Remembers the changes it was told.</summary>
public sealed class ListeningNode : IChangeObserver
{
    private readonly ConcurrentQueue<Change> _heard = new();

    public IReadOnlyCollection<Change> Heard => _heard;

    public ValueTask ChangedAsync(Change change)
    {
        _heard.Enqueue(change);
        return ValueTask.CompletedTask;
    }
}
