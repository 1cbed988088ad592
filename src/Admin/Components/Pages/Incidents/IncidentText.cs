using Platform.Abstractions.Incidents;

namespace Platform.Admin.Components.Pages.Incidents;

/// <summary>Incidents in words.</summary>
internal static class IncidentText
{
    /// <summary>The way from the first alert to the last lesson.</summary>
    public static IReadOnlyList<IncidentStatus> Way { get; } =
        [IncidentStatus.Detected, IncidentStatus.Analysing, IncidentStatus.Contained, IncidentStatus.Eradicated, IncidentStatus.Recovered, IncidentStatus.Closed];

    /// <summary>What a form offers; REST decides.</summary>
    public static IReadOnlyList<(string Value, string Text)> Severities { get; } = [("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")];

    public static string Of(IncidentStatus status) => status.ToString();

    public static string Name(IncidentStatus status) => status.ToString().ToLowerInvariant();

    public static string Name(IncidentSeverity severity) => severity.ToString().ToLowerInvariant();

    public static IncidentSeverity Severity(string? name) =>
        Enum.TryParse<IncidentSeverity>(name, ignoreCase: true, out var severity) && Enum.IsDefined(severity) ? severity : IncidentSeverity.Medium;

    /// <summary>Where an incident goes from here, closing aside: onward first.</summary>
    public static IReadOnlyList<IncidentStatus> Next(IncidentStatus status) => status switch
    {
        IncidentStatus.Detected => [IncidentStatus.Analysing, IncidentStatus.Contained],
        IncidentStatus.Analysing => [IncidentStatus.Contained],
        IncidentStatus.Contained => [IncidentStatus.Eradicated, IncidentStatus.Analysing],
        IncidentStatus.Eradicated => [IncidentStatus.Recovered, IncidentStatus.Analysing],
        IncidentStatus.Recovered => [IncidentStatus.Analysing],
        _ => [],
    };

    /// <summary>Whether it can be closed from here; as a false alarm only, before anything was contained.</summary>
    public static bool CanClose(IncidentStatus status) => status is IncidentStatus.Detected or IncidentStatus.Analysing or IncidentStatus.Recovered;

    public static string What(IncidentStatus status) => status switch
    {
        IncidentStatus.Detected => "Somebody or something noticed it.",
        IncidentStatus.Analysing => "What happened, and to whom?",
        IncidentStatus.Contained => "It does no more harm.",
        IncidentStatus.Eradicated => "Its cause is gone.",
        IncidentStatus.Recovered => "Service is as it should be.",
        _ => "What was learnt is on record.",
    };

    public static DateTimeOffset? ReachedAt(IncidentView incident, IncidentStatus status) => status switch
    {
        IncidentStatus.Detected => incident.OpenedAt,
        IncidentStatus.Analysing => incident.AnalysedAt,
        IncidentStatus.Contained => incident.ContainedAt,
        IncidentStatus.Eradicated => incident.EradicatedAt,
        IncidentStatus.Recovered => incident.RecoveredAt,
        IncidentStatus.Closed => incident.ClosedAt,
        _ => null,
    };

    public static string Of(TimelineKind kind) => kind switch
    {
        TimelineKind.Note => "Note",
        TimelineKind.Status => "Status",
        TimelineKind.Edit => "Edited",
        TimelineKind.Action => "Action",
        TimelineKind.Alert => "Alert",
        _ => "Evidence",
    };

    /// <param name="step">A step.</param>
    /// <param name="name">Of the tenant, for people.</param>
    public static string Of(ContainmentStep step, string name) => step.Step switch
    {
        ContainmentKind.ReadOnly => $"Make {name} read-only",
        ContainmentKind.BlockPrincipal => $"Block {step.Target}",
        ContainmentKind.RevokeKey => $"Revoke the key {step.Target}",
        ContainmentKind.Quarantine => $"Quarantine {step.Target}",
        ContainmentKind.SuspendTenant => $"Suspend {name}",
        ContainmentKind.RotateSigningKeys => $"Rotate the signing keys of {name}",
        _ => $"Revoke every credential of {name}",
    };
}
