using System.Diagnostics.Metrics;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Operations;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>How this node's witnesses and the watch stand, for health and metrics. Meter <c>Platform.Audit</c>; labels name a witness, never a tenant.</summary>
internal sealed class WitnessBoard : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new("Platform.Audit");
    private readonly Counter<long> _failures;
    private readonly Dictionary<string, DateTimeOffset?> _behindSince = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _findings;
    private DateTimeOffset _checkpoint;

    public WitnessBoard(TimeProvider clock)
    {
        _clock = clock;
        _checkpoint = clock.GetUtcNow();
        _failures = _meter.CreateCounter<long>("platform.audit.witness.failures", "{failure}", "Checkpoints that a witness did not take, or was not asked about.");
        _meter.CreateObservableGauge("platform.audit.witness.lag", Lags, "s", "For how long a witness has lacked a checkpoint that there is.");
        _meter.CreateObservableGauge("platform.audit.checkpoint.age", () => Age().TotalSeconds, "s", "Since the last platform checkpoint.");
        _meter.CreateObservableGauge("platform.audit.findings", () => Volatile.Read(ref _findings), "{finding}", "Trails that are not what was seen of them before, and that no operator accepted.");
    }

    /// <summary>The watch as it was just asked.</summary>
    public void Saw(AuditWatchView view)
    {
        Volatile.Write(ref _findings, view.Findings.Length);
        lock (_lock)
        {
            _checkpoint = view.At ?? _checkpoint;
        }
    }

    /// <summary>The witness has all there is.</summary>
    public void IsLevel(string witness)
    {
        lock (_lock)
        {
            _behindSince[witness] = null;
        }
    }

    /// <summary>The witness did not do what it was asked for.</summary>
    public void Failed(string witness)
    {
        _failures.Add(1, new KeyValuePair<string, object?>("witness", witness));
        lock (_lock)
        {
            _behindSince[witness] = _behindSince.GetValueOrDefault(witness) ?? _clock.GetUtcNow();
        }
    }

    /// <summary>What is wrong, for people; null when nothing is.</summary>
    /// <param name="patience">A witness may be behind for so long, and a checkpoint be so old.</param>
    public string? Fault(TimeSpan patience)
    {
        if (Volatile.Read(ref _findings) is > 0 and var findings)
        {
            return $"findings {findings}";
        }

        if (Age() > patience)
        {
            return "checkpoint late";
        }

        lock (_lock)
        {
            var late = _behindSince.Where(pair => _clock.GetUtcNow() - pair.Value > patience).Select(pair => pair.Key).Order(StringComparer.Ordinal).ToArray();
            return late.Length == 0 ? null : $"witness behind: {string.Join(", ", late)}";
        }
    }

    /// <summary>All of it, for operators; sinks are not known here.</summary>
    /// <param name="patience">As for <see cref="Fault"/>.</param>
    public AuditHealthView View(TimeSpan patience)
    {
        var fault = Fault(patience);
        lock (_lock)
        {
            return new AuditHealthView
            {
                Fault = fault,
                CheckpointAt = _checkpoint,
                Findings = Volatile.Read(ref _findings),
                Witnesses = [.. _behindSince.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new WitnessHealth(pair.Key, pair.Value))],
                Sinks = [],
            };
        }
    }

    public void Dispose() => _meter.Dispose();

    private TimeSpan Age()
    {
        lock (_lock)
        {
            return _clock.GetUtcNow() - _checkpoint;
        }
    }

    private List<Measurement<double>> Lags()
    {
        lock (_lock)
        {
            return _behindSince.Select(pair => new Measurement<double>(pair.Value is { } since ? (_clock.GetUtcNow() - since).TotalSeconds : 0, new KeyValuePair<string, object?>("witness", pair.Key))).ToList();
        }
    }
}
