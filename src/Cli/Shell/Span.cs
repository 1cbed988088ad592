using System.Globalization;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Shell;

/// <summary>Lengths of time as people write them: 90s, 30m, 2h, 7d.</summary>
internal static class Span
{
    private const int MostDigits = 6;

    public static Outcome<TimeSpan> Read(string text)
    {
        if (text.Length is < 2 or > MostDigits + 1 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return Wrong();
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => Wrong(),
        };
    }

    private static Refusal Wrong() => Refusal.Usage("Write a length of time such as 90s, 30m, 2h or 7d.");
}
