using Platform.Abstractions.Resources;

namespace Platform.Grains.Resources;

/// <summary>
/// One tenant's live memory resources, by key and by the end of their life, and what they are charged. Each step costs the logarithm of their number, whatever
/// has expired meanwhile; a value that has expired makes room at once, yet its key is taken out in bounded steps.
/// </summary>
internal sealed class MemoryIndex(MemoryQuota quota)
{
    /// <summary>How many ended keys are named to who listens; who listens to more than these asks again because the list changed.</summary>
    public const int MaxNamed = 100;

    private static readonly IComparer<(DateTimeOffset At, string Key)> ByEnd = Comparer<(DateTimeOffset At, string Key)>.Create(
        static (one, other) => one.At.CompareTo(other.At) is not 0 and var order ? order : string.CompareOrdinal(one.Key, other.Key));

    private readonly Dictionary<string, MemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset At, string Key)> _ends = new(ByEnd);
    private readonly Dictionary<string, string> _mimeTypes = new(StringComparer.Ordinal);
    private List<string> _ended = [];

    public int Count => _entries.Count;

    public bool Contains(string key) => _entries.ContainsKey(key);

    /// <summary>Sets room aside. What has expired gives up as much as is needed: the limit is exact, not as old as the last sweep.</summary>
    public bool TryReserve(string key, int charge, DateTimeOffset now)
    {
        while (!quota.TryReserve(key, charge, now))
        {
            if (End(now, 1) == 0)
            {
                return false;
            }
        }

        return true;
    }

    public void Store(MemoryEntry entry)
    {
        if (_entries.TryGetValue(entry.Key, out var old))
        {
            _ends.Remove((old.ExpiresAt, old.Key));
        }
        else
        {
            _keys.Add(entry.Key);
        }

        // Many thousands of entries have a few types.
        _entries[entry.Key] = entry with { MimeType = Shared(entry.MimeType) };
        _ends.Add((entry.ExpiresAt, entry.Key));
        quota.Commit(entry.Key, MemoryQuota.Charge(entry.Key, entry.Size));
    }

    public void Drop(string key)
    {
        Forget(key);
        quota.Remove(key);
    }

    /// <summary>Takes out up to this many entries whose life has ended, the earliest first; how many. Their rows stay until the cleaner takes them, dead to every reader.</summary>
    public int End(DateTimeOffset now, int most)
    {
        var done = 0;
        for (; done < most && _ends.Count > 0 && _ends.Min is var (at, key) && at <= now; done++)
        {
            Forget(key);
            quota.Expire(key);
            if (_ended.Count < MaxNamed)
            {
                _ended.Add(key);
            }
        }

        return done;
    }

    /// <summary>Keys that ended since the last call, at most <see cref="MaxNamed"/> of them.</summary>
    public IReadOnlyList<string> TakeEnded()
    {
        var ended = _ended;
        _ended = [];
        return ended;
    }

    /// <summary>Up to this many live entries, by key in ordinal order.</summary>
    public MemoryEntry[] Page(string prefix, string? after, int size, DateTimeOffset now)
    {
        // Keys are ASCII: nothing that begins with the prefix lies behind this.
        var end = prefix + '\uffff';
        var start = after is null || string.CompareOrdinal(after, prefix) < 0 ? prefix : after;
        if (string.CompareOrdinal(start, end) > 0)
        {
            return [];
        }

        var page = new List<MemoryEntry>(Math.Min(size, 128));
        foreach (var key in _keys.GetViewBetween(start, end))
        {
            if (page.Count == size)
            {
                break;
            }

            if (!string.Equals(key, after, StringComparison.Ordinal) && _entries[key] is var entry && now < entry.ExpiresAt)
            {
                page.Add(entry);
            }
        }

        return [.. page];
    }

    private void Forget(string key)
    {
        if (_entries.Remove(key, out var entry))
        {
            _keys.Remove(key);
            _ends.Remove((entry.ExpiresAt, key));
        }
    }

    private string Shared(string mimeType)
    {
        if (_mimeTypes.TryGetValue(mimeType, out var shared))
        {
            return shared;
        }

        // Somebody who writes another type each time must not make this grow without end.
        if (_mimeTypes.Count < 1_000)
        {
            _mimeTypes.Add(mimeType, mimeType);
        }

        return mimeType;
    }
}
