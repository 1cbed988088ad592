using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Platform.Abstractions.Incidents;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Incidents;

/// <summary>What a form says of an incident. Only what JSON could not carry is refused here; the bounds are REST's.</summary>
internal sealed record IncidentInput
{
    private const string Local = "yyyy-MM-ddTHH:mm";

    public static string[] Fields { get; } = ["title", "severity", "description", "owner", "startedAt", "lessons", "alerts"];

    public string? Title { get; init; }

    public string Severity { get; init; } = "medium";

    public string? Description { get; init; }

    public string? Owner { get; init; }

    /// <summary>In UTC, as a browser's control writes it.</summary>
    public string? StartedAt { get; init; }

    public string? Lessons { get; init; }

    public string[] Alerts { get; init; } = [];

    public static IncidentInput Of(IncidentView incident) => new()
    {
        Title = incident.Title,
        Severity = IncidentText.Name(incident.Severity),
        Description = incident.Description,
        Owner = incident.Owner,
        StartedAt = incident.StartedAt.UtcDateTime.ToString(Local, CultureInfo.InvariantCulture),
        Lessons = incident.Lessons,
        Alerts = incident.Alerts,
    };

    public static IncidentInput Of(PostedForm form) => new()
    {
        Title = form.Text("title"),
        Severity = form.Text("severity") ?? "medium",
        Description = Lines(form.Text("description")),
        Owner = form.Text("owner"),
        StartedAt = form.Text("startedAt"),
        Lessons = Lines(form.Text("lessons")),
        Alerts = form.All("alerts"),
    };

    /// <summary>Browsers send CR LF; what is kept has LF alone.</summary>
    public static string? Lines(string? text) => text?.Replace("\r\n", "\n", StringComparison.Ordinal);

    public bool TryOpen(out OpenIncident command, [NotNullWhen(false)] out ProblemView? problem)
    {
        var faults = new FormFaults();
        command = new OpenIncident
        {
            Title = Title,
            Severity = IncidentText.Severity(Severity),
            Description = Description,
            Owner = Owner,
            StartedAt = Time(StartedAt, "startedAt", faults),
            Alerts = Alerts.Length == 0 ? null : Alerts,
        };
        problem = faults.Any ? faults.With(new OpenIncidentValidator(), command) : null;
        return problem is null;
    }

    /// <param name="before">As it was read: to the minute nobody moves its beginning by saving something else, and what the form does not show stays.</param>
    /// <param name="command">To save.</param>
    /// <param name="problem">Why there is none.</param>
    public bool TryEdit(IncidentView before, out EditIncident command, [NotNullWhen(false)] out ProblemView? problem)
    {
        var faults = new FormFaults();
        var started = Time(StartedAt, "startedAt", faults);
        command = new EditIncident
        {
            Title = Title ?? "",
            Severity = IncidentText.Severity(Severity),
            Description = Description,
            Owner = Owner,
            StartedAt = StartedAt == Of(before).StartedAt ? before.StartedAt : started ?? before.StartedAt,
            Alerts = before.Alerts,
            Events = before.Events,
            Lessons = Lessons,
        };
        problem = faults.Any ? faults.With(new EditIncidentValidator(), command) : null;
        return problem is null;
    }

    /// <summary>A time in UTC as a form has it; nothing is none.</summary>
    public static DateTimeOffset? Time(string? text, string field, FormFaults faults)
    {
        if (text is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, [Local, Local + ":ss", Local + ":ss.FFF"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read))
        {
            return read;
        }

        faults.Add(field, "Write a time in UTC, such as 2026-11-29T08:00.");
        return null;
    }
}
