using System.Globalization;
using FluentValidation;

namespace Platform.Hosting;

/// <summary>Whom people tell of a weakness: what <c>/.well-known/security.txt</c> says (RFC 9116, IR-5). Nothing is served without a contact.</summary>
public sealed class SecuritySettings
{
    /// <summary>Where to write, best first, separated by commas: <c>mailto:</c>, <c>tel:</c> or <c>https:</c>. At most 5.</summary>
    public string Contacts { get; set; } = "";

    /// <summary>Until when this is to be believed, such as <c>2027-06-30T00:00:00Z</c>; needed beside contacts. After it nothing is served, which is better than what is out of date.</summary>
    public string Expires { get; set; } = "";

    /// <summary>Where it says how reports are dealt with: an https URL, or empty.</summary>
    public string Policy { get; set; } = "";

    /// <summary>Languages for reports, separated by commas, such as <c>en, de</c>; at most 10.</summary>
    public string PreferredLanguages { get; set; } = "";

    public string[] ContactList() => Split(Contacts);

    public string[] LanguageList() => Split(PreferredLanguages);

    /// <summary>Null when none is written, or none that is a date with a time zone.</summary>
    public DateTimeOffset? ExpiresAt() =>
        DateTimeOffset.TryParseExact(Expires, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class SecuritySettingsValidator : AbstractValidator<SecuritySettings>
{
    public SecuritySettingsValidator()
    {
        RuleFor(security => security.Contacts).Must((security, _) => security.ContactList().Length <= 5 && security.ContactList().All(IsContact))
            .WithMessage(security => $"Platform:Security:Contacts is '{security.Contacts}'; give at most 5 of mailto:, tel: or https:, separated by commas.");
        RuleFor(security => security.Expires).Must((security, text) => text.Length == 0 ? security.ContactList().Length == 0 : security.ExpiresAt() is not null)
            .WithMessage(security => $"Platform:Security:Expires is '{security.Expires}'; give a time such as 2027-06-30T00:00:00Z beside the contacts, best within a year.");
        RuleFor(security => security.Policy).Must(policy => policy.Length == 0 || IsHttps(policy))
            .WithMessage(security => $"Platform:Security:Policy is '{security.Policy}'; give an https URL.");
        RuleFor(security => security.PreferredLanguages).Must((security, _) => security.LanguageList().Length <= 10 && security.LanguageList().All(IsLanguage))
            .WithMessage(security => $"Platform:Security:PreferredLanguages is '{security.PreferredLanguages}'; give at most 10 language tags such as en or pt-BR, separated by commas.");
    }

    // A line of the file must stay one: no contact has white space or control characters.
    private static bool IsContact(string contact) =>
        IsLine(contact) && Uri.TryCreate(contact, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeMailto && contact.Contains('@', StringComparison.Ordinal)) || (uri.Scheme == "tel" && contact.Length > 4));

    private static bool IsHttps(string url) => IsLine(url) && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    private static bool IsLine(string text) => text.Length <= 400 && text.All(c => c is > ' ' and <= '~');

    private static bool IsLanguage(string tag) => tag.Length is >= 2 and <= 35 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(tag[0]);
}
