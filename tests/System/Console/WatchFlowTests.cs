using System.Text;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>Thresholds, limits and the audit trail by a person with a browser, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class WatchFlowTests(RunningPlatform platform, Browser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "AL-6")]
    public async Task A_threshold_is_tried_on_the_last_day_then_saved_and_drawn(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, _) = await platform.NewTenantAsync(cancel);
        using (var stranger = new RawMcp(endpoint, "mcpk_live_aaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"))
        {
            for (var guess = 0; guess < 3; guess++)
            {
                Assert.False((await stranger.EchoAsync("guess", cancel)).Ok);
            }
        }

        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/alerts");
        await page.ClickAsync("a:text-is('auth-failures')");
        await page.ClickAsync("text=Edit threshold");
        await page.FillAsync("[name=threshold]", "2");

        // A node hands its counts in twice a second: it is tried until they are there.
        var verdict = page.Locator(".banner-warn strong");
        for (var attempt = 0; attempt < 60; attempt++)
        {
            await page.ClickAsync("text=Try it on the last 24 hours");
            if (await verdict.CountAsync() > 0)
            {
                break;
            }

            await Task.Delay(500, cancel);
        }

        Assert.StartsWith("It would have fired ", await verdict.InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync($"alert-tried{(scripts ? "" : "-no-script")}");
        await page.ClickAsync("button:text-is('Save')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The rule is saved");
        Assert.Equal(1, await page.Locator("line.chart-threshold").CountAsync());
        Assert.Contains("fires at 2", await page.Locator(".chart").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "IN-8")]
    public async Task A_limit_that_is_set_in_the_console_refuses_the_next_calls()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/limits");
        await page.ClickAsync("text=Edit limits");
        await page.FillAsync("[name='tenant.permitsPerMinute']", "2");
        await page.FillAsync("[name='tenant.burst']", "2");
        await page.ClickAsync("text=Save limits");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The limits are saved");
        await page.PictureAsync("limits-saved");

        using var mcp = new RawMcp(endpoint, key.Secret);
        var last = await mcp.EchoAsync("call", cancel);
        for (var call = 0; call < 200 && last.Status != 429; call++)
        {
            // In force within five seconds on every node.
            await Task.Delay(50, cancel);
            last = await mcp.EchoAsync("call", cancel);
        }

        Assert.Equal(429, last.Status);
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "AL-4")]
    public async Task The_live_tail_shows_what_happens_holds_it_while_paused_and_reads_values_as_text()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await page.Clock.InstallAsync();
        await visitor.OpenAsync(platform, $"/tenants/{slug}/audit/live?class=toolExecution");
        await Assertions.Expect(page.Locator("[data-tail-status]")).ToHaveTextAsync("Following");

        using var mcp = new RawMcp(endpoint, key.Secret);
        Assert.True((await mcp.EchoAsync("seen", cancel)).Ok);
        var rows = page.Locator("[data-tail-rows] .trail-row");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        Assert.Contains("echo", await rows.First.InnerTextAsync(), StringComparison.Ordinal);

        await page.ClickAsync("text=Pause");
        Assert.True((await mcp.EchoAsync("held", cancel)).Ok);
        await Assertions.Expect(page.Locator("[data-tail-status]")).ToHaveTextAsync("Paused, 1 wait");
        Assert.Equal(1, await rows.CountAsync());
        await page.ClickAsync("text=Resume");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        var times = page.Locator("[data-tail] summary time");
        Assert.All(await times.AllInnerTextsAsync(), time => Assert.Equal("just now", time));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC$", await times.First.GetAttributeAsync("title"));
        await page.PictureAsync("audit-live");
        await page.Clock.FastForwardAsync(125_000);
        Assert.All(await times.AllInnerTextsAsync(), time => Assert.Equal("2 min ago", time));
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "AL-4")]
    public async Task A_search_is_narrowed_by_a_form_and_leaves_as_a_file()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        using (var mcp = new RawMcp(endpoint, key.Secret))
        {
            Assert.True((await mcp.EchoAsync("one", cancel)).Ok);
        }

        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/audit");
        await page.SelectOptionAsync("[name=class]", "toolExecution");
        await page.ClickAsync("button:has-text('Search')");
        await Assertions.Expect(page.Locator(".trail-row")).ToHaveCountAsync(1);
        Assert.Equal("Class: Tool execution", await page.Locator(".filter-pill").InnerTextAsync());
        var file = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("text=Export JSONL"));
        await using var content = await file.CreateReadStreamAsync();
        using var reader = new StreamReader(content, Encoding.UTF8);
        Assert.Contains("\"action\":\"tools/call\"", await reader.ReadToEndAsync(cancel), StringComparison.Ordinal);
        Assert.Equal($"audit-{slug}.jsonl", file.SuggestedFilename);
        await page.ClickAsync("text=Verify integrity");
        await Assertions.Expect(page.Locator(".banner-good")).ToContainTextAsync("events verified");
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task What_changes_by_itself_is_looked_at_again_while_the_page_is_open()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        await platform.Management.SetQuotaAsync(slug, 1_000_000, cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        await visitor.Page.Clock.InstallAsync();
        await visitor.OpenAsync(platform, $"/tenants/{slug}/limits");
        var used = await visitor.Page.InnerTextAsync("#live-quotas");
        using (var agent = new RawMcp(endpoint, key.Secret))
        {
            Assert.True((await agent.EchoAsync("a call", cancel)).Ok);
        }

        await visitor.Page.Clock.FastForwardAsync(31_000);

        await Assertions.Expect(visitor.Page.Locator("#live-quotas")).Not.ToHaveTextAsync(used);
        Assert.Empty(visitor.Violations);
    }
}
