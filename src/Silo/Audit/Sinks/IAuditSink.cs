using Platform.Grains.Audit;

namespace Platform.Silo.Audit.Sinks;

/// <summary>A stored event on its way out of the store.</summary>
/// <param name="Stream">Whose.</param>
/// <param name="Row">As it is stored.</param>
internal readonly record struct SinkEvent(SinkStream Stream, AuditRow Row);

/// <summary>A place outside the store that is told every event. Called by one <see cref="SinkPump"/>, which waits for each answer.</summary>
internal interface IAuditSink
{
    /// <summary>In metrics, logs and the record of how far it was fed.</summary>
    string Name { get; }

    /// <summary>
    /// Returns when the place has taken all of them, in their order; an exception means that it may not have. They are then given again, so that it may see an event twice and misses none.
    /// </summary>
    Task DeliverAsync(IReadOnlyList<SinkEvent> events, CancellationToken cancel);
}
