using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>Values and files by a person with a browser, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class ResourceFlowTests(RunningPlatform platform, Browser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "RS-3")]
    public async Task A_value_is_stored_found_given_a_longer_life_and_ended(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/resources");
        await page.ClickAsync(".empty a");
        await page.FillAsync("[name=key]", "Plan");
        await page.FillAsync("[name=value]", "<script>alert(1)</script>\nShip it");
        await page.ClickAsync("button:has-text('Store value')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The value is stored");
        if (scripts)
        {
            // An hour when nothing else is said, counted down.
            var left = page.Locator("[data-seconds-left] time");
            await Assertions.Expect(left).ToHaveTextAsync(new Regex("^in 5[0-9] min [0-9]+ s$", RegexOptions.None, TimeSpan.FromSeconds(1)));
            var before = await left.TextContentAsync();
            await Assertions.Expect(left).Not.ToHaveTextAsync(before!);
        }

        await page.ClickAsync("text=Show the value");
        await Assertions.Expect(page.Locator("pre code")).ToHaveTextAsync("<script>alert(1)</script>\nShip it");
        await page.SelectOptionAsync("[name=ttlSeconds]", "604800");
        await page.ClickAsync("button:text-is('Set')");
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("in 7 days");
        await page.PictureAsync($"memory-value{(scripts ? "" : "-no-script")}");

        await visitor.OpenAsync(platform, $"/tenants/{slug}/resources");
        await page.FillAsync("[name=prefix]", "Pl");
        await page.ClickAsync("button:has-text('Find')");
        await page.ClickAsync("a:text-is('Plan')");
        await page.ClickAsync("text=Expire now…");
        await page.ClickAsync("button:has-text('Expire now')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The key has expired");
        Assert.Equal(0, await page.Locator("a:text-is('Plan')").CountAsync());
        Assert.Empty(visitor.Violations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "RS-2")]
    public async Task A_file_is_uploaded_read_back_replaced_and_deleted(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/resources/files");
        await page.FillAsync(".upload [name=folder]", "public");
        await page.SetInputFilesAsync("[name=file]", FileOf("report.md", "first"));
        await page.ClickAsync("button:has-text('Upload')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The file is there");
        Assert.Equal("first", await DownloadAsync(page, cancel));

        // The same name again is refused, where it was chosen: nothing is replaced unseen.
        await page.SetInputFilesAsync("[name=file]", FileOf("report.md", "second"));
        await page.ClickAsync("button:has-text('Upload')");
        await Assertions.Expect(page.Locator(".banner-bad")).ToContainTextAsync("There is a file of this name already");
        Assert.Equal("public", await page.InputValueAsync(".upload [name=folder]"));
        await page.PictureAsync($"file-refused{(scripts ? "" : "-no-script")}");
        await page.ClickAsync("a:text-is('Replace')");
        await page.SetInputFilesAsync("[name=file]", FileOf("other.md", "second"));
        await page.ClickAsync("button:has-text('Replace file')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The file is there");
        Assert.Equal("second", await DownloadAsync(page, cancel));
        await page.PictureAsync($"files{(scripts ? "" : "-no-script")}");
        await page.ClickAsync("a.danger-link");
        await page.ClickAsync("button:has-text('Delete file')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The file is deleted");
        Assert.Empty(visitor.Violations);
    }

    private static FilePayload FileOf(string name, string content) => new() { Name = name, MimeType = "text/markdown", Buffer = Encoding.UTF8.GetBytes(content) };

    private static async Task<string> DownloadAsync(IPage page, CancellationToken cancel)
    {
        var file = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("a:text-is('public/report.md')"));
        await using var content = await file.CreateReadStreamAsync();
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancel);
    }
}
