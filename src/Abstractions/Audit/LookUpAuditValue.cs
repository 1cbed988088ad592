using FluentValidation;

namespace Platform.Abstractions.Audit;

/// <summary>Asks which events have a value of which a trail keeps the HMAC only. It travels in a body, so that no log of URLs has it.</summary>
public sealed record LookUpAuditValue
{
    /// <summary>Characters; longer arguments cannot be looked up.</summary>
    public const int MaxValue = 524_288;

    /// <summary>The value itself, exactly: a credential, a token's id, the arguments of a tool as they were sent.</summary>
    public required string Value { get; init; }

    /// <summary>The first moment that counts.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment that does not count any more.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>1 to 200.</summary>
    public int? PageSize { get; init; }

    public string? PageToken { get; init; }

    /// <summary>Never the value.</summary>
    public override string ToString() => "LookUpAuditValue [Redacted]";
}

public sealed class LookUpAuditValueValidator : AbstractValidator<LookUpAuditValue>
{
    public LookUpAuditValueValidator()
    {
        RuleFor(command => command.Value).NotEmpty().MaximumLength(LookUpAuditValue.MaxValue);
        RuleFor(command => command.To).Must((command, to) => to is null || command.From is null || command.From < to).WithMessage("Choose a moment after from.");
    }
}
