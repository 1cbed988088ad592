using FluentValidation;

namespace Platform.Abstractions.Logins;

/// <summary>What a password must be (ASVS 6.2): length counts, composition does not, and what everybody tries first is refused.</summary>
public static class PasswordRules
{
    public const int MinLength = 12;
    public const int MaxLength = 256;

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for a new password (AU-8, OWASP).</summary>
    public const int Rounds = 210_000;

    /// <summary>Fewer rounds are neither made nor accepted, whatever the configuration says (AU-8).</summary>
    public const int FewestRounds = 100_000;

    /// <summary>More would let one sign-in hold a core for seconds.</summary>
    public const int MostRounds = 10_000_000;

    public static IRuleBuilderOptions<T, string> Password<T>(this IRuleBuilder<T, string> rule) => rule
        .NotEmpty()
        .Length(MinLength, MaxLength)
        .Must(password => password is null || password.Distinct().Count() > 4).WithMessage("Choose a password with more than four different characters.")
        .Must(password => password is null || password.Length > MaxLength || !CommonPasswords.Contains(password)).WithMessage("This is one of the passwords that are tried first. Choose a few unrelated words.");
}
