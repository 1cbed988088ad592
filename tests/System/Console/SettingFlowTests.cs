namespace Platform.System.Tests.Console;

/// <summary>Settings of a tenant and its end, by a person with a browser and without scripts, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class SettingFlowTests(RunningPlatform platform, Browser browser)
{
    [Fact]
    public async Task A_tenant_is_renamed_bounded_deleted_and_restored()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/settings");
        await page.FillAsync("[name=displayName]", "Renamed by hand");
        await page.FillAsync("[name=allowedOrigins]", "https://app.example");
        await page.ClickAsync("text=Save settings");
        await page.ArriveAsync("**?done=saved");
        await page.FillAsync("[name=maxLifeDays]", "30");
        await page.ClickAsync("text=Save key policy");
        await page.ArriveAsync("**?done=policy");
        await page.FillAsync("[name='inputLimits.maxDepth']", "6");
        await page.ClickAsync("text=Save limits");
        await page.ArriveAsync("**?done=saved");
        await page.CheckAsync("[name=enabled]");
        await page.ClickAsync("text=Save guest access");
        await page.ArriveAsync("**?done=policy");
        await page.FillAsync("[name=reason]", "case 7");
        await page.ClickAsync("text=Place hold");
        await page.ArriveAsync("**?done=held");

        Assert.Equal("Renamed by hand", await page.InputValueAsync("[name=displayName]"));
        Assert.Equal("https://app.example", await page.InputValueAsync("[name=allowedOrigins]"));
        Assert.Equal(("30", "6", true), (await page.InputValueAsync("[name=maxLifeDays]"), await page.InputValueAsync("[name='inputLimits.maxDepth']"), await page.IsCheckedAsync("[name=enabled]")));
        Assert.Contains("case 7", await page.InnerTextAsync(".feed"), StringComparison.Ordinal);
        await page.PictureAsync("settings-flow");

        await page.ClickAsync("text=Delete…");
        await page.ArriveAsync($"**/tenants/{slug}/delete");
        await page.FillAsync("[name=confirm]", slug);
        await page.ClickAsync("text=Delete tenant");
        await page.ArriveAsync($"**/tenants/{slug}");
        Assert.Contains("This tenant is deleted", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.ClickAsync("text=Restore it");
        await page.Locator("text=Suspend…").WaitForAsync();
        Assert.Empty(visitor.Violations);
    }
}
