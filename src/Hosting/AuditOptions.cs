using FluentValidation;

namespace Platform.Hosting;

/// <summary>What becomes of the audit trail beside its store.</summary>
public sealed class AuditOptions
{
    public AuditSinkOptions Sinks { get; set; } = new();
}

/// <summary>All of it at once, each fault with its cure.</summary>
public sealed class AuditOptionsValidator : AbstractValidator<AuditOptions>
{
    public AuditOptionsValidator() => RuleFor(audit => audit.Sinks).SetValidator(new AuditSinkOptionsValidator());
}
