namespace Platform.Grains.Resources;

/// <summary>
/// Bytes and number of one tenant's memory resources: what is stored and what is set aside for writes under way. Overwriting counts the larger of the two
/// until the outcome is known, so neither order of events can exceed the limits.
/// </summary>
internal sealed class MemoryQuota(long limit, int countLimit = MemoryQuota.MaxCount)
{
    /// <summary>Charged for each resource beside its key and value, so that many tiny values are not free.</summary>
    public const int Overhead = 256;

    /// <summary>Most resources of a tenant, however large its quota: the index holds each in memory.</summary>
    public const int MaxCount = 250_000;

    private readonly Dictionary<string, int> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Charge, DateTimeOffset At)> _reserved = new(StringComparer.Ordinal);
    private long _used;
    private int _count;

    public long Used => _used;

    public long Limit => limit;

    public int CountLimit => countLimit;

    public static int Charge(string key, int valueBytes) => checked(key.Length + valueBytes + Overhead);

    public bool TryReserve(string key, int charge, DateTimeOffset now)
    {
        var change = Math.Max(charge, _stored.GetValueOrDefault(key)) - Held(key);
        if ((change > 0 && _used + change > limit) || (!IsHeld(key) && _count >= countLimit))
        {
            return false;
        }

        Take(key);
        _reserved[key] = (charge, now);
        Give(key);
        return true;
    }

    /// <summary>The write of this size is on disk.</summary>
    public void Commit(string key, int charge)
    {
        Take(key);
        _reserved.Remove(key);
        _stored[key] = charge;
        Give(key);
    }

    /// <summary>Nothing is stored, or no longer.</summary>
    public void Remove(string key)
    {
        Take(key);
        _reserved.Remove(key);
        _stored.Remove(key);
    }

    /// <summary>The stored value is dead; a write under way keeps its reservation.</summary>
    public void Expire(string key)
    {
        Take(key);
        _stored.Remove(key);
        Give(key);
    }

    /// <summary>Reservations older than this instant: their writer died or its answer was lost.</summary>
    public string[] ReservedBefore(DateTimeOffset instant) =>
        [.. _reserved.Where(reserved => reserved.Value.At < instant).Select(reserved => reserved.Key)];

    /// <summary>True while the reservation that was made before this instant is still the key's: a newer write has not begun.</summary>
    public bool IsReservedBefore(string key, DateTimeOffset instant) => _reserved.TryGetValue(key, out var reserved) && reserved.At < instant;

    private void Take(string key)
    {
        _used -= Held(key);
        _count -= IsHeld(key) ? 1 : 0;
    }

    private void Give(string key)
    {
        _used += Held(key);
        _count += IsHeld(key) ? 1 : 0;
    }

    private bool IsHeld(string key) => _stored.ContainsKey(key) || _reserved.ContainsKey(key);

    private int Held(string key) =>
        Math.Max(_stored.GetValueOrDefault(key), _reserved.TryGetValue(key, out var reserved) ? reserved.Charge : 0);
}
