namespace Platform.Abstractions.Alerts;

/// <summary>Asks for a series.</summary>
/// <param name="Signal">What is measured.</param>
/// <param name="From">Rounded down to the step.</param>
/// <param name="To">Not included.</param>
/// <param name="StepSeconds">Null: as fine as it is kept and still of a size for a chart.</param>
/// <param name="Recent">What the rules' grain holds and the history need not have yet.</param>
[GenerateSerializer, Alias("read-metric"), Immutable]
public sealed record ReadMetric(
    [property: Id(0)] AlertSignal Signal, [property: Id(1)] DateTimeOffset From, [property: Id(2)] DateTimeOffset To, [property: Id(3)] int? StepSeconds, [property: Id(4)] SignalStretch Recent);

/// <summary>One metric over time, in steps without a gap.</summary>
[GenerateSerializer, Alias("metric-series-view"), Immutable]
public sealed record MetricSeriesView
{
    [Id(0)] public required AlertSignal Metric { get; init; }
    [Id(1)] public required DateTimeOffset From { get; init; }
    [Id(2)] public required DateTimeOffset To { get; init; }
    [Id(3)] public required int StepSeconds { get; init; }
    [Id(4)] public required MetricPoint[] Points { get; init; }
}

/// <summary>One step.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Value">Of the events, requests or processes of the step; null when there were none of which it could speak.</param>
/// <param name="Sample">Events or requests; for memory the value itself.</param>
[GenerateSerializer, Alias("metric-point"), Immutable]
public sealed record MetricPoint([property: Id(0)] DateTimeOffset At, [property: Id(1)] decimal? Value, [property: Id(2)] long Sample);

/// <summary>Asks when a rule would have fired.</summary>
/// <param name="Name">Of the rule; any for one that is not there yet.</param>
/// <param name="Rule">Judged whether it is enabled or not.</param>
/// <param name="From">In the last seven days.</param>
/// <param name="To">After <paramref name="From"/>, not in the future.</param>
/// <param name="Recent">What the rules' grain holds and the history need not have yet.</param>
[GenerateSerializer, Alias("back-test-rule"), Immutable]
public sealed record BackTestRule(
    [property: Id(0)] string Name, [property: Id(1)] PutAlertRule Rule, [property: Id(2)] DateTimeOffset From, [property: Id(3)] DateTimeOffset To, [property: Id(4)] SignalStretch Recent);

/// <summary>What a rule would have done.</summary>
[GenerateSerializer, Alias("back-test-view"), Immutable]
public sealed record BackTestView
{
    [Id(0)] public required DateTimeOffset From { get; init; }
    [Id(1)] public required DateTimeOffset To { get; init; }

    /// <summary>It would have fired so many times.</summary>
    [Id(2)] public required long Fired { get; init; }

    /// <summary>True when it was judged by the second, as live. False: by whole minutes, so that what straddles two of them may be missing.</summary>
    [Id(3)] public required bool Exact { get; init; }

    /// <summary>Oldest first; the latest 200.</summary>
    [Id(4)] public required BackTestAlert[] Alerts { get; init; }
}

/// <summary>One time that it would have fired.</summary>
/// <param name="FiredAt">Within the period; its beginning when it would have fired already.</param>
/// <param name="ResolvedAt">Null when not in the period.</param>
/// <param name="Value">Of the window that makes it fire.</param>
/// <param name="Peak">The highest since.</param>
[GenerateSerializer, Alias("back-test-alert"), Immutable]
public sealed record BackTestAlert([property: Id(0)] DateTimeOffset FiredAt, [property: Id(1)] DateTimeOffset? ResolvedAt, [property: Id(2)] decimal Value, [property: Id(3)] decimal Peak);
