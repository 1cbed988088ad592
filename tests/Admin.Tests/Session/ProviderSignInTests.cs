using System.Net;

namespace Platform.Admin.Tests.Session;

[Trait("Control", "AU-11")]
public sealed class ProviderSignInTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Answer = "?code=a-code&iss=https%3A%2F%2Flogin.example&state=" + FakeManagement.Handle;
    private const string Callback = "/sign-in/callback/acme/" + Key + Answer;

    [Fact]
    public async Task A_named_tenants_providers_are_offered_without_script()
    {
        await using var console = await GivenConsole();

        var page = await console.OpenAsync("/login?tenant=acme");

        Assert.Equal("Sign in with Example login", page.QuerySelector("button[name=provider]")!.TextContent.Trim());
        Assert.Null((await console.OpenAsync("/login?tenant=other")).QuerySelector("button[name=provider]"));
        Assert.Null((await console.OpenAsync("/login")).QuerySelector("button[name=provider]"));
    }

    [Fact]
    public async Task Choosing_one_leads_there_and_leaves_a_cookie_that_pages_cannot_read()
    {
        await using var console = await GivenConsole();

        using var response = await BeginAsync(console);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0;url=" + FakeManagement.ProviderPage, Assert.Single(response.Headers.GetValues("Refresh")));
        Assert.Contains($"href=\"{FakeManagement.ProviderPage.Replace("&", "&amp;", StringComparison.Ordinal)}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), value => value.StartsWith("mocopr-console-oidc=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Null(console.Ticket);
    }

    [Fact]
    public async Task Coming_back_signs_in_once()
    {
        await using var console = await GivenConsole();
        using var begun = await BeginAsync(console);

        using var back = await console.GetAsync(Callback);

        Assert.Equal((HttpStatusCode.SeeOther, "/tenants/acme"), (back.StatusCode, back.Headers.Location!.ToString()));
        Assert.NotNull(console.Ticket);
        var sent = console.Management.Bodies[^1];
        Assert.Equal(("acme", Key, FakeManagement.Handle, "a-code", "https://login.example"), ((string?)sent["tenant"], (string?)sent["redirectKey"], (string?)sent["binding"], (string?)sent["code"], (string?)sent["iss"]));
        using var again = await console.GetAsync(Callback);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Theory]
    [InlineData("/tenants/acme/keys?status=active", "/tenants/acme/keys?status=active")]
    [InlineData("//evil.example", "/tenants/acme")]
    public async Task Coming_back_leads_to_where_somebody_wanted_to_go_within_the_console(string wanted, string reached)
    {
        await using var console = await GivenConsole();
        var path = "/login?tenant=acme&returnUrl=" + Uri.EscapeDataString(wanted);
        var page = await console.OpenAsync(path);
        using var begun = await console.SubmitAsync(page, path, "provider", ("provider", page.QuerySelector("button[name=provider]")!.GetAttribute("value")!));

        using var back = await console.GetAsync(Callback);

        Assert.Equal(reached, back.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_browser_that_did_not_begin_is_not_signed_in_and_nothing_is_asked()
    {
        await using var console = await GivenConsole();

        using var back = await console.GetAsync(Callback);

        Assert.Equal(HttpStatusCode.BadRequest, back.StatusCode);
        Assert.Contains("did not begin here", await back.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("completeOidc", StringComparison.Ordinal));
        Assert.Null(console.Ticket);
    }

    [Theory]
    [InlineData("/sign-in/callback/other/" + Key + Answer)]
    [InlineData("/sign-in/callback/acme/" + Answer)]
    [InlineData("/sign-in/callback" + Answer)]
    public async Task An_answer_at_another_address_than_the_tenants_is_not_taken_and_nothing_is_asked(string url)
    {
        await using var console = await GivenConsole();
        using var begun = await BeginAsync(console);

        using var back = await console.GetAsync(url);

        Assert.NotEqual("/tenants/acme", back.Headers.Location?.ToString());
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("completeOidc", StringComparison.Ordinal));
        Assert.Null(console.Ticket);
    }

    [Theory]
    [InlineData("/sign-in/callback/acme/" + Key + "?error=access_denied&error_description=Call+0800-evil&state=" + FakeManagement.Handle)]
    [InlineData("/sign-in/callback/acme/" + Key + "?code=a&code=b&state=" + FakeManagement.Handle)]
    public async Task What_the_provider_says_of_a_failure_is_not_repeated(string url)
    {
        await using var console = await GivenConsole();
        using var begun = await BeginAsync(console);

        using var back = await console.GetAsync(url);

        var html = await back.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, back.StatusCode);
        Assert.Contains("The provider did not sign you in", html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", html, StringComparison.Ordinal);
        Assert.Null(console.Ticket);
    }

    [Fact]
    public async Task A_refusal_is_told_plainly()
    {
        await using var console = await GivenConsole();
        using var begun = await BeginAsync(console);

        using var back = await console.GetAsync(Callback.Replace("a-code", "wrong", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, back.StatusCode);
        Assert.Contains("The sign-in did not succeed", await back.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(console.Ticket);
    }

    [Fact]
    public async Task Who_has_no_role_is_told_whom_to_ask()
    {
        await using var console = await GivenConsole();
        using var begun = await BeginAsync(console);

        using var back = await console.GetAsync(Callback.Replace("a-code", "no-role", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
        Assert.Contains("Ask an administrator of acme", await back.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(console.Ticket);
    }

    private static async Task<ConsoleApplication> GivenConsole()
    {
        var console = await ConsoleApplication.StartAsync();
        console.Management.TenantSlug = "acme";
        return console;
    }

    private static Task<HttpResponseMessage> BeginAsync(ConsoleApplication console) => console.SubmitAsync("/login?tenant=acme", "provider", ("provider", "idp_1"));
}
