using System.Globalization;

namespace Platform.Admin.Components.Pages.Resources;

/// <summary>How long a value may be given to live, as forms offer it.</summary>
internal static class Lives
{
    public const string Default = "3600";

    public static IReadOnlyList<(string Value, string Text)> Choices { get; } =
        [("600", "10 minutes"), (Default, "1 hour"), ("86400", "a day"), ("604800", "7 days"), ("2592000", "30 days")];

    public static bool TryRead(string? text, out int seconds)
    {
        seconds = 0;
        return Choices.Any(choice => choice.Value == text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds);
    }
}
