using System.Diagnostics.CodeAnalysis;
using Platform.Abstractions.Keys;

namespace Platform.Grains.Keys;

/// <summary>A tenant's keys, the newest first and those of one instant by id. A page costs the same wherever it begins: its place is found, not counted to.</summary>
internal sealed class KeyOrder
{
    private readonly Dictionary<string, KeyView> _byId;

    // Read from its end: what is new mostly comes last, and moves nothing.
    private readonly List<KeyView> _oldestFirst;

    public KeyOrder(IEnumerable<KeyView> keys)
    {
        _byId = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
        _oldestFirst = [.. _byId.Values];
        _oldestFirst.Sort(Age.Instance);
    }

    public IEnumerable<string> Ids => _byId.Keys;

    /// <summary>How many work at an instant.</summary>
    public int ActiveAt(DateTimeOffset now) => _oldestFirst.Count(key => key.Status == KeyStatus.Active && !(key.ExpiresAt <= now));

    public bool TryGet(string id, [NotNullWhen(true)] out KeyView? key) => _byId.TryGetValue(id, out key);

    /// <summary>A new key, or what a known one is like now. When a key was made never changes.</summary>
    public void Put(KeyView key)
    {
        if (_byId.TryGetValue(key.Id, out var known))
        {
            _oldestFirst[_oldestFirst.BinarySearch(known, Age.Instance)] = key;
        }
        else
        {
            var isNewest = _oldestFirst.Count == 0 || Age.Instance.Compare(_oldestFirst[^1], key) < 0;
            _oldestFirst.Insert(isNewest ? _oldestFirst.Count : ~_oldestFirst.BinarySearch(key, Age.Instance), key);
        }

        _byId[key.Id] = key;
    }

    /// <summary>Up to so many keys that are wanted, as they are at an instant, behind one of them or from the first on. Nothing is behind an id that was never given out.</summary>
    public KeyView[] Page(string? after, int count, KeyFilter? filter, DateTimeOffset now)
    {
        var step = filter is { OldestFirst: true } ? 1 : -1;
        var place = step > 0 ? -1 : _oldestFirst.Count;
        if (after is not null)
        {
            if (!_byId.TryGetValue(after, out var last))
            {
                return [];
            }

            place = _oldestFirst.BinarySearch(last, Age.Instance);
        }

        var page = new List<KeyView>(Math.Min(count, _oldestFirst.Count));
        for (place += step; place >= 0 && place < _oldestFirst.Count && page.Count < count; place += step)
        {
            var key = _oldestFirst[place].At(now);
            if (filter is null || filter.Wants(key))
            {
                page.Add(key);
            }
        }

        return [.. page];
    }

    private sealed class Age : IComparer<KeyView>
    {
        public static Age Instance { get; } = new();

        public int Compare(KeyView? x, KeyView? y) => x!.CreatedAt.CompareTo(y!.CreatedAt) is var age && age != 0 ? age : string.CompareOrdinal(y.Id, x.Id);
    }
}
