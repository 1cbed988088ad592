using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>
/// An administrator adds, tests, changes and deletes a provider, and its people come in through it with what the rules give them. One walk: each step stands on the one before, and a provider takes seconds to start.
/// </summary>
[Collection(RunningPlatformCollection.Name), Trait("Control", "AU-11")]
public sealed class ProviderFlowTests(FederatedConsole console, Browser browser) : IClassFixture<FederatedConsole>
{
    private const string Tenant = "/tenants/" + FederatedConsole.Tenant;
    private const string Root = Tenant + "/identity-providers";

    [Fact]
    public async Task A_provider_lets_its_people_in_with_what_the_rules_give_until_it_is_deleted()
    {
        await using var admin = await AdministratorAsync();
        await AddAsync(admin.Page);
        await TestAsync(admin.Page);

        await using var reader = await FederatedConsole.VisitAsync(browser);
        await DenyAsync(reader.Page);
        await ComeInAsync(reader.Page, "rita");
        await SeeWhatAReaderSeesAsync(reader.Page);
        await using var stranger = await FederatedConsole.VisitAsync(browser);
        await BeNobodyAsync(stranger.Page);

        await ChangeAsync(admin.Page);
        await AssertSignedOutAsync(reader.Page);
        await ChooseAsync(reader.Page, "Corporate login");
        await reader.Page.ArriveAsync(At(Tenant));
        await OpenAsync(reader.Page, Tenant + "/keys");
        await Assertions.Expect(reader.Page.Locator(".page-head >> text=New key")).ToBeVisibleAsync();
        await reader.Page.ClickAsync("[aria-label='Sign out']");
        await reader.Page.ArriveAsync("**/login?reason=out");

        // Who has signed out of the console is still known at the provider, and comes back without a password.
        await ChooseAsync(reader.Page, "Corporate login");
        await reader.Page.ArriveAsync(At(Tenant));

        await DeleteAsync(admin.Page);
        await AssertSignedOutAsync(reader.Page);
        await OpenAsync(reader.Page, "/login?tenant=" + FederatedConsole.Tenant);
        await Assertions.Expect(reader.Page.Locator("button[name=provider]")).ToHaveCountAsync(0);
        Assert.Empty(admin.Violations.Concat(reader.Violations).Concat(stranger.Violations));
    }

    private async Task<Visitor> AdministratorAsync()
    {
        var secret = await console.InviteAdminAsync("adam");
        var admin = await FederatedConsole.VisitAsync(browser);
        await admin.WithAxeAsync();
        await OpenAsync(admin.Page, $"/invitation?tenant={FederatedConsole.Tenant}&user=adam#{secret}");
        await ConsoleVisit.ChoosePasswordAsync(admin.Page);
        await admin.Page.ArriveAsync(At(Tenant));
        return admin;
    }

    private async Task AddAsync(IPage page)
    {
        await page.ClickAsync(".side-nav >> text=Identity providers");
        await page.ClickAsync("text=Add the first provider");
        await page.FillAsync("[name=issuer]", "http://login.example");
        await page.ClickAsync("text=Go on");
        await Assertions.Expect(page.Locator("#f-issuer-error")).ToContainTextAsync("https");
        await page.FillAsync("[name=issuer]", console.Provider.Issuer);
        await page.ClickAsync("text=Go on");
        var (id, secret) = await console.Provider.RegisterAsync(await page.Locator("pre code").InnerTextAsync(), TestContext.Current.CancellationToken);

        await page.FillAsync("#rule-0-claim", "groups");
        await page.FillAsync("#rule-0-value", "key-readers");
        await page.FillAsync("#rule-0-roles", "nobodys-role");
        await page.FillAsync("[name='signIn.clientId']", id);
        await page.FillAsync("[name='signIn.name']", "Example login");
        await page.ClickAsync("button:has-text('Add provider')");
        await Assertions.Expect(page.Locator("#f-signIn-clientSecret-error")).ToBeVisibleAsync();
        await page.FillAsync("[name='signIn.clientSecret']", secret);
        await page.ClickAsync("button:has-text('Add provider')");
        await Assertions.Expect(page.Locator("#rule-0-roles-error")).ToContainTextAsync("There is no role 'nobodys-role'");
        Assert.Equal((id, ""), (await page.InputValueAsync("[name='signIn.clientId']"), await page.InputValueAsync("[name='signIn.clientSecret']")));
        Assert.Empty(await page.FindingsAsync("provider-refused"));

        await page.FillAsync("#rule-0-roles", "key-reader");
        await page.FillAsync("[name='signIn.clientSecret']", secret);
        await page.ClickAsync("button:has-text('Add provider')");
        await page.Locator("text=The provider is added").First.WaitForAsync();
    }

    private static async Task TestAsync(IPage page)
    {
        await page.ClickAsync("button:text-is('Test')");
        await Assertions.Expect(page.Locator(".banner-good")).ToContainTextAsync("What it publishes is in order");
        Assert.Empty(await page.FindingsAsync("provider-tested"));
    }

    private async Task DenyAsync(IPage page)
    {
        await OpenAsync(page, "/login");
        await page.FillAsync("#f-named-tenant", FederatedConsole.Tenant);
        await page.ClickAsync("text=Show them");
        await page.PictureAsync("sign-in-choices");
        await page.ClickAsync("text=Sign in with Example login");
        await page.ClickAsync("text=Cancel");
        await page.ArriveAsync(At("/sign-in/callback/**"));
        await Assertions.Expect(page.Locator(".banner-bad")).ToContainTextAsync("The provider did not sign you in");
        await page.PictureAsync("sign-in-denied");
        await page.ClickAsync("text=Sign in again");
    }

    private async Task ComeInAsync(IPage page, string person)
    {
        await page.ClickAsync("text=Sign in with Example login");
        await page.FillAsync("[name=login]", person);
        await page.FillAsync("[name=password]", "whatever it is");
        await page.ClickAsync("button[type=submit]");
        await page.ClickAsync("text=Continue");
        await page.ArriveAsync(At("/**"));
    }

    private async Task SeeWhatAReaderSeesAsync(IPage page)
    {
        Assert.Equal(At(Tenant), page.Url);
        Assert.Equal("rita at the provider", await page.InnerTextAsync(".who-name"));
        Assert.Equal(["Overview", "Keys", "Identity providers", "Settings"], (await page.Locator(".side-nav a[href^='/tenants/']").AllInnerTextsAsync()).Select(text => text.Trim()));
        await page.PictureAsync("overview-of-a-reader");
        await page.ClickAsync(".side-nav >> text=Keys");
        await page.ArriveAsync(At(Tenant + "/keys"));
        await Assertions.Expect(page.Locator("text=New key")).ToHaveCountAsync(0);
        await page.ClickAsync(".side-nav >> text=Identity providers");
        await page.ClickAsync("tbody a");
        await Assertions.Expect(page.Locator("text=What it publishes").Or(page.Locator("text=Edit")).Or(page.Locator("button:text-is('Test')"))).ToHaveCountAsync(0);
        foreach (var (path, lacking) in new[] { ("/keys/new", "keys:write"), ("/members", "principals:read"), ("/identity-providers/new", "identity-providers:write") })
        {
            Assert.Equal(403, (await OpenAsync(page, Tenant + path))!.Status);
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync($"You need {lacking}");
        }
    }

    private async Task BeNobodyAsync(IPage page)
    {
        await OpenAsync(page, "/login?tenant=" + FederatedConsole.Tenant);
        await ComeInAsync(page, "nora");
        await Assertions.Expect(page.Locator(".banner-bad")).ToContainTextAsync("Ask an administrator of " + FederatedConsole.Tenant);
        await page.PictureAsync("sign-in-without-role");
        Assert.Equal(At("/login?returnUrl=" + Uri.EscapeDataString(Tenant)), (await OpenAsync(page, Tenant))!.Url);
    }

    private static async Task ChangeAsync(IPage page)
    {
        await page.ClickAsync("text=Edit");
        Assert.True(await page.IsCheckedAsync("[name=secret][value=keep]"));
        await page.FillAsync("[name='signIn.name']", "Corporate login");
        await page.FillAsync("#rule-0-roles", "admin");
        Assert.Empty(await page.FindingsAsync("provider-edit"));
        await page.ClickAsync(".form-foot >> text=Save");
        await page.Locator("text=The provider is saved").First.WaitForAsync();
    }

    private async Task DeleteAsync(IPage page)
    {
        await page.ClickAsync("text=Delete this provider…");
        await page.FillAsync("[name=confirm]", "another");
        await page.ClickAsync("button:has-text('Delete provider')");
        await Assertions.Expect(page.Locator("#f-confirm-error")).ToBeVisibleAsync();
        Assert.Empty(await page.FindingsAsync("provider-delete"));
        await page.FillAsync("[name=confirm]", new Uri(console.Provider.Issuer).Authority);
        await page.ClickAsync("button:has-text('Delete provider')");
        await page.Locator("text=The provider is deleted").First.WaitForAsync();
    }

    /// <summary>At the sign-in page of the tenant, and at the provider as far as it does not know the person.</summary>
    private async Task ChooseAsync(IPage page, string name)
    {
        await OpenAsync(page, "/login?tenant=" + FederatedConsole.Tenant);
        await page.ClickAsync("text=Sign in with " + name);
    }

    private async Task AssertSignedOutAsync(IPage page)
    {
        await OpenAsync(page, Tenant);
        await page.Locator("text=Your session has ended").First.WaitForAsync();
    }

    private Task<IResponse?> OpenAsync(IPage page, string path) => page.GotoAsync(At(path));

    private string At(string path) => new Uri(console.Management, path).AbsoluteUri;
}
