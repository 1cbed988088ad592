using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>axe's rules of WCAG 2.2 AA, in light on a desk and in dark on a phone.</summary>
internal static class Axe
{
    private const string Judge = """
        () => axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } }).then(found => found.violations
          .filter(violation => violation.impact === "serious" || violation.impact === "critical")
          .map(violation => violation.id + " " + violation.nodes.slice(0, 3).map(node => node.html).join(" | "))
          .concat(document.documentElement.scrollWidth > innerWidth ? ["wider than " + innerWidth] : []))
        """;

    /// <summary>What scrolls sideways in a window that is neither wide nor a phone's: the page, or a table in it.</summary>
    private const string Overflowing = """
        () => [document.documentElement, ...document.querySelectorAll(".table-wrap")].filter(part => part.clientWidth > 0 && part.scrollWidth > part.clientWidth)
          .map(part => `${part.getAttribute("aria-label") ?? "the page"} scrolls sideways by ${part.scrollWidth - part.clientWidth} at ${innerWidth}`)
        """;

    private const int Between = 1024;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    private static readonly (ColorScheme Theme, int Width)[] Looks = [(ColorScheme.Light, 1280), (ColorScheme.Dark, 375)];

    /// <summary>In every page from its start: the library would inject it anew for each look. The console has no frames, so one run sees everything.</summary>
    public static Task WithAxeAsync(this Visitor visitor) => visitor.Page.AddInitScriptAsync(Script);

    /// <summary>What is serious or critical in the page as it stands, and whether it, or at 1024 px a table in it, scrolls sideways. Each look is kept as a picture.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(this IPage page, string name)
    {
        List<string> findings = [];
        foreach (var (theme, width) in Looks)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await page.SetViewportSizeAsync(width, 800);
            await page.PictureAsync($"{name}-{theme.ToString().ToLowerInvariant()}-{width}");
            findings.AddRange((await page.EvaluateAsync<string[]>(Judge)).Select(finding => $"{new Uri(page.Url).AbsolutePath} {theme}: {finding}"));
        }

        await page.SetViewportSizeAsync(Between, 800);
        findings.AddRange((await page.EvaluateAsync<string[]>(Overflowing)).Select(finding => $"{new Uri(page.Url).AbsolutePath}: {finding}"));
        return findings;
    }
}
