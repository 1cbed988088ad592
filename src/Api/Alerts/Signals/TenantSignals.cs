namespace Platform.Api.Alerts.Signals;

/// <summary>A tenant's counters in this process: a ring of a few seconds.</summary>
internal sealed class TenantSignals
{
    private const int Kept = 4;
    private readonly SecondSlot[] _slots = [.. Enumerable.Range(0, Kept).Select(_ => new SecondSlot())];
    private readonly Lock _lock = new();
    private readonly List<KeyValuePair<long, SecondTotals>> _left = [];

    public void Add(long second, OutcomeSignals signals, long microseconds, long bytes)
    {
        var slot = _slots[second % Kept];
        if (slot.Second < second)
        {
            Move(slot, second);
        }

        slot.Add(signals, microseconds, bytes);
    }

    /// <summary>Everything since the last time, by second.</summary>
    public IReadOnlyList<KeyValuePair<long, SecondTotals>> Take()
    {
        lock (_lock)
        {
            foreach (var slot in _slots)
            {
                TakeFrom(slot);
            }

            if (_left.Count == 0)
            {
                return [];
            }

            var taken = _left.ToArray();
            _left.Clear();
            return taken;
        }
    }

    // Once a second and tenant: what nobody took yet is put aside before the slot is used again.
    private void Move(SecondSlot slot, long second)
    {
        lock (_lock)
        {
            if (slot.Second < second)
            {
                TakeFrom(slot);
                slot.MoveTo(second);
            }
        }
    }

    private void TakeFrom(SecondSlot slot)
    {
        if (slot.Take() is { } totals)
        {
            _left.Add(new(slot.Second, totals));
        }
    }
}
