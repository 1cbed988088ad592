using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>What an operator does with a tenant from its first day on, in a browser against the running product.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class OperatorFlowTests(RunningPlatform platform, Browser browser)
{
    [Fact]
    [Trait("Control", "IN-8")]
    public async Task A_tenant_is_made_an_agent_calls_it_with_what_the_console_gave_and_a_plan_bounds_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        var slug = $"day-{Guid.NewGuid().ToString("N")[..10]}";
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await page.ClickAsync("a:text-is('New tenant')");
        await page.FillAsync("[name=slug]", "Not A Slug");
        await page.PressAsync("[name=slug]", "Tab");
        await Assertions.Expect(page.Locator("#f-slug-error")).ToHaveTextAsync("Use 1 to 40 lower-case letters, digits and single hyphens, neither first nor last.");
        await Assertions.Expect(page.Locator("[name=displayName]")).ToBeFocusedAsync();
        await page.ClickAsync("button:text-is('Create tenant')");
        await Assertions.Expect(page.Locator("[name=slug][aria-invalid=true]")).ToBeFocusedAsync();
        await page.FillAsync("[name=slug]", slug);
        await Assertions.Expect(page.Locator("#f-slug-error")).ToHaveTextAsync("");
        await page.FillAsync("[name=displayName]", "Day one");
        await page.ClickAsync("button:text-is('Create tenant')");
        await Assertions.Expect(page.Locator(".banner-good")).ToContainTextAsync("The tenant is ready");
        await page.ClickAsync("button:text-is('Create key')");
        var server = JsonNode.Parse(await page.Locator("#code-MCPclientconfiguration").InnerTextAsync())!["mcpServers"]![slug]!;
        await page.PictureAsync("first-key", whole: false);
        using var agent = new RawMcp(new Uri(server["url"]!.GetValue<string>()), server["headers"]!["Authorization"]!.GetValue<string>()["Bearer ".Length..]);
        Assert.True((await agent.EchoAsync("hello", cancel)).Ok);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator(".reveal pre").IsVisibleAsync());
        Assert.False(await page.Locator(".snippets").IsVisibleAsync());
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        await page.CheckAsync(".gate-box");
        await page.ClickAsync(".gate-link");

        await visitor.OpenAsync(platform, $"/tenants/{slug}/members/new");
        await page.CheckAsync("[name=kind][value=service]");
        await page.FillAsync("[name=displayName]", "Invoice importer");
        await page.FillAsync("[name=name]", "importer");
        await page.CheckAsync("[name=roles][value=user]");
        await page.ClickAsync("button:text-is('Add member')");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Invoice importer");

        var plan = $"plan-{slug}";
        await visitor.OpenAsync(platform, "/plans/new");
        await page.FillAsync("[name=plan]", plan);
        await page.FillAsync("[name='tenant.permitsPerMinute']", "6");
        await page.FillAsync("[name='tenant.burst']", "2");
        await page.ClickAsync("button:text-is('Save plan')");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(plan);
        await visitor.OpenAsync(platform, $"/tenants/{slug}/limits");
        await page.SelectOptionAsync("[name=plan]", plan);
        await page.ClickAsync("button:text-is('Change the plan')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The plan is changed");

        var started = TimeProvider.System.GetTimestamp();
        while ((await agent.EchoAsync("again", cancel)).Status != 429)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "The plan bounds nothing.");
        }

        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#live-levels")).ToContainTextAsync("of 2");
        await page.PictureAsync("bucket-levels");
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    [Trait("Control", "AL-4")]
    public async Task Signing_keys_rules_the_trail_and_the_vault_are_looked_after()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        using (var agent = new RawMcp(endpoint, key.Secret))
        {
            Assert.True((await agent.EchoAsync("hello", cancel)).Ok);
        }

        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel);
        var page = visitor.Page;
        await visitor.OpenAsync(platform, $"/tenants/{slug}/signing-keys");
        await page.SelectOptionAsync("[name=algorithm]", "ES256");
        await page.ClickAsync("button:has-text('Rotate')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("The next key is prepared");
        await Assertions.Expect(page.Locator("#code-JWKS")).ToContainTextAsync("\"ES256\"");
        var kid = await page.Locator("tbody .mono").First.InnerTextAsync();
        await page.ClickAsync("a:text-is('Emergency…')");
        await page.FillAsync("[name=confirm]", "another");
        await page.ClickAsync("button:text-is('Replace every key')");
        await Assertions.Expect(page.Locator(".error")).ToContainTextAsync("This is not the tenant's slug.");
        await page.FillAsync("[name=confirm]", slug);
        await page.ClickAsync("button:text-is('Replace every key')");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("Every key is replaced");
        Assert.DoesNotContain(kid, await page.Locator("#code-JWKS").InnerTextAsync(), StringComparison.Ordinal);

        await visitor.OpenAsync(platform, $"/tenants/{slug}/secrets");
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("Signs access tokens");

        await visitor.OpenAsync(platform, $"/tenants/{slug}/alerts/auth-failures");
        await page.ClickAsync("button:text-is('Test the channels')");
        await Assertions.Expect(page.Locator(".banner-warn")).ToContainTextAsync("webhooks has nobody who listens");
        await page.FillAsync("[name=reason]", "<script>alert(1)</script> maintenance");
        await page.ClickAsync("button:text-is('Silence this rule')");
        await Assertions.Expect(page.Locator(".banner-warn")).ToContainTextAsync("<script>alert(1)</script> maintenance");
        await page.ClickAsync("button:text-is('End the silence')");
        await Assertions.Expect(page.Locator("button:text-is('Silence this rule')")).ToBeVisibleAsync();

        await visitor.OpenAsync(platform, $"/tenants/{slug}/audit");
        await page.ClickAsync("button:has-text('Verify integrity')");
        await Assertions.Expect(page.Locator(".banner-good")).ToContainTextAsync("events verified, nothing is missing or altered");
        await page.PictureAsync("audit-verified");

        await visitor.OpenAsync(platform, "/operations");
        await Assertions.Expect(page.Locator("dl.facts")).ToContainTextAsync("Healthy");
        await page.ClickAsync("a:text-is('Long-running work')");
        await page.ArriveAsync("**/operations/work");
        Assert.Empty(visitor.Violations);
    }
}
