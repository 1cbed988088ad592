using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>Roles and members, by a person with a browser, against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class AccessFlowTests(RunningPlatform platform, Browser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_role_is_made_changed_after_its_difference_was_seen_and_tested(bool scripts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/roles");
        await page.ClickAsync(".page-head >> text=New role");
        await page.FillAsync("[name=name]", "analyst");
        await page.FillAsync("[name=description]", "Reads all but salaries.");
        await page.Locator(".choice", new() { HasText = "user" }).First.ClickAsync();
        await page.CheckAsync("[name='cell.tools.call'][value=allow]");
        await page.FillAsync("[name=deny]", "resources:read:salaries/*");
        await page.ClickAsync("text=Review changes");
        Assert.Contains("resources:read:salaries/*", await page.Locator(".diff").InnerTextAsync(), StringComparison.Ordinal);
        await page.ClickAsync("button:has-text('Create role')");
        await page.ArriveAsync($"**/roles/analyst**");
        Assert.Contains("resources:read, but not resources:read:salaries/*", await page.Locator(".matrix").First.InnerTextAsync(), StringComparison.Ordinal);

        await page.ClickAsync("text=Edit role");
        await page.CheckAsync("[name='cell.tools.call'][value=none]");
        await page.CheckAsync("[name='cell.alerts.read'][value=allow]");
        await page.ClickAsync("text=Review changes");
        Assert.Equal("tools:call", await page.Locator(".diff-del code").InnerTextAsync());
        Assert.Equal("alerts:read", await page.Locator(".diff-add code").InnerTextAsync());
        await page.PictureAsync($"role-review{(scripts ? "" : "-no-script")}");
        await page.ClickAsync("text=Save changes");
        await page.ArriveAsync($"**/roles/analyst**");

        await platform.Management.InviteUserAsync(slug, "anna", "analyst", cancel);
        await visitor.OpenAsync(platform, $"/tenants/{slug}/roles/-/test");
        await page.FillAsync("[name=principal]", "usr_anna");
        await page.FillAsync("[name=area]", "resources");
        await page.FillAsync("[name=action]", "read");
        await page.FillAsync("[name=target]", "salaries/2026.csv");
        await page.ClickAsync(".form button");
        Assert.Equal("Denied", (await page.Locator(".verdict-word").InnerTextAsync()).Trim());
        Assert.Contains("resources:read:salaries/*", await page.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("permission-test");
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task An_operators_role_is_made_changed_tested_and_deleted()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, "/operators");
        await page.ClickAsync(".side-nav >> text=Roles");
        await page.ClickAsync(".page-head >> text=New role");
        await page.FillAsync("[name=name]", "session-warden");
        await page.FillAsync("[name=description]", "Ends operators' sessions.");
        await page.CheckAsync("[name='cell.platform-sessions.read'][value=allow]");
        await page.CheckAsync("[name='cell.management-keys.write'][value=allow]");
        await page.ClickAsync("text=Review changes");
        Assert.Contains("management-keys:write", await page.Locator(".diff").InnerTextAsync(), StringComparison.Ordinal);
        await page.ClickAsync("button:has-text('Create role')");
        await page.ArriveAsync("**/roles/session-warden?saved=true");

        await page.ClickAsync("text=Edit role");
        await page.CheckAsync("[name='cell.management-keys.write'][value=none]");
        await page.CheckAsync("[name='cell.tenants.purge'][value=deny]");
        await page.ClickAsync("text=Review changes");
        Assert.Equal("management-keys:write", await page.Locator(".diff-del code").InnerTextAsync());
        Assert.Equal("tenants:purge", await page.Locator(".diff-add code").InnerTextAsync());
        await page.PictureAsync("platform-role-review");
        await page.ClickAsync("text=Save changes");
        await page.ArriveAsync("**/roles/session-warden?saved=true");

        await visitor.OpenAsync(platform, "/operators/usr_admin");
        await page.ClickAsync("text=Test what it may do");
        await page.ClickAsync(".form button");
        Assert.Equal("Allowed", (await page.Locator(".verdict-word").InnerTextAsync()).Trim());
        await page.ClickAsync(".verdict a >> text=admin");
        await page.ArriveAsync("**/roles/admin");

        await visitor.OpenAsync(platform, "/roles/session-warden");
        await page.ClickAsync("text=Delete…");
        await page.ClickAsync("button:has-text('Delete role')");
        await page.ArriveAsync("**/roles?deleted=true");
        Assert.Equal(0, await page.Locator("main td >> text=session-warden").CountAsync());
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task The_palette_goes_to_a_page_by_a_few_letters_and_the_theme_is_kept()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        await visitor.OpenAsync(platform, $"/tenants/{slug}");
        await visitor.Page.Keyboard.PressAsync("Control+k");
        await visitor.Page.Keyboard.TypeAsync("no such page");
        await Assertions.Expect(visitor.Page.Locator("#palette-found")).ToContainTextAsync("Nothing found. Try");
        Assert.Equal("false", await visitor.Page.Locator("#palette-query").GetAttributeAsync("aria-expanded"));
        await visitor.Page.PictureAsync("palette-nothing");
        await visitor.Page.FillAsync("#palette-query", "memb");
        Assert.Equal("palette-0", await visitor.Page.Locator("#palette-query").GetAttributeAsync("aria-activedescendant"));
        await visitor.Page.PictureAsync("palette");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.ArriveAsync($"**/tenants/{slug}/members");
        await visitor.Page.ClickAsync("[data-theme-toggle]");
        var theme = await visitor.Page.Locator("html").GetAttributeAsync("data-theme");
        await visitor.Page.ReloadAsync();
        Assert.Equal(theme, await visitor.Page.Locator("html").GetAttributeAsync("data-theme"));
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "IN-5")]
    public async Task The_palette_finds_what_the_tenant_has_by_name_and_reads_names_as_text()
    {
        const string Hostile = "<img src=x onerror=document.title='owned'>";
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        var (other, _, _) = await platform.NewTenantAsync(cancel);
        await platform.Management.InviteUserAsync(other, "zelda", "user", cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        await visitor.WithAxeAsync();
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/keys/new");
        await page.FillAsync("[name=name]", Hostile);
        await page.CheckAsync("[name=roles][value=user]");
        await page.ClickAsync("main form button.btn-primary");
        await Assertions.Expect(page.Locator(".reveal")).ToBeVisibleAsync();

        await visitor.OpenAsync(platform, $"/tenants/{slug}/audit");
        var (hits, told) = (page.Locator("#palette-list li"), page.Locator("#palette-found"));
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("onerror");
        await Assertions.Expect(told).ToHaveTextAsync("2 found");
        Assert.StartsWith(Hostile, await hits.First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("#palette img").CountAsync());
        Assert.StartsWith("Audit", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(await page.FindingsAsync("palette-found"));

        // What another tenant has is found on its own pages, and this tenant by its slug everywhere.
        await page.FillAsync("#palette-query", "zelda");
        await Assertions.Expect(told).ToContainTextAsync("Nothing found. Try");
        await page.FillAsync("#palette-query", "memory_se");
        await Assertions.Expect(told).ToHaveTextAsync("1 found");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync($"**/tenants/{slug}/catalogue/tool?name=memory_set");
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync(other);
        await Assertions.Expect(told).ToHaveTextAsync("1 found");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync($"**/tenants/{other}");
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task What_is_missing_stands_at_each_field_before_anything_is_sent()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        await visitor.OpenAsync(platform, $"/tenants/{slug}/members/new");
        await visitor.Page.ClickAsync("main form button.btn-primary");
        Assert.Equal(["f-displayName-error", "f-name-error"], await visitor.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.error:not(:empty)')].map(said => said.id)"));
        Assert.Equal("f-displayName", await visitor.Page.EvaluateAsync<string>("document.activeElement.id"));
        await visitor.Page.PictureAsync("form-faults");
        await visitor.Page.FillAsync("#f-displayName", "Anna");
        Assert.Equal(["f-name-error"], await visitor.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.error:not(:empty)')].map(said => said.id)"));
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task An_invitation_link_signs_a_person_in_once_and_their_sessions_can_be_ended()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/members");
        await page.ClickAsync(".page-head >> text=Add member");
        await page.FillAsync("[name=displayName]", "Berta Lang");
        await page.FillAsync("[name=name]", "berta");
        await page.Locator(".choice", new() { HasText = "admin" }).First.ClickAsync();
        await page.ClickAsync("button:has-text('Add member')");
        await page.PictureAsync("invitation");
        var link = await page.Locator(".reveal code").First.InnerTextAsync();

        await visitor.OpenAsync(platform, $"/tenants/{slug}/members");
        Assert.Contains("Invited", await page.Locator("tr", new() { HasText = "usr_berta" }).InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("members-invited");
        await using var invited = await browser.VisitAsync();
        await invited.Page.GotoAsync(link);
        Assert.Equal(("berta", slug), (await invited.Page.InputValueAsync("[name=user]"), await invited.Page.InputValueAsync("[name=tenant]")));
        Assert.DoesNotContain("#", invited.Page.Url, StringComparison.Ordinal);
        await ConsoleVisit.ChoosePasswordAsync(invited.Page);
        await invited.Page.ArriveAsync($"**/tenants/{slug}");

        await visitor.OpenAsync(platform, $"/tenants/{slug}/members/usr_berta");
        await page.PictureAsync("member");
        Assert.Equal("Active", await page.Locator(".page-head .pill").First.InnerTextAsync());
        await page.ClickAsync("text=End all sessions");

        // The address forgets what was done as soon as the page has said it.
        await page.Locator("text=All sessions have ended").WaitForAsync();
        await invited.Page.ReloadAsync();
        Assert.Equal(0, await invited.Page.Locator(".side").CountAsync());

        await using var second = await browser.VisitAsync();
        await second.Page.GotoAsync(link);
        await ConsoleVisit.ChoosePasswordAsync(second.Page);
        Assert.Contains("used before", await second.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.Violations.Concat(invited.Violations));
    }
}
