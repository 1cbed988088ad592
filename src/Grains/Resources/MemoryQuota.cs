namespace Platform.Grains.Resources;

/// <summary>
/// Bytes of one tenant's memory resources: what is stored and what is set aside for writes under way. Overwriting counts the larger of the two
/// until the outcome is known, so neither order of events can exceed the limit.
/// </summary>
internal sealed class MemoryQuota(long limit)
{
    /// <summary>Charged for each resource beside its key and value, so that many tiny values are not free.</summary>
    public const int Overhead = 256;

    private readonly Dictionary<string, int> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Charge, DateTimeOffset At)> _reserved = new(StringComparer.Ordinal);
    private long _used;

    public long Used => _used;

    public long Limit => limit;

    public static int Charge(string key, int valueBytes) => checked(key.Length + valueBytes + Overhead);

    public bool TryReserve(string key, int charge, DateTimeOffset now)
    {
        var change = Math.Max(charge, _stored.GetValueOrDefault(key)) - Held(key);
        if (change > 0 && _used + change > limit)
        {
            return false;
        }

        _reserved[key] = (charge, now);
        _used += change;
        return true;
    }

    /// <summary>The write of this size is on disk.</summary>
    public void Commit(string key, int charge)
    {
        _used -= Held(key);
        _reserved.Remove(key);
        _stored[key] = charge;
        _used += charge;
    }

    /// <summary>The write did not happen.</summary>
    public void Release(string key)
    {
        _used -= Held(key);
        _reserved.Remove(key);
        _used += Held(key);
    }

    /// <summary>The resource is gone.</summary>
    public void Remove(string key)
    {
        _used -= Held(key);
        _reserved.Remove(key);
        _stored.Remove(key);
    }

    /// <summary>The stored value is dead; a write under way keeps its reservation.</summary>
    public void Expire(string key)
    {
        _used -= Held(key);
        _stored.Remove(key);
        _used += Held(key);
    }

    /// <summary>Reservations older than this instant: their writer died or its answer was lost.</summary>
    public string[] ReservedBefore(DateTimeOffset instant) =>
        [.. _reserved.Where(reserved => reserved.Value.At < instant).Select(reserved => reserved.Key)];

    /// <summary>True while the reservation that was made before this instant is still the key's: a newer write has not begun.</summary>
    public bool IsReservedBefore(string key, DateTimeOffset instant) => _reserved.TryGetValue(key, out var reserved) && reserved.At < instant;

    private int Held(string key) =>
        Math.Max(_stored.GetValueOrDefault(key), _reserved.TryGetValue(key, out var reserved) ? reserved.Charge : 0);
}
