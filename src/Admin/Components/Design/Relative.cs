namespace Platform.Admin.Components.Design;

/// <summary>Distances in time as people say them.</summary>
internal static class Relative
{
    public static string Describe(DateTimeOffset at, DateTimeOffset now)
    {
        var distance = (now - at).Duration();
        if (distance < TimeSpan.FromSeconds(45))
        {
            return at <= now ? "just now" : "in a moment";
        }

        var text = distance switch
        {
            { TotalMinutes: < 59.5 } => $"{Math.Max(1, Math.Round(distance.TotalMinutes)):0} min",
            { TotalHours: < 23.5 } => $"{Math.Round(distance.TotalHours):0} h",
            { TotalDays: < 59.5 } => Count(distance.TotalDays, "day"),
            { TotalDays: < 700 } => Count(distance.TotalDays / 30.4, "month"),
            _ => Count(distance.TotalDays / 365.25, "year"),
        };
        return at <= now ? text + " ago" : "in " + text;
    }

    private static string Count(double number, string unit)
    {
        var whole = Math.Max(1, (long)Math.Round(number));
        return whole == 1 ? $"1 {unit}" : $"{whole} {unit}s";
    }
}
