using FluentValidation;

namespace Platform.Hosting;

/// <summary>What becomes of the audit trail beside its store.</summary>
public sealed class AuditOptions
{
    /// <summary>Minutes between platform checkpoints. Default 10, 1 to 60.</summary>
    public int CheckpointMinutes { get; set; } = 10;

    public WitnessOptions Witness { get; set; } = new();

    public AuditSinkOptions Sinks { get; set; } = new();
}

/// <summary>All of it at once, each fault with its cure.</summary>
public sealed class AuditOptionsValidator : AbstractValidator<AuditOptions>
{
    private const int MostMinutes = 60;

    public AuditOptionsValidator()
    {
        RuleFor(audit => audit.CheckpointMinutes).InclusiveBetween(1, MostMinutes)
            .WithMessage(audit => $"Platform:Audit:CheckpointMinutes is {audit.CheckpointMinutes}; choose 1 to {MostMinutes}.");
        RuleFor(audit => audit.Witness).SetValidator(new WitnessOptionsValidator());
        RuleFor(audit => audit.Sinks).SetValidator(new AuditSinkOptionsValidator());
    }
}
