using FluentValidation;

namespace Platform.Abstractions.Audit;

/// <summary>Takes a trail as it is now, after somebody looked into what was found.</summary>
[GenerateSerializer, Alias("accept-audit-finding"), Immutable]
public sealed record AcceptAuditFinding
{
    /// <summary>For those who were not there; 1 to 500 characters.</summary>
    [Id(0)] public required string Reason { get; init; }
}

public sealed class AcceptAuditFindingValidator : AbstractValidator<AcceptAuditFinding>
{
    public AcceptAuditFindingValidator() => RuleFor(command => command.Reason).NotEmpty().MaximumLength(500);
}

/// <summary>How the watch stands.</summary>
/// <param name="Number">Of the last platform checkpoint; 0 when there is none.</param>
/// <param name="At">When that was signed; null when there is none.</param>
/// <param name="Findings">Those that no operator accepted yet.</param>
[GenerateSerializer, Alias("audit-watch-view"), Immutable]
public sealed record AuditWatchView([property: Id(0)] long Number, [property: Id(1)] DateTimeOffset? At, [property: Id(2)] AuditFinding[] Findings);
