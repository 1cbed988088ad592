using FluentValidation;

namespace Platform.Abstractions.Incidents;

/// <summary>Ends every credential of a tenant at once; then clears their rows away, so far as one request goes.</summary>
public sealed record RevokeCredentials
{
    /// <summary>At most 500 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>As an answer that was not complete said it: goes on with that revocation instead of beginning another, which would end what was issued since.</summary>
    public DateTimeOffset? Before { get; init; }
}

public sealed class RevokeCredentialsValidator : AbstractValidator<RevokeCredentials>
{
    public RevokeCredentialsValidator() => RuleFor(command => command.Reason).MaximumLength(500);
}

/// <summary>What was revoked. All of it was dead before the first row was touched, complete or not.</summary>
public sealed record CredentialsRevoked
{
    /// <summary>What was issued until then is dead.</summary>
    public required DateTimeOffset Before { get; init; }

    /// <summary>False when rows are left that still look alive in lists: ask again with <see cref="Before"/>.</summary>
    public required bool Complete { get; init; }

    /// <summary>API keys and management keys.</summary>
    public required int Keys { get; init; }

    public required int Sessions { get; init; }

    /// <summary>Consents, each with all of its refresh tokens.</summary>
    public required int Grants { get; init; }

    /// <summary>Codes and refresh tokens.</summary>
    public required int Tokens { get; init; }

    /// <summary>Confidential OAuth clients, which need a new secret.</summary>
    public required int ClientSecrets { get; init; }

    public required int ClientCertificates { get; init; }
}
