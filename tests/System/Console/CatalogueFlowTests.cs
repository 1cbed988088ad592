using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>The playground by a person with a browser, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class CatalogueFlowTests(RunningPlatform platform, Browser browser)
{
    private const string Attack = "<img src=x onerror=alert(1)>";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "IN-5")]
    public async Task A_tool_is_found_called_by_its_form_and_its_write_is_read_back(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/catalogue");
        await page.ClickAsync("a:text-is('memory_set')");
        await page.FillAsync("[name='arg.key']", "Notes");
        await page.FillAsync("[name='arg.value']", Attack);
        await page.FillAsync("[name='arg.ttlSeconds']", "600");
        await page.ClickAsync("text=Call the tool");
        Assert.Contains("It was answered", await page.Locator(".banner-good").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("\"ttlSeconds\": 600", await page.Locator(".exchange code").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("\"jsonrpc\": \"2.0\"", await page.Locator(".exchange code").Last.InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync($"playground{(scripts ? "" : "-no-script")}");

        await page.FillAsync("[name='arg.ttlSeconds']", "0");
        await page.ClickAsync("text=Call the tool");
        Assert.Contains("Invalid arguments", await page.Locator(".banner-warn").InnerTextAsync(), StringComparison.Ordinal);

        await visitor.OpenAsync(platform, $"/tenants/{slug}/catalogue/resource?uri=memory://Notes");
        await page.ClickAsync("text=Read it");
        Assert.Equal(Attack, await page.Locator(".answer-text").InnerTextAsync());
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task A_call_that_takes_seconds_shows_that_it_runs()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/catalogue/tool?name=echo");

        // One that never ends: while a page is left nothing of it can be looked at.
        await page.EvaluateAsync("document.querySelector('form.try').addEventListener('submit', event => event.preventDefault())");
        await page.FillAsync("[name='arg.message']", "hello");
        await page.ClickAsync("text=Call the tool");
        await Assertions.Expect(page.Locator("form.try button")).ToContainTextAsync("Running… ");
        await Assertions.Expect(page.Locator("form.try button")).ToBeDisabledAsync();
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "AZ-2")]
    public async Task Whether_a_member_may_call_a_tool_is_told_by_the_rule_that_decides()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await platform.Management.CreateRoleAsync(slug, "analyst", cancel);
        await platform.Management.InviteUserAsync(slug, "anna", "analyst", cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/catalogue/tool?name=echo");
        await page.FillAsync("[name=principal]", "usr_anna");
        await page.ClickAsync("button:text-is('Ask')");
        await Assertions.Expect(page.Locator(".columns .pill")).ToHaveTextAsync("Allowed");
        Assert.Contains("tools:call", await page.Locator(".columns p.muted").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.Violations);
    }
}
