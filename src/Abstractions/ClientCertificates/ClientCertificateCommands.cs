using FluentValidation;

namespace Platform.Abstractions.ClientCertificates;

/// <summary>Takes a client certificate as the credential of a principal: one by its thumbprint, or whichever an authority issued for a name.</summary>
[GenerateSerializer, Alias("register-client-certificate"), Immutable]
public sealed record RegisterClientCertificate
{
    /// <summary>Name for people, 1 to 100 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Id of a principal of the tenant.</summary>
    [Id(1)] public required string Principal { get; init; }

    /// <summary>SHA-256 of the certificate, 64 hex digits.</summary>
    [Id(2)] public string? Thumbprint { get; init; }

    /// <summary>The authority's self-signed certificate, PEM. It issues the clients' certificates itself.</summary>
    [Id(3)] public string? Authority { get; init; }

    [Id(4)] public CertificateName? Subject { get; init; }

    /// <summary>A revocation list of the authority, PEM or base64 of DER.</summary>
    [Id(5)] public string? RevocationList { get; init; }

    /// <summary>When the registration ends; with its certificate, when absent.</summary>
    [Id(6)] public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A newer revocation list of an authority.</summary>
[GenerateSerializer, Alias("set-revocation-list"), Immutable]
public sealed record SetRevocationList([property: Id(0)] string RevocationList);

public sealed class RegisterClientCertificateValidator : AbstractValidator<RegisterClientCertificate>
{
    /// <summary>Most characters of a certificate in PEM.</summary>
    public const int MaxCertificate = 16 * 1024;

    public RegisterClientCertificateValidator(TimeProvider clock)
    {
        RuleFor(command => command.Name).NotEmpty().MaximumLength(100).Must(name => name is null || !name.Any(char.IsControl))
            .WithMessage("Use 1 to 100 characters without control characters.");
        RuleFor(command => command.Principal).Must(IsPrincipal).WithMessage("Name a principal of the tenant by its id.");
        RuleFor(command => command.Thumbprint).Must((command, thumbprint) => (thumbprint is null) != (command.Authority is null))
            .WithMessage("Give either thumbprint, or authority and subject.");
        RuleFor(command => command.Thumbprint).Must(text => text is null || (text.Length == 64 && text.All(char.IsAsciiHexDigit)))
            .WithMessage("Write the SHA-256 of the certificate (DER) as 64 hex digits.");
        RuleFor(command => command.Authority).MaximumLength(MaxCertificate);
        RuleFor(command => command.Subject).Must((command, subject) => (subject is null) == (command.Authority is null))
            .WithMessage("An authority is trusted for one exact name: give authority and subject together.");
        RuleFor(command => command.Subject).Must(subject => subject is null || subject.IsValid())
            .WithMessage("Write one exact name of kind uri, dns or dn, without wildcards.");
        RuleFor(command => command.RevocationList).Must((command, list) => list is null || command.Authority is not null)
            .WithMessage("A revocation list belongs to an authority.");
        RuleFor(command => command.RevocationList).MaximumLength(SetRevocationListValidator.MaxText);
        RuleFor(command => command.ExpiresAt).Must(at => at is null || at > clock.GetUtcNow()).WithMessage("Choose a time in the future.");
    }

    private static bool IsPrincipal(string? text) =>
        text is { Length: > 4 and <= 64 } && text[3] == '_' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
}

public sealed class SetRevocationListValidator : AbstractValidator<SetRevocationList>
{
    /// <summary>Most characters of a list as text: base64 of its most bytes, and the lines around it.</summary>
    public const int MaxText = (RevocationList.MaxBytes * 3 / 2) + 1024;

    public SetRevocationListValidator() => RuleFor(command => command.RevocationList).NotEmpty().MaximumLength(MaxText);
}
