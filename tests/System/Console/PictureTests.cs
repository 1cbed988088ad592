using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>The pictures of README and docs, of a tenant that has been in use: copy <c>artifacts/screenshots/readme-*.png</c> to <c>docs/images</c> when pages change.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class PictureTests(RunningPlatform platform, Browser browser)
{
    private const string Slug = "acme-robotics";

    [Fact]
    public async Task A_tenant_in_use_is_shown_as_it_is()
    {
        var cancel = TestContext.Current.CancellationToken;
        await platform.Management.CreateTenantAsync(Slug, cancel);
        await platform.Management.CreateRoleAsync(Slug, "analyst", cancel);
        _ = await platform.Management.InviteUserAsync(Slug, "anna", "analyst", cancel);
        using var agent = new RawMcp(platform.Home.Endpoint(Slug), (await platform.Management.IssueKeyAsync(Slug, cancel)).Secret);
        using var stranger = new RawMcp(platform.Home.Endpoint(Slug), "mcpk_live_stranger");
        for (var call = 0; call < 40; call++)
        {
            Assert.True((await agent.CallAsync("memory_set", new JsonObject { ["key"] = $"Order{call}", ["value"] = $"Ship order {call}", ["ttlSeconds"] = 600 + (60 * call) }, cancel)).Ok);
        }

        for (var call = 0; call < 4; call++)
        {
            Assert.False((await stranger.EchoAsync("let me in", cancel)).Ok);
        }

        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        await ShowAsync(visitor, "overview", ColorScheme.Light, "");
        await ShowAsync(visitor, "audit", ColorScheme.Dark, "/audit");
        await ShowAsync(visitor, "role", ColorScheme.Light, "/roles/analyst/edit");
        await ShowAsync(visitor, "resources", ColorScheme.Dark, "/resources");
        await ShowAsync(visitor, "playground", ColorScheme.Light, "/catalogue/tool?name=memory_set");
    }

    private async Task ShowAsync(Visitor visitor, string name, ColorScheme theme, string path)
    {
        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = theme });
        await visitor.OpenAsync(platform, $"/tenants/{Slug}{path}");
        await Assertions.Expect(visitor.Page.Locator("main h1")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator(".banner-bad")).ToHaveCountAsync(0);
        await visitor.Page.PictureAsync("readme-" + name, whole: false);
    }
}
