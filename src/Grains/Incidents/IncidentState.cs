using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Incidents;
using Platform.Grains.Storage;

namespace Platform.Grains.Incidents;

/// <summary>An incident as it is kept. Its row is never cleaned up.</summary>
public sealed record IncidentState : IProjected
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Description { get; init; }
    public IncidentSeverity Severity { get; init; }
    public IncidentStatus Status { get; init; }
    public string? Owner { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public string OpenedBy { get; init; } = "";
    public DateTimeOffset? AnalysedAt { get; init; }
    public DateTimeOffset? ContainedAt { get; init; }
    public DateTimeOffset? EradicatedAt { get; init; }
    public DateTimeOffset? RecoveredAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public string? ClosedBy { get; init; }
    public string? Lessons { get; init; }
    public bool FalseAlarm { get; init; }
    public string[] Alerts { get; init => field = value ?? []; } = [];
    public string[] Events { get; init => field = value ?? []; } = [];
    public ContainmentStep[] Containment { get; init => field = value ?? []; } = [];

    /// <summary>Oldest first.</summary>
    public TimelineEntry[] Timeline { get; init => field = value ?? []; } = [];

    /// <summary>Facts for which there was no room.</summary>
    public int Omitted { get; init; }

    /// <summary>The latest facts that were noted, oldest first: a fact that is told again is known by it.</summary>
    public Guid[] Facts { get; init => field = value ?? []; } = [];

    public long Version { get; init; }

    [JsonIgnore]
    public string? Info => Id.Length == 0 ? null : JsonSerializer.Serialize(Summary(), GrainStateJson.Default.IncidentSummary);

    DateTimeOffset? IProjected.ExpiresAt => null;

    public IncidentSummary Summary() => new() { Id = Id, Title = Title, Severity = Severity, Status = Status, Owner = Owner, OpenedAt = OpenedAt, ClosedAt = ClosedAt };

    public IncidentView View() => new()
    {
        Id = Id,
        Title = Title,
        Description = Description,
        Severity = Severity,
        Status = Status,
        Owner = Owner,
        StartedAt = StartedAt,
        OpenedAt = OpenedAt,
        OpenedBy = OpenedBy,
        AnalysedAt = AnalysedAt,
        ContainedAt = ContainedAt,
        EradicatedAt = EradicatedAt,
        RecoveredAt = RecoveredAt,
        ClosedAt = ClosedAt,
        ClosedBy = ClosedBy,
        Lessons = Lessons,
        FalseAlarm = FalseAlarm,
        Alerts = Alerts,
        Events = Events,
        Containment = Containment,
        Entries = Timeline.Length,
        Omitted = Omitted,
        Version = Version,
    };
}
