using FluentValidation;
using Platform.Abstractions.Principals;

namespace Platform.Abstractions.PersonalData;

/// <summary>Erases what is known of a person. Nothing brings it back.</summary>
[GenerateSerializer, Alias("erase-principal"), Immutable]
public sealed record ErasePrincipal
{
    /// <summary>The person's id, once more: whoever types it means this person.</summary>
    [Id(0)] public required string Confirm { get; init; }

    /// <summary>True leaves the API keys alone that the person made for services. They are revoked by default: whoever made a key has seen its secret.</summary>
    [Id(1)] public bool KeepIssuedKeys { get; init; }
}

public sealed class ErasePrincipalValidator : AbstractValidator<ErasePrincipal>
{
    public ErasePrincipalValidator() => RuleFor(command => command.Confirm).NotEmpty().MaximumLength(PrincipalId.MaxLength);
}
