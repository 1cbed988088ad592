using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>A person at the console of the running product.</summary>
internal static class ConsoleVisit
{
    public const string Password = "violet harbour 47 lantern";

    private static string Pictures => Path.Combine(Repository.Root, "artifacts", "screenshots");

    /// <summary>An operator of their own, who has just used an invitation in this browser.</summary>
    public static async Task<Visitor> OperatorAsync(Browser browser, RunningPlatform platform, CancellationToken cancel, BrowserNewContextOptions? how = null)
    {
        var name = $"op-{Guid.NewGuid().ToString("N")[..10]}";
        var secret = await platform.Management.InviteOperatorAsync(name, cancel);
        var visitor = await browser.VisitAsync(how);
        await visitor.Page.GotoAsync(new Uri(platform.Home.Management, "/invitation").AbsoluteUri);
        await visitor.Page.FillAsync("[name=user]", name);
        await visitor.Page.FillAsync("[name=secret]", secret);
        await ChoosePasswordAsync(visitor.Page);
        await visitor.Page.ArriveAsync("**/tenants");
        return visitor;
    }

    public static async Task ChoosePasswordAsync(IPage page)
    {
        await page.FillAsync("[name=password]", Password);
        await page.FillAsync("[name=confirm]", Password);
        await page.ClickAsync("text=Set password and sign in");
    }

    public static Task OpenAsync(this Visitor visitor, RunningPlatform platform, string path) => visitor.Page.GotoAsync(new Uri(platform.Home.Management, path).AbsoluteUri);

    /// <summary>Until the browser is at an address and has its page. The page itself is asked: Playwright sometimes misses the event of one that was quick, and would wait for it for ever.</summary>
    public static async Task ArriveAsync(this IPage page, string address)
    {
        try
        {
            await page.WaitForURLAsync(address, new() { WaitUntil = WaitUntilState.Commit });
        }
        catch (TimeoutException) when (IsAt(page.Url, address))
        {
            // It is there, and its event was the one that was missed.
        }

        var started = TimeProvider.System.GetTimestamp();
        while (!await IsLoadedAsync(page))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"{page.Url} does not load.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <param name="url">Where the browser is.</param>
    /// <param name="address">As Playwright reads it: two stars for anything, one for anything but a slash.</param>
    private static bool IsAt(string url, string address) =>
        Regex.IsMatch(url, $"^{Regex.Escape(address).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking);

    private static async Task<bool> IsLoadedAsync(IPage page)
    {
        try
        {
            return await page.EvaluateAsync<string>("document.readyState") == "complete";
        }
        catch (PlaywrightException)
        {
            // It went on to another page meanwhile.
            return false;
        }
    }

    /// <summary>Kept as an artefact of the run: the whole page, or what the window shows of it.</summary>
    public static Task PictureAsync(this IPage page, string name, bool whole = true) => page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = whole });
}
