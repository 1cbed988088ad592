using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Platform.Silo.Audit.Sinks;

/// <summary>How all sinks are, as health and the meter <c>Platform.Audit</c> tell it.</summary>
internal sealed class SinkBoard : IDisposable
{
    private readonly ConcurrentDictionary<string, SinkStatus> _sinks = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new("Platform.Audit");
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _missed;

    public SinkBoard(TimeProvider clock)
    {
        _clock = clock;
        _delivered = _meter.CreateCounter<long>("platform.audit.sink.delivered", "{event}", "Events that a sink has taken.");
        _failures = _meter.CreateCounter<long>("platform.audit.sink.failures", "{attempt}", "Times that a sink did not take what it was given.");
        _missed = _meter.CreateCounter<long>("platform.audit.sink.missed", "{event}", "Events that were deleted by retention before a sink took them.");
        _meter.CreateObservableGauge("platform.audit.sink.lag", () => Measure(sink => sink.Behind), "{event}", "Events that are stored and that a sink has not taken yet.");
        _meter.CreateObservableGauge("platform.audit.sink.age", () => Measure(Age), "s", "Age of the oldest event that a sink has not taken yet.");
    }

    public IReadOnlyList<SinkStatus> All => [.. _sinks.Values.OrderBy(sink => sink.Name, StringComparer.Ordinal)];

    public void Set(SinkStatus status) => _sinks[status.Name] = status;

    public void Delivered(string sink, int count) => _delivered.Add(count, Tag(sink));

    public void Failed(string sink) => _failures.Add(1, Tag(sink));

    public void Missed(string sink, long count) => _missed.Add(count, Tag(sink));

    public void Dispose() => _meter.Dispose();

    private double Age(SinkStatus sink) => sink.Oldest is { } oldest ? Math.Max(0, (_clock.GetUtcNow() - oldest).TotalSeconds) : 0;

    private IEnumerable<Measurement<T>> Measure<T>(Func<SinkStatus, T> value) where T : struct =>
        _sinks.Values.Where(sink => sink.State != SinkState.Standby).Select(sink => new Measurement<T>(value(sink), Tag(sink.Name)));

    private static KeyValuePair<string, object?> Tag(string sink) => new("sink", sink);
}
