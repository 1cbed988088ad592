using FluentValidation;

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
    /// <summary>The name of the user; <c>admin</c> for the platform admin.</summary>
    public required string User { get; init; }
    public required string Password { get; init; }
}

public sealed class SignInValidator : AbstractValidator<SignIn>
{
    public SignInValidator()
    {
        RuleFor(command => command.User).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Password).NotEmpty().MaximumLength(PasswordRules.MaxLength);
    }
}

/// <summary>What a password must be (ASVS 6.2): length counts, composition does not.</summary>
public static class PasswordRules
{
    public const int MinLength = 12;
    public const int MaxLength = 256;

    public static IRuleBuilderOptions<T, string> Password<T>(this IRuleBuilder<T, string> rule) => rule
        .NotEmpty()
        .Length(MinLength, MaxLength)
        .Must(password => password is null || password.Distinct().Count() > 4).WithMessage("Choose a password with more than four different characters.");
}
