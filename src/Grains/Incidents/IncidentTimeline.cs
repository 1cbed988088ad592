using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;

namespace Platform.Grains.Incidents;

/// <summary>
/// The entries of an incident. They are bounded: what people write and what they have the platform do stops first, so that alerts and actions go on being noted; what then does not fit is counted.
/// </summary>
internal static class IncidentTimeline
{
    /// <summary>Who writes what nobody asked for.</summary>
    public const string System = "system";

    private const int MaxTarget = 256;

    /// <summary>Facts that are recognised when they are told again.</summary>
    private const int KnownFacts = 100;

    public static bool HasRoomForNote(IncidentState state) => state.Timeline.Length < IncidentRules.MaxNotes;

    public static Result<IncidentState> Note(IncidentState state, AddTimelineNote command, string by, DateTimeOffset now)
    {
        if (state.Status == IncidentStatus.Closed)
        {
            return IncidentLifecycle.Closed();
        }

        if (command.HappenedAt > now)
        {
            return Problem.Invalid([new FieldError("happenedAt", "It has not happened yet.")]);
        }

        return HasRoomForNote(state)
            ? Add(state, new TimelineEntry { Number = 0, Kind = TimelineKind.Note, At = now, HappenedAt = command.HappenedAt, By = by, Text = command.Text })
            : IncidentLifecycle.Full();
    }

    /// <summary>The same state for a fact that is known, or comes after the end.</summary>
    public static IncidentState Record(IncidentState state, IncidentFact fact, DateTimeOffset now)
    {
        if (state.Status == IncidentStatus.Closed || state.Facts.Contains(fact.Id))
        {
            return state;
        }

        var entry = new TimelineEntry
        {
            Number = 0,
            Kind = fact.Kind,
            At = now,
            HappenedAt = fact.At < now ? fact.At : null,
            By = fact.By,
            Text = fact.Text,
            Action = fact.Action,
            Target = Clip(fact.Target),
            Outcome = fact.Outcome,
            Correlation = fact.Id.ToString("N"),
        };
        return Add(state, entry) with { Facts = [.. state.Facts.TakeLast(KnownFacts - 1), fact.Id] };
    }

    /// <summary>What somebody did to the incident itself. It is done in any case, and counted where the room of people is used up: however often they do it, the platform's own entries have theirs.</summary>
    public static IncidentState Add(IncidentState state, TimelineKind kind, string by, string text, DateTimeOffset now) =>
        HasRoomForNote(state) ? Add(state, new TimelineEntry { Number = 0, Kind = kind, At = now, By = by, Text = text }) : state with { Omitted = state.Omitted + 1 };

    public static IncidentState Add(IncidentState state, TimelineEntry entry) =>
        state.Timeline.Length >= IncidentRules.MaxEntries
            ? state with { Omitted = state.Omitted + 1 }
            : state with { Timeline = [.. state.Timeline, entry with { Number = state.Timeline.Length + 1 }] };

    // A cut must not leave half of a surrogate pair.
    private static string? Clip(string? target) =>
        target is null || target.Length <= MaxTarget ? target : target[..(char.IsHighSurrogate(target[MaxTarget - 1]) ? MaxTarget - 1 : MaxTarget)];
}
