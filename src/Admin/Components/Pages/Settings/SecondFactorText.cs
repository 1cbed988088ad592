using Platform.Abstractions.Logins;

namespace Platform.Admin.Components.Pages.Settings;

/// <summary>Who has to sign in with an authenticator, as a form says it.</summary>
internal static class SecondFactorText
{
    public static IReadOnlyList<(string Value, string Text)> Choices { get; } = [("recommended", "Recommended"), ("admins", "Required of admins"), ("everyone", "Required of everybody")];

    public static string Of(SecondFactorRule rule) => rule switch
    {
        SecondFactorRule.Everyone => "everyone",
        SecondFactorRule.Admins => "admins",
        _ => "recommended",
    };

    public static bool TryRead(string? value, out SecondFactorRule rule)
    {
        (var known, rule) = value switch
        {
            "everyone" => (true, SecondFactorRule.Everyone),
            "admins" => (true, SecondFactorRule.Admins),
            "recommended" => (true, SecondFactorRule.Recommended),
            _ => (false, SecondFactorRule.Everyone),
        };
        return known;
    }
}
