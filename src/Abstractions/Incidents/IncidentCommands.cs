using FluentValidation;

namespace Platform.Abstractions.Incidents;

/// <summary>Opens an incident.</summary>
[GenerateSerializer, Alias("open-incident"), Immutable]
public sealed record OpenIncident
{
    /// <summary>One line, at most 200 characters; may be left out where an alert says what happened.</summary>
    [Id(0)] public string? Title { get; init; }

    /// <summary>Default: medium.</summary>
    [Id(1)] public IncidentSeverity Severity { get; init; } = IncidentSeverity.Medium;

    /// <summary>At most 4000 characters.</summary>
    [Id(2)] public string? Description { get; init; }

    /// <summary>Who answers for it; whoever opens it when left out.</summary>
    [Id(3)] public string? Owner { get; init; }

    /// <summary>When it began; now, or when the first of its alerts fired, when left out.</summary>
    [Id(4)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Ids of alerts of the same tenant.</summary>
    [Id(5)] public string[]? Alerts { get; init; }

    /// <summary>Ids of audit events.</summary>
    [Id(6)] public string[]? Events { get; init; }
}

/// <summary>All that people may change of an incident but its status.</summary>
[GenerateSerializer, Alias("edit-incident"), Immutable]
public sealed record EditIncident
{
    [Id(0)] public required string Title { get; init; }
    [Id(1)] public required IncidentSeverity Severity { get; init; }
    [Id(2)] public string? Description { get; init; }
    [Id(3)] public string? Owner { get; init; }
    [Id(4)] public required DateTimeOffset StartedAt { get; init; }
    [Id(5)] public string[]? Alerts { get; init; }
    [Id(6)] public string[]? Events { get; init; }

    /// <summary>May be written before it is closed.</summary>
    [Id(7)] public string? Lessons { get; init; }
}

/// <summary>Says that an incident has come further, or back to the analysis.</summary>
[GenerateSerializer, Alias("advance-incident"), Immutable]
public sealed record AdvanceIncident
{
    /// <summary>Every status but closed.</summary>
    [Id(0)] public required IncidentStatus Status { get; init; }

    /// <summary>At most 1000 characters.</summary>
    [Id(1)] public string? Note { get; init; }
}

/// <summary>Closes an incident.</summary>
[GenerateSerializer, Alias("close-incident"), Immutable]
public sealed record CloseIncident
{
    /// <summary>What was learnt; needed unless it is written already. At most 4000 characters.</summary>
    [Id(0)] public string? Lessons { get; init; }

    /// <summary>It was none: closes one that was detected or analysed, where nothing had to be recovered.</summary>
    [Id(1)] public bool FalseAlarm { get; init; }
}

/// <summary>Takes a closed incident up again.</summary>
[GenerateSerializer, Alias("reopen-incident"), Immutable]
public sealed record ReopenIncident
{
    /// <summary>At most 1000 characters.</summary>
    [Id(0)] public required string Reason { get; init; }
}

/// <summary>What somebody writes into a timeline.</summary>
[GenerateSerializer, Alias("add-timeline-note"), Immutable]
public sealed record AddTimelineNote
{
    /// <summary>At most 1000 characters.</summary>
    [Id(0)] public required string Text { get; init; }

    /// <summary>When it happened, where that was before.</summary>
    [Id(1)] public DateTimeOffset? HappenedAt { get; init; }
}

public sealed class OpenIncidentValidator : AbstractValidator<OpenIncident>
{
    public OpenIncidentValidator()
    {
        RuleFor(command => command.Title).Must((command, title) => title is null ? command.Alerts is { Length: > 0 } : IncidentRules.IsLine(title, IncidentRules.MaxTitle))
            .WithMessage("Say what happened in one line of at most 200 characters, or name an alert.");
        RuleFor(command => command.Severity).IsInEnum();
        RuleFor(command => command.Description).Must(text => text is null || IncidentRules.IsText(text, IncidentRules.MaxText)).WithMessage("Use at most 4000 characters.");
        RuleFor(command => command.Owner).Must(owner => owner is null || IncidentRules.IsLine(owner, 100)).WithMessage("Use at most 100 characters.");
        RuleFor(command => command.Alerts).Must(IncidentReferences.AreAlerts).WithMessage(IncidentReferences.AlertsRule);
        RuleFor(command => command.Events).Must(IncidentReferences.AreEvents).WithMessage(IncidentReferences.EventsRule);
    }
}

public sealed class EditIncidentValidator : AbstractValidator<EditIncident>
{
    public EditIncidentValidator()
    {
        RuleFor(command => command.Title).Must(title => IncidentRules.IsLine(title, IncidentRules.MaxTitle)).WithMessage("Say what happened in one line of at most 200 characters.");
        RuleFor(command => command.Severity).IsInEnum();
        RuleFor(command => command.Description).Must(text => text is null || IncidentRules.IsText(text, IncidentRules.MaxText)).WithMessage("Use at most 4000 characters.");
        RuleFor(command => command.Owner).Must(owner => owner is null || IncidentRules.IsLine(owner, 100)).WithMessage("Use at most 100 characters.");
        RuleFor(command => command.Alerts).Must(IncidentReferences.AreAlerts).WithMessage(IncidentReferences.AlertsRule);
        RuleFor(command => command.Events).Must(IncidentReferences.AreEvents).WithMessage(IncidentReferences.EventsRule);
        RuleFor(command => command.Lessons).Must(text => text is null || IncidentRules.IsText(text, IncidentRules.MaxText)).WithMessage("Use at most 4000 characters.");
    }
}

public sealed class AdvanceIncidentValidator : AbstractValidator<AdvanceIncident>
{
    public AdvanceIncidentValidator()
    {
        RuleFor(command => command.Status).IsInEnum().NotEqual(IncidentStatus.Closed).WithMessage("Choose detected, analysing, contained, eradicated or recovered; :close closes.");
        RuleFor(command => command.Note).Must(text => text is null || IncidentRules.IsText(text, IncidentRules.MaxNote)).WithMessage("Use at most 1000 characters.");
    }
}

public sealed class CloseIncidentValidator : AbstractValidator<CloseIncident>
{
    public CloseIncidentValidator() =>
        RuleFor(command => command.Lessons).Must(text => text is null || IncidentRules.IsText(text, IncidentRules.MaxText)).WithMessage("Use at most 4000 characters.");
}

public sealed class ReopenIncidentValidator : AbstractValidator<ReopenIncident>
{
    public ReopenIncidentValidator() => RuleFor(command => command.Reason).Must(text => IncidentRules.IsText(text, IncidentRules.MaxNote)).WithMessage("Say why, in at most 1000 characters.");
}

public sealed class AddTimelineNoteValidator : AbstractValidator<AddTimelineNote>
{
    public AddTimelineNoteValidator() => RuleFor(command => command.Text).Must(text => IncidentRules.IsText(text, IncidentRules.MaxNote)).WithMessage("Write at most 1000 characters.");
}
