using FluentValidation;
using Platform.Abstractions.Audit;

namespace Platform.Hosting;

/// <summary>What becomes of the audit trail beside its store.</summary>
public sealed class AuditOptions
{
    /// <summary>Minutes between platform checkpoints. Default 10, 1 to 60.</summary>
    public int CheckpointMinutes { get; set; } = 10;

    /// <summary>Days that every audit trail is kept, at least; a tenant may have more. Default 90, 90 to 3650.</summary>
    public int RetentionDays { get; set; } = SetAuditRetention.LeastDays;

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
        RuleFor(audit => audit.RetentionDays).InclusiveBetween(SetAuditRetention.LeastDays, SetAuditRetention.MostDays)
            .WithMessage(audit => $"Platform:Audit:RetentionDays is {audit.RetentionDays}; choose {SetAuditRetention.LeastDays} to {SetAuditRetention.MostDays}.");
        RuleFor(audit => audit.Witness).SetValidator(new WitnessOptionsValidator());
        RuleFor(audit => audit.Sinks).SetValidator(new AuditSinkOptionsValidator());
    }
}
