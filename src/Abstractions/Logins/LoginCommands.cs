using FluentValidation;

namespace Platform.Abstractions.Logins;

/// <summary>What somebody shows who wants in.</summary>
/// <param name="Password">As typed.</param>
/// <param name="Code">Six digits of the authenticator, or a recovery code; null when none was typed.</param>
[GenerateSerializer, Alias("login-proof"), Immutable]
public sealed record LoginProof([property: Id(0)] string Password, [property: Id(1)] string? Code);

/// <summary>Why a one-time secret is issued.</summary>
public enum LoginSecretKind
{
    /// <summary>For the first operator; refused once a password is set. Does not expire.</summary>
    Bootstrap = 0,

    /// <summary>For a user who has no password yet, or lost it. Works for 72 hours.</summary>
    Invitation = 1,
}

/// <summary>Issues a secret with which a user sets a password, once. It replaces an older one.</summary>
[GenerateSerializer, Alias("issue-login-secret"), Immutable]
public sealed record IssueLoginSecret
{
    [Id(0)] public required LoginSecretKind Kind { get; init; }

    /// <summary>The second factor goes when the secret is used: for a user who lost it.</summary>
    [Id(1)] public bool ResetSecondFactor { get; init; }

    /// <summary>The password stops working and all sessions end at once, not when the secret is used.</summary>
    [Id(2)] public bool EndAccess { get; init; }
}

/// <summary>What an administrator says of an invitation.</summary>
public sealed record IssueInvitation
{
    /// <summary>See <see cref="IssueLoginSecret.ResetSecondFactor"/>.</summary>
    public bool ResetSecondFactor { get; init; }

    /// <summary>See <see cref="IssueLoginSecret.EndAccess"/>.</summary>
    public bool EndAccess { get; init; }

    /// <summary>Where the link is mailed, when the platform has a mail server; it is kept nowhere. Null: it is handed over by whoever asks.</summary>
    public string? Email { get; init; }
}

/// <summary>Uses a one-time secret up and sets the password.</summary>
[GenerateSerializer, Alias("use-login-secret"), Immutable]
public sealed record UseLoginSecret([property: Id(0)] string Secret, [property: Id(1)] string Password, [property: Id(2)] string? Code);

/// <summary>Replaces one's own password.</summary>
[GenerateSerializer, Alias("change-password"), Immutable]
public sealed record ChangePassword
{
    [Id(0)] public required string OldPassword { get; init; }
    [Id(1)] public required string NewPassword { get; init; }
}

public sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(command => command.OldPassword).NotEmpty().MaximumLength(PasswordRules.MaxLength);
        RuleFor(command => command.NewPassword).Password()
            .NotEqual(command => command.OldPassword).WithMessage("Choose another password than the present one.");
    }
}

/// <summary>Begins to set an authenticator up. The password is asked for again: an unattended screen must not be enough.</summary>
[GenerateSerializer, Alias("enrol-totp"), Immutable]
public sealed record EnrolTotp
{
    [Id(0)] public required string Password { get; init; }
}

public sealed class EnrolTotpValidator : AbstractValidator<EnrolTotp>
{
    public EnrolTotpValidator() => RuleFor(command => command.Password).NotEmpty().MaximumLength(PasswordRules.MaxLength);
}

/// <summary>Shows that the authenticator works; from then on its codes are asked for.</summary>
[GenerateSerializer, Alias("confirm-totp"), Immutable]
public sealed record ConfirmTotp
{
    [Id(0)] public required string Code { get; init; }
}

public sealed class ConfirmTotpValidator : AbstractValidator<ConfirmTotp>
{
    public ConfirmTotpValidator() => RuleFor(command => command.Code).NotEmpty().MaximumLength(LoginCodes.MaxLength);
}

/// <summary>Takes the authenticator and the recovery codes away.</summary>
[GenerateSerializer, Alias("disable-totp"), Immutable]
public sealed record DisableTotp
{
    [Id(0)] public required string Password { get; init; }
    [Id(1)] public required string Code { get; init; }
}

public sealed class DisableTotpValidator : AbstractValidator<DisableTotp>
{
    public DisableTotpValidator()
    {
        RuleFor(command => command.Password).NotEmpty().MaximumLength(PasswordRules.MaxLength);
        RuleFor(command => command.Code).NotEmpty().MaximumLength(LoginCodes.MaxLength);
    }
}

/// <summary>Bounds of what is typed as a code.</summary>
public static class LoginCodes
{
    /// <summary>A recovery code with its hyphen and some blanks around it.</summary>
    public const int MaxLength = 20;
}
