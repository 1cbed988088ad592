using Platform.Grains.Audit;

namespace Platform.Silo.Audit;

/// <summary>
/// How long intents have been seen in a store that answers. Not how old they are: while the store was away their outcomes could not be stored either, and come first when it is back.
/// </summary>
internal sealed class IntentAges
{
    /// <summary>Longer than a request runs.</summary>
    public static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Guid, DateTimeOffset> _seen = [];

    /// <summary>Those that have been there for as long as no request takes.</summary>
    /// <param name="intents">All that are there now.</param>
    /// <param name="now">The moment of the look.</param>
    public IReadOnlyList<AuditIntentRow> Old(IReadOnlyList<AuditIntentRow> intents, DateTimeOffset now)
    {
        foreach (var gone in _seen.Keys.Except(intents.Select(intent => intent.Event.EventId)).ToList())
        {
            _seen.Remove(gone);
        }

        foreach (var intent in intents)
        {
            _seen.TryAdd(intent.Event.EventId, now);
        }

        return [.. intents.Where(intent => now - _seen[intent.Event.EventId] >= LongEnough)];
    }
}
