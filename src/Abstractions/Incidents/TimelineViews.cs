using System.Text.Json.Serialization;

namespace Platform.Abstractions.Incidents;

/// <summary>What an entry of a timeline tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimelineKind>))]
public enum TimelineKind
{
    /// <summary>Somebody wrote it.</summary>
    [JsonStringEnumMemberName("note")] Note = 0,

    /// <summary>The incident was opened, went on, was closed or opened again.</summary>
    [JsonStringEnumMemberName("status")] Status = 1,

    /// <summary>Title, severity, owner or the like were changed.</summary>
    [JsonStringEnumMemberName("edit")] Edit = 2,

    /// <summary>Something was contained, set free or resumed.</summary>
    [JsonStringEnumMemberName("action")] Action = 3,

    /// <summary>An alert fired or was resolved.</summary>
    [JsonStringEnumMemberName("alert")] Alert = 4,

    /// <summary>Evidence was exported.</summary>
    [JsonStringEnumMemberName("evidence")] Evidence = 5,
}

/// <summary>One entry of a timeline. Entries are never changed.</summary>
[GenerateSerializer, Alias("timeline-entry"), Immutable]
public sealed record TimelineEntry
{
    /// <summary>1 for the first, without gaps.</summary>
    [Id(0)] public required int Number { get; init; }

    [Id(1)] public required TimelineKind Kind { get; init; }

    /// <summary>When it was written down.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>When it happened, where that is another time.</summary>
    [Id(3)] public DateTimeOffset? HappenedAt { get; init; }

    /// <summary>The principal, or <c>system</c>.</summary>
    [Id(4)] public required string By { get; init; }

    [Id(5)] public string? Text { get; init; }

    /// <summary>The operation, such as <c>tenants/suspend</c>.</summary>
    [Id(6)] public string? Action { get; init; }

    /// <summary>What it was done to.</summary>
    [Id(7)] public string? Target { get; init; }

    /// <summary><c>ok</c>, or the slug of a problem.</summary>
    [Id(8)] public string? Outcome { get; init; }

    /// <summary>Of the audit event that tells the same.</summary>
    [Id(9)] public string? Correlation { get; init; }
}

/// <summary>What the platform notes by itself.</summary>
/// <param name="Id">The same fact is noted once.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="At">When it happened.</param>
/// <param name="By">The principal, or <c>system</c>.</param>
/// <param name="Action">The operation.</param>
/// <param name="Target">What it was done to; more than 256 characters are cut.</param>
/// <param name="Outcome"><c>ok</c>, or the slug of a problem.</param>
[GenerateSerializer, Alias("incident-fact"), Immutable]
public sealed record IncidentFact(
    [property: Id(0)] Guid Id,
    [property: Id(1)] TimelineKind Kind,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string By,
    [property: Id(4)] string Action,
    [property: Id(5)] string? Target,
    [property: Id(6)] string Outcome)
{
    /// <summary>For people; null when the rest says it.</summary>
    [Id(7)] public string? Text { get; init; }
}
