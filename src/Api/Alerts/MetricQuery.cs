using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.Alerts;

/// <summary>Which stretch of a metric is wanted, and how fine.</summary>
internal sealed record MetricQuery
{
    private static readonly TimeSpan Default = TimeSpan.FromHours(1);

    private static readonly FrozenDictionary<string, AlertSignal> Signals = Enum.GetValues<AlertSignal>().ToFrozenDictionary(signal => JsonSerializer.Serialize(signal).Trim('"'), StringComparer.Ordinal);

    [FromQuery] public string? From { get; init; }

    [FromQuery] public string? To { get; init; }

    [FromQuery] public string? Step { get; init; }

    /// <summary>As long before, or the beginning of time.</summary>
    public static DateTimeOffset Before(DateTimeOffset moment, TimeSpan time) => moment - DateTimeOffset.MinValue < time ? DateTimeOffset.MinValue : moment - time;

    /// <param name="metric">As the route names it.</param>
    /// <param name="ofPlatform">A tenant has no process, so no memory.</param>
    /// <param name="now">The end when none is given.</param>
    public Result<ReadMetric> Read(string metric, bool ofPlatform, DateTimeOffset now)
    {
        if (!Signals.TryGetValue(metric, out var signal) || (signal == AlertSignal.MemoryUsage && !ofPlatform))
        {
            return Problem.NotFound("metric");
        }

        var faults = new List<FieldError>();
        var to = Moment("to", To) ?? now;
        var from = Moment("from", From) ?? Before(to, Default);
        int? step = null;
        if (Step is not null)
        {
            step = int.TryParse(Step, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : Fault<int>("step", "A number of seconds.");
        }

        return faults.Count > 0 ? Problem.Invalid(faults) : new ReadMetric(signal, from, to, step, new SignalStretch(0, -1, []));

        DateTimeOffset? Moment(string name, string? text) =>
            text is null ? null : QueryMoment.TryParse(text, out var at) ? at : Fault<DateTimeOffset?>(name, QueryMoment.Form);

        T? Fault<T>(string name, string message)
        {
            faults.Add(new FieldError(name, message));
            return default;
        }
    }
}
