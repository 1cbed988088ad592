using FluentValidation;
using Platform.Abstractions.Logins;

namespace Platform.Abstractions.Sessions;

/// <summary>Uses the bootstrap secret up and sets the platform admin's password.</summary>
public sealed record Bootstrap
{
    public required string Secret { get; init; }
    public required string Password { get; init; }
}

public sealed class BootstrapValidator : AbstractValidator<Bootstrap>
{
    public BootstrapValidator()
    {
        RuleFor(command => command.Secret).NotEmpty().MaximumLength(200);
        RuleFor(command => command.Password).Password();
    }
}

/// <summary>Signs in.</summary>
public sealed record SignIn
{
    /// <summary>The user's tenant, by its slug; null for the platform's own users.</summary>
    public string? Tenant { get; init; }

    /// <summary>The name of the user; <c>admin</c> for the platform admin.</summary>
    public required string User { get; init; }
    public required string Password { get; init; }

    /// <summary>Six digits of the authenticator, or a recovery code. Needed once one is set up.</summary>
    public string? Code { get; init; }
}

public sealed class SignInValidator : AbstractValidator<SignIn>
{
    public SignInValidator()
    {
        RuleFor(command => command.Tenant).MaximumLength(100);
        RuleFor(command => command.User).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Password).NotEmpty().MaximumLength(PasswordRules.MaxLength);
        RuleFor(command => command.Code).MaximumLength(LoginCodes.MaxLength);
    }
}

/// <summary>Uses an invitation up, sets the password and signs in.</summary>
public sealed record AcceptInvitation
{
    /// <summary>The user's tenant, by its slug; null for the platform's own users.</summary>
    public string? Tenant { get; init; }
    public required string User { get; init; }
    public required string Secret { get; init; }
    public required string Password { get; init; }

    /// <summary>Of an authenticator that the invitation does not reset.</summary>
    public string? Code { get; init; }
}

public sealed class AcceptInvitationValidator : AbstractValidator<AcceptInvitation>
{
    public AcceptInvitationValidator()
    {
        RuleFor(command => command.Tenant).MaximumLength(100);
        RuleFor(command => command.User).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Secret).NotEmpty().MaximumLength(200);
        RuleFor(command => command.Password).Password();
        RuleFor(command => command.Code).MaximumLength(LoginCodes.MaxLength);
    }
}

/// <summary>What a session is opened with: a verdict of the user's login and where the request came from.</summary>
/// <param name="Principal">Whose password was just verified.</param>
/// <param name="Verdict">As the login gave it.</param>
/// <param name="Address">Of the client, for the list of sessions; at most 64 characters.</param>
/// <param name="Agent">The client's User-Agent, for the list of sessions; at most 200 characters.</param>
[GenerateSerializer, Alias("open-console-session"), Immutable]
public sealed record OpenConsoleSession(
    [property: Id(0)] string Principal,
    [property: Id(1)] LoginVerdict Verdict,
    [property: Id(2)] string? Address,
    [property: Id(3)] string? Agent);
