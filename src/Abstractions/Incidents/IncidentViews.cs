using System.Text.Json.Serialization;

namespace Platform.Abstractions.Incidents;

/// <summary>How far an incident has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IncidentStatus>))]
public enum IncidentStatus
{
    [JsonStringEnumMemberName("detected")] Detected = 0,
    [JsonStringEnumMemberName("analysing")] Analysing = 1,
    [JsonStringEnumMemberName("contained")] Contained = 2,
    [JsonStringEnumMemberName("eradicated")] Eradicated = 3,
    [JsonStringEnumMemberName("recovered")] Recovered = 4,
    [JsonStringEnumMemberName("closed")] Closed = 5,
}

/// <summary>How bad it is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IncidentSeverity>))]
public enum IncidentSeverity
{
    [JsonStringEnumMemberName("low")] Low = 0,
    [JsonStringEnumMemberName("medium")] Medium = 1,
    [JsonStringEnumMemberName("high")] High = 2,
    [JsonStringEnumMemberName("critical")] Critical = 3,
}

/// <summary>An incident as lists show it.</summary>
[GenerateSerializer, Alias("incident-summary"), Immutable]
public sealed record IncidentSummary
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Title { get; init; }
    [Id(2)] public required IncidentSeverity Severity { get; init; }
    [Id(3)] public required IncidentStatus Status { get; init; }
    [Id(4)] public string? Owner { get; init; }
    [Id(5)] public required DateTimeOffset OpenedAt { get; init; }
    [Id(6)] public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>An incident whole, but for its timeline.</summary>
[GenerateSerializer, Alias("incident-view"), Immutable]
public sealed record IncidentView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Title { get; init; }
    [Id(2)] public string? Description { get; init; }
    [Id(3)] public required IncidentSeverity Severity { get; init; }
    [Id(4)] public required IncidentStatus Status { get; init; }

    /// <summary>Who answers for it.</summary>
    [Id(5)] public string? Owner { get; init; }

    /// <summary>When it began, as far as anybody knows.</summary>
    [Id(6)] public required DateTimeOffset StartedAt { get; init; }

    [Id(7)] public required DateTimeOffset OpenedAt { get; init; }
    [Id(8)] public required string OpenedBy { get; init; }

    /// <summary>The first time that it was contained; the others likewise.</summary>
    [Id(9)] public DateTimeOffset? ContainedAt { get; init; }

    [Id(10)] public DateTimeOffset? EradicatedAt { get; init; }
    [Id(11)] public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>Null unless it is closed now.</summary>
    [Id(12)] public DateTimeOffset? ClosedAt { get; init; }

    [Id(13)] public string? ClosedBy { get; init; }

    /// <summary>What was learnt; nothing is closed without it.</summary>
    [Id(14)] public string? Lessons { get; init; }

    /// <summary>Closed because it was none.</summary>
    [Id(15)] public required bool FalseAlarm { get; init; }

    /// <summary>Ids of alerts.</summary>
    [Id(16)] public required string[] Alerts { get; init; }

    /// <summary>Ids of audit events.</summary>
    [Id(17)] public required string[] Events { get; init; }

    /// <summary>What was done to contain it, in the order of its doing.</summary>
    [Id(18)] public required ContainmentStep[] Containment { get; init; }

    /// <summary>Entries of the timeline.</summary>
    [Id(19)] public required int Entries { get; init; }

    /// <summary>Entries that the platform would have made and for which there was no room.</summary>
    [Id(20)] public required int Omitted { get; init; }

    /// <summary>What its ETag holds.</summary>
    [Id(21)] public required long Version { get; init; }

    /// <summary>The first time that it was analysed. Null where it was contained at once, and where it was analysed before this was kept.</summary>
    [Id(22)] public DateTimeOffset? AnalysedAt { get; init; }
}

/// <summary>What lists are asked for.</summary>
/// <param name="Open">True: all but the closed ones; false: those; null: all.</param>
/// <param name="Status">Null: all.</param>
/// <param name="Severity">Null: all.</param>
[GenerateSerializer, Alias("incident-filter"), Immutable]
public sealed record IncidentFilter([property: Id(0)] bool? Open, [property: Id(1)] IncidentStatus? Status, [property: Id(2)] IncidentSeverity? Severity)
{
    public bool Wants(IncidentSummary incident) =>
        (Open is null || Open == (incident.Status != IncidentStatus.Closed)) && (Status is null || Status == incident.Status) && (Severity is null || Severity == incident.Severity);
}
