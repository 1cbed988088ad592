using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>A page that takes its time: placeholders stand where it will be, and nothing moves.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class WaitingTests(RunningPlatform platform, Browser browser)
{
    /// <summary>Notes what becomes of the page while the next one is on its way, where the next one finds it: Playwright itself waits until that is there.</summary>
    private const string Note = """
        () => {
          const main = document.querySelector("main");
          const box = () => { const { x, y, width, height } = main.getBoundingClientRect(); return [x, y, width, height].join(" "); };
          sessionStorage.before = box();
          new MutationObserver(() => {
            if (main.ariaBusy !== "true") return;
            sessionStorage.during = box();
            sessionStorage.heading = getComputedStyle(main.querySelector("h1")).visibility;
            sessionStorage.placeholder = getComputedStyle(main, "::before").height;
          }).observe(main, { attributes: true });
        }
        """;

    [Theory]
    [InlineData(3_000, true)]
    [InlineData(0, false)]
    public async Task A_slow_page_has_placeholders_until_it_is_there_and_a_quick_one_has_none(int delay, bool waits)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}");
        if (waits)
        {
            await page.RouteAsync($"**/tenants/{slug}/keys", async route =>
            {
                await Task.Delay(delay, cancel);
                await route.ContinueAsync();
            });
        }
        else
        {
            // An answer that is there at once, however busy this machine is.
            await page.RouteAsync($"**/tenants/{slug}/keys", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<main><h1>API keys</h1></main>" }));
        }

        await page.EvaluateAsync(Note);
        await page.ClickAsync($".side a[href='/tenants/{slug}/keys']");
        await page.ArriveAsync($"**/tenants/{slug}/keys");

        var seen = await page.EvaluateAsync<string?[]>("() => ['before', 'during', 'heading', 'placeholder'].map(name => sessionStorage.getItem(name))");
        Assert.Equal(waits ? [seen[0], seen[0], "hidden", "416px"] : [seen[0], null, null, null], seen);
        await Assertions.Expect(page.Locator("main h1")).ToBeVisibleAsync();
        Assert.Null(await page.GetAttributeAsync("main", "aria-busy"));
        Assert.Empty(visitor.Violations);
    }
}
