namespace Platform.Admin.Components.Pages.Session;

/// <summary>What people call the browser and system that a User-Agent names. It is what the client says of itself: good to recognise one's own, no proof of anything.</summary>
internal static class Device
{
    // What claims to be several is the first of these: Edge and Opera say Chrome, Chrome says Safari.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
        [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Such as “Firefox on Linux”; of a program the name it gives itself; null when it says nothing that is one.</summary>
    public static string? Of(string? agent)
    {
        if (string.IsNullOrWhiteSpace(agent))
        {
            return null;
        }

        if (agent.StartsWith("platform-cli/", StringComparison.Ordinal))
        {
            return "Command line";
        }

        if (!agent.StartsWith("Mozilla/", StringComparison.Ordinal))
        {
            return agent.Split('/', ' ')[0] is { Length: > 0 and <= 40 } program ? program : null;
        }

        var (browser, system) = (Find(Browsers, agent), Find(Systems, agent));
        return (browser ?? system) is null ? null : browser is null ? $"A browser on {system}" : system is null ? browser : $"{browser} on {system}";
    }

    private static string? Find((string Mark, string Name)[] known, string agent) => Array.Find(known, one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
