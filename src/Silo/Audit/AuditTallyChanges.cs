namespace Platform.Silo.Audit;

/// <summary>What one transaction changes of a chain's tally, so that each unit of time is written once.</summary>
internal sealed class AuditTallyChanges
{
    private readonly Dictionary<(long Unit, long Slot), long> _changes = [];

    public IReadOnlyDictionary<(long Unit, long Slot), long> All => _changes;

    /// <param name="at">As stored.</param>
    /// <param name="events">More, or fewer.</param>
    public void Add(long at, int events)
    {
        var ticks = AuditRowCodec.Instant(at).UtcTicks;
        foreach (var unit in AuditTally.Units)
        {
            var slot = (unit, ticks / unit);
            _changes[slot] = _changes.GetValueOrDefault(slot) + events;
        }
    }
}
