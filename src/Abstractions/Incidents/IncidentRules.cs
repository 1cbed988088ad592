namespace Platform.Abstractions.Incidents;

/// <summary>What bounds incidents.</summary>
public static class IncidentRules
{
    /// <summary>Incidents of one tenant that are not closed.</summary>
    public const int MaxOpen = 100;

    /// <summary>Incidents of one tenant. They are never removed: what happened stays on record.</summary>
    public const int MaxKept = 10_000;

    /// <summary>Entries that people, and the platform when somebody asks it for something, can add to a timeline.</summary>
    public const int MaxNotes = 400;

    /// <summary>Entries of a timeline; the rest is room for what the platform notes by itself, and what does not fit is counted.</summary>
    public const int MaxEntries = 500;

    /// <summary>Steps of containment of one incident.</summary>
    public const int MaxSteps = 300;

    public const int MaxTitle = 200;

    public const int MaxText = 4_000;

    public const int MaxNote = 1_000;

    /// <summary>Alerts, and events, that an incident names.</summary>
    public const int MaxReferences = 50;

    /// <summary>Text of several lines: no other control characters, and something in it.</summary>
    public static bool IsText(string? text, int most) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= most && !text.Any(c => char.IsControl(c) && c is not '\n' and not '\t');

    /// <summary>One line.</summary>
    public static bool IsLine(string? text, int most) => IsText(text, most) && !text!.Any(char.IsControl);
}
