using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class PageTests(OAuthProduct product)
{
    [Fact]
    public async Task The_consent_page_names_client_redirect_tenant_and_scopes_and_lets_the_form_lead_there_only()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = await GivenConsent(tenant, client);

        Assert.Contains("Test &lt;client&gt;", browser.Page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Test <client>", browser.Page.Text, StringComparison.Ordinal);
        Assert.Contains("<code>app.example</code>", browser.Page.Text, StringComparison.Ordinal);
        Assert.Contains("<code>tools:call</code>", browser.Page.Text, StringComparison.Ordinal);
        Assert.Contains(tenant.Resource, browser.Page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", browser.Page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            "default-src 'none'; style-src 'self'; form-action 'self' https://app.example; frame-ancestors 'none'; base-uri 'none'",
            browser.Page.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task The_sign_in_page_leads_nowhere_else_and_knows_no_client()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client));

        Assert.Contains("form-action 'self';", browser.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", browser.Page.Header("Cache-Control"));
        Assert.Equal("DENY", browser.Page.Header("X-Frame-Options"));

        // Clients in browsers open it in a window and wait by window.opener.
        Assert.Equal("unsafe-none", browser.Page.Header("Cross-Origin-Opener-Policy"));
    }

    [Fact]
    public async Task The_cookie_is_the_tenants_own_and_no_script_can_read_it()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(client));

        var cookie = Assert.Single(browser.SetCookies);
        Assert.StartsWith($"mocopr-oauth-{tenant.Tenant.Slug}=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Signing_in_gives_a_new_cookie_and_the_old_one_is_not_signed_in()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = await GivenConsent(tenant, client);

        Assert.Equal(2, browser.SetCookies.Select(cookie => cookie.Split(';')[0]).Distinct(StringComparer.Ordinal).Count());
        var request = new HttpRequestMessage(HttpMethod.Get, tenant.AuthorizeUrl(client));
        request.Headers.TryAddWithoutValidation("Cookie", browser.SetCookies[0].Split(';')[0]);
        Assert.DoesNotContain("Allow access?", (await product.Platform.Send(request)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("form", "")]
    [InlineData("form", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_consent_that_does_not_come_from_our_page_is_asked_for_again(string field, string value)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = await GivenConsent(tenant, client);

        await browser.SubmitAsync(("decision", "allow"), (field, value));

        Assert.Null(browser.Location);
        Assert.Contains("Allow access?", browser.Page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consent_that_another_site_sends_is_asked_for_again()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = await GivenConsent(tenant, client);
        var form = browser.Hidden().Append(KeyValuePair.Create("decision", "allow"));
        var request = new HttpRequestMessage(HttpMethod.Post, $"{tenant.Issuer}/oauth/authorize") { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");

        await browser.SendAsync(request);

        Assert.Null(browser.Location);
    }

    [Fact]
    public async Task A_sign_in_that_does_not_come_from_our_page_is_refused()
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(client));

        await browser.SubmitAsync(("user", "alice"), ("password", OAuthProduct.Password), ("form", ""));

        Assert.Equal(400, browser.Page.Status);
    }

    [Theory]
    [InlineData("https://evil.example/", 400)]
    [InlineData("//evil.example/", 400)]
    [InlineData("/../../evil", 400)]
    [InlineData("", 400)]
    [InlineData("?next=https://evil.example/", 303)]
    public async Task Signing_in_leads_to_the_own_authorization_endpoint_or_nowhere(string request, int status)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        product.Clock.Advance(TimeSpan.FromSeconds(7));
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(client));

        await browser.SubmitAsync(follow: false, ("user", "alice"), ("password", OAuthProduct.Password), ("request", request));

        Assert.Equal(status, browser.Page.Status);
        Assert.True(browser.Location is null || browser.Location.AbsoluteUri.StartsWith($"{tenant.Issuer}/oauth/authorize?", StringComparison.Ordinal), browser.Page.ToString());
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task A_wrong_password_and_a_user_that_is_not_there_read_the_same()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(client));

        var wrong = await browser.SignInAsync(password: "not the password");
        var unknown = await browser.SignInAsync(user: "nobody");

        Assert.Equal((401, 401), (wrong.Status, unknown.Status));
        Assert.Equal(wrong.Text, unknown.Text);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task Guessing_is_throttled()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(client));

        var statuses = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            statuses.Add((await browser.SignInAsync(password: "a guess")).Status);
        }

        Assert.Equal(429, statuses[^1]);
        Assert.DoesNotContain(200, statuses);
    }

    [Theory]
    [InlineData("https://app.example/x", "https://app.example")]
    [InlineData("https://app.example:8443/x", "https://app.example:8443")]
    [InlineData("http://127.0.0.1:5000/x", "http://127.0.0.1:5000")]
    [InlineData("http://[::1]:5000/x", "http:")]
    [InlineData("com.example.app:/x", "com.example.app:")]
    public void The_policy_names_the_redirects_origin_or_its_scheme(string redirect, string source) =>
        Assert.Equal(source, Platform.Api.OAuth.Pages.ConsentPage.Source(new Uri(redirect)));

    [Fact]
    public async Task The_stylesheet_is_served()
    {
        var tenant = product.Lab;

        var css = await tenant.Get($"/t/{tenant.Tenant.Slug}/oauth/style.css");

        Assert.Equal((200, "text/css; charset=utf-8"), (css.Status, css.Header("Content-Type")));
        Assert.Contains("--accent:", css.Text, StringComparison.Ordinal);
    }

    private async Task<Browser> GivenConsent(OAuthTenantClient tenant, string client)
    {
        product.Clock.Advance(TimeSpan.FromSeconds(7));
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(client));
        await browser.SignInAsync();
        Assert.True(browser.Page.Text.Contains("Allow access?", StringComparison.Ordinal), browser.Page.ToString());
        return browser;
    }
}
