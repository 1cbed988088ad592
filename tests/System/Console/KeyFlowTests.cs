using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>Keys by a person with a browser, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class KeyFlowTests(RunningPlatform platform, Browser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "AU-7")]
    public async Task A_key_is_rotated_behind_its_gate_and_both_are_revoked_together(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/keys");
        await page.ClickAsync("text=Rotate…");
        await page.ClickAsync("button:has-text('Rotate key')");
        Assert.StartsWith("mcpk_", await page.Locator(".reveal code").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await page.Locator(".gate-link").IsVisibleAsync());
        await page.CheckAsync(".gate-box");
        await page.ClickAsync(".gate-link");

        foreach (var box in await page.Locator("input[name=ids]").AllAsync())
        {
            await box.CheckAsync();
        }

        await page.PictureAsync($"keys{(scripts ? "" : "-no-script")}");
        await page.ClickAsync("text=Revoke the chosen…");
        Assert.Equal("Revoke these 2 keys?", (await page.Locator("h1").InnerTextAsync()).Trim());
        await page.ClickAsync("button:has-text('Revoke 2 keys')");
        await page.ArriveAsync($"**/tenants/{slug}/keys**");
        await Assertions.Expect(page.Locator("tbody .pill-bad")).ToHaveCountAsync(2);
        Assert.Empty(visitor.Violations);
    }
}
