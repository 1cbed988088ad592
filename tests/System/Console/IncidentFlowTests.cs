using System.IO.Compression;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>An incident from its opening to its lessons by a person with a browser, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class IncidentFlowTests(RunningPlatform platform, Browser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "IR-2")]
    public async Task An_incident_is_opened_contained_told_proved_and_closed(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        using var mcp = new RawMcp(endpoint, key.Secret);
        Assert.True((await mcp.EchoAsync("before", cancel)).Ok);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/incidents");
        await page.ClickAsync(".empty a:has-text('Open an incident')");
        await page.FillAsync("[name=title]", "A key in a public log");
        await page.SelectOptionAsync("[name=severity]", "critical");
        await page.ClickAsync("button:has-text('Open incident')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The incident is open");

        await page.ClickAsync("a:has-text('Contain…')");
        await page.CheckAsync("[name=steps][value=readOnly]");
        await page.FillAsync("[name=quarantine]", "tool/echo");
        await page.ClickAsync("button:has-text('Review…')");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Do this to ");
        await page.PictureAsync($"incident-confirm{(scripts ? "" : "-no-script")}");
        await page.ClickAsync("button:has-text('Do these 2 steps now')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("Containment done");
        Assert.Equal(2, await page.Locator("td .pill-good").CountAsync());

        // In force within five seconds on every node.
        var last = await mcp.EchoAsync("contained", cancel);
        for (var call = 0; call < 200 && last.Ok; call++)
        {
            await Task.Delay(50, cancel);
            last = await mcp.EchoAsync("contained", cancel);
        }

        Assert.False(last.Ok);

        await page.FillAsync("[name=text]", "The vendor was told.");
        await page.ClickAsync("button:has-text('Add note')");
        await Assertions.Expect(page.Locator(".timeline li").First).ToContainTextAsync("The vendor was told.");
        var file = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("button:has-text('Export evidence')"));
        await using (var content = await file.CreateReadStreamAsync())
        {
            using var whole = new MemoryStream();
            await content.CopyToAsync(whole, cancel);
            using var bundle = new ZipArchive(whole, ZipArchiveMode.Read);
            Assert.Contains(bundle.Entries, entry => entry.Name == "timeline.jsonl");
        }

        await page.ClickAsync("button:has-text('Let changes go on')");
        await Assertions.Expect(page.Locator(".timeline")).ToContainTextAsync("tenants/make-writable");
        foreach (var next in new[] { "Contained", "Eradicated", "Recovered" })
        {
            await page.ClickAsync($".go-on button:has-text('{next}')");
            await Assertions.Expect(page.Locator(".way [aria-current=step]")).ToContainTextAsync(next);
        }

        await page.PictureAsync($"incident-recovered{(scripts ? "" : "-no-script")}");
        await page.ClickAsync(".page-head a:has-text('Close…')");
        await page.FillAsync("[name=lessons]", "Scan logs for keys before they are published.");
        await page.ClickAsync("button:has-text('Close incident')");
        await Assertions.Expect(page.Locator(".way [aria-current=step]")).ToContainTextAsync("Closed");
        Assert.Empty(visitor.Violations);
    }
}
