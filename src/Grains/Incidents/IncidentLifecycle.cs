using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;

namespace Platform.Grains.Incidents;

/// <summary>
/// The way of an incident: detected, analysing, contained, eradicated, recovered, closed. Forward one step at a time, but containment need not wait for an analysis; back to the analysis from
/// everywhere. Changes nothing in place.
/// </summary>
internal static class IncidentLifecycle
{
    public static IncidentState Open(string id, OpenIncident command, string by, DateTimeOffset now) =>
        IncidentTimeline.Add(
            new IncidentState
            {
                Id = id,
                Title = command.Title!.Trim(),
                Description = command.Description,
                Severity = command.Severity,
                Status = IncidentStatus.Detected,
                Owner = command.Owner ?? by,
                StartedAt = command.StartedAt ?? now,
                OpenedAt = now,
                OpenedBy = by,
                Alerts = command.Alerts ?? [],
                Events = command.Events ?? [],
                Version = 1,
            },
            TimelineKind.Status,
            by,
            "Opened as detected.",
            now);

    public static Result<IncidentState> Edit(IncidentState state, EditIncident command, long expected, string by, DateTimeOffset now)
    {
        if (state.Version != expected)
        {
            return Problem.PreconditionFailed();
        }

        if (command.StartedAt > now)
        {
            return Invalid("startedAt", "Nothing began in the future.");
        }

        if (state.Status == IncidentStatus.Closed && command.Lessons is null)
        {
            return Invalid("lessons", "A closed incident keeps its lessons.");
        }

        if (!IncidentTimeline.HasRoomForNote(state))
        {
            return Full();
        }

        var next = state with
        {
            Title = command.Title.Trim(),
            Severity = command.Severity,
            Description = command.Description,
            Owner = command.Owner,
            StartedAt = command.StartedAt,
            Alerts = command.Alerts ?? [],
            Events = command.Events ?? [],
            Lessons = command.Lessons,
            Version = state.Version + 1,
        };
        return IncidentTimeline.Add(next, TimelineKind.Edit, by, $"Changed: {string.Join(", ", Changed(state, next).DefaultIfEmpty("nothing"))}.", now);
    }

    public static Result<IncidentState> Advance(IncidentState state, AdvanceIncident command, long? expected, string by, DateTimeOffset now)
    {
        if (expected is not null && state.Version != expected)
        {
            return Problem.PreconditionFailed();
        }

        if (!IsNext(state.Status, command.Status))
        {
            return Problem.Conflict($"From {NameOf(state.Status)} an incident goes to {string.Join(", ", Next(state.Status).Select(NameOf))}.");
        }

        var next = state with
        {
            Status = command.Status,
            AnalysedAt = command.Status == IncidentStatus.Analysing ? state.AnalysedAt ?? now : state.AnalysedAt,
            ContainedAt = command.Status == IncidentStatus.Contained ? state.ContainedAt ?? now : state.ContainedAt,
            EradicatedAt = command.Status == IncidentStatus.Eradicated ? state.EradicatedAt ?? now : state.EradicatedAt,
            RecoveredAt = command.Status == IncidentStatus.Recovered ? state.RecoveredAt ?? now : state.RecoveredAt,
            Version = state.Version + 1,
        };
        return IncidentTimeline.Add(next, TimelineKind.Status, by, command.Note is null ? $"Now {NameOf(command.Status)}." : $"Now {NameOf(command.Status)}: {command.Note}", now);
    }

    public static Result<IncidentState> Close(IncidentState state, CloseIncident command, long? expected, string by, DateTimeOffset now)
    {
        if (expected is not null && state.Version != expected)
        {
            return Problem.PreconditionFailed();
        }

        var isOver = state.Status == IncidentStatus.Recovered && !command.FalseAlarm;
        var wasNone = command.FalseAlarm && state.Status is IncidentStatus.Detected or IncidentStatus.Analysing;
        if (!isOver && !wasNone)
        {
            return Problem.Conflict("An incident is closed when it is recovered, or as a false alarm while it is detected or analysed.");
        }

        if ((command.Lessons ?? state.Lessons) is not { } lessons)
        {
            return Invalid("lessons", "Write down what was learnt; nothing is closed without it.");
        }

        var next = state with { Status = IncidentStatus.Closed, Lessons = lessons, FalseAlarm = command.FalseAlarm, ClosedAt = now, ClosedBy = by, Version = state.Version + 1 };
        return IncidentTimeline.Add(next, TimelineKind.Status, by, command.FalseAlarm ? "Closed as a false alarm." : "Closed.", now);
    }

    public static Result<IncidentState> Reopen(IncidentState state, ReopenIncident command, long? expected, string by, DateTimeOffset now)
    {
        if (expected is not null && state.Version != expected)
        {
            return Problem.PreconditionFailed();
        }

        if (state.Status != IncidentStatus.Closed)
        {
            return Problem.Conflict("The incident is not closed.");
        }

        var next = state with { Status = IncidentStatus.Analysing, AnalysedAt = state.AnalysedAt ?? now, FalseAlarm = false, ClosedAt = null, ClosedBy = null, Version = state.Version + 1 };
        return IncidentTimeline.Add(next, TimelineKind.Status, by, $"Opened again: {command.Reason}", now);
    }

    public static bool IsNext(IncidentStatus from, IncidentStatus to) => Next(from).Contains(to);

    public static Problem Closed() => Problem.Conflict("The incident is closed; open it again first.");

    public static Problem Full() => Problem.QuotaExceeded($"The timeline has {IncidentRules.MaxNotes} entries; what follows belongs into another incident.");

    private static IncidentStatus[] Next(IncidentStatus from) => from switch
    {
        IncidentStatus.Detected => [IncidentStatus.Analysing, IncidentStatus.Contained],
        IncidentStatus.Analysing => [IncidentStatus.Contained],
        IncidentStatus.Contained => [IncidentStatus.Analysing, IncidentStatus.Eradicated],
        IncidentStatus.Eradicated => [IncidentStatus.Analysing, IncidentStatus.Recovered],
        IncidentStatus.Recovered => [IncidentStatus.Analysing],
        _ => [],
    };

    private static string NameOf(IncidentStatus status) => status switch
    {
        IncidentStatus.Detected => "detected",
        IncidentStatus.Analysing => "analysing",
        IncidentStatus.Contained => "contained",
        IncidentStatus.Eradicated => "eradicated",
        IncidentStatus.Recovered => "recovered",
        _ => "closed",
    };

    private static IEnumerable<string> Changed(IncidentState before, IncidentState after)
    {
        (string, bool)[] members =
        [
            ("title", before.Title != after.Title), ("severity", before.Severity != after.Severity), ("description", before.Description != after.Description), ("owner", before.Owner != after.Owner),
            ("start", before.StartedAt != after.StartedAt), ("alerts", !before.Alerts.SequenceEqual(after.Alerts)), ("events", !before.Events.SequenceEqual(after.Events)), ("lessons", before.Lessons != after.Lessons),
        ];
        return members.Where(member => member.Item2).Select(member => member.Item1);
    }

    private static Problem Invalid(string member, string fault) => Problem.Invalid([new FieldError(member, fault)]);
}
