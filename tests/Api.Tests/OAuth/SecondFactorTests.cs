using System.Security.Cryptography;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

/// <summary>The login page asks what the console's sign-in asks: it is no way around it.</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-11")]
public sealed class SecondFactorTests(OAuthProduct product)
{
    [Fact]
    public async Task Who_has_an_authenticator_needs_its_code()
    {
        var tenant = await product.GivenTenant();
        var (alice, secret) = await GivenAuthenticator(tenant);
        var browser = await GivenSignInPage(tenant);

        var without = await browser.SignInAsync();
        Quiet();
        var wrong = await browser.SignInAsync(code: Other(alice.CodeOf(secret)));
        Quiet();
        var right = await browser.SignInAsync(code: alice.CodeOf(secret));

        Assert.Equal((401, 401), (without.Status, wrong.Status));
        Assert.Contains("code of your authenticator", without.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Allow access?", without.Text + wrong.Text, StringComparison.Ordinal);
        Assert.Contains("Allow access?", right.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        var tenant = await product.GivenTenant();
        var (alice, secret) = await GivenAuthenticator(tenant);
        Quiet();
        var code = alice.CodeOf(secret);
        var first = await (await GivenSignInPage(tenant, quiet: false)).SignInAsync(code: code);

        var second = await (await GivenSignInPage(tenant, quiet: false)).SignInAsync(code: code);

        Assert.Equal((200, 401), (first.Status, second.Status));
    }

    [Fact]
    public async Task Where_everybody_needs_one_a_password_alone_gives_no_token()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Put, $"/v1/tenants/{tenant.Tenant.Slug}/login-policy", new { secondFactor = "everyone" }, ifMatch: "*")).Status);

        var refused = await (await GivenSignInPage(tenant)).SignInAsync();

        Assert.Equal(401, refused.Status);
        Assert.Contains("set one up first", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ending_all_sessions_of_a_user_ends_the_sign_in_too()
    {
        var tenant = await product.GivenTenant();
        var browser = await GivenSignInPage(tenant);
        Assert.Contains("Allow access?", (await browser.SignInAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Alice(tenant).EndSessions()).Status);

        await browser.SubmitAsync(("decision", "allow"));

        Assert.Null(browser.Location);
        Assert.Contains("Sign in", browser.Page.Text, StringComparison.Ordinal);
    }

    private Person Alice(OAuthTenantClient tenant) => new(product.Platform, tenant.Tenant.Slug, "alice", product.Clock);

    private async Task<(Person Alice, byte[] Secret)> GivenAuthenticator(OAuthTenantClient tenant)
    {
        Quiet();
        var alice = Alice(tenant);
        var session = Person.TokenOf(await alice.SignIn(OAuthProduct.Password));
        Quiet();
        var (secret, _) = await alice.GivenAuthenticator(session, OAuthProduct.Password);
        return (alice, secret);
    }

    private async Task<Browser> GivenSignInPage(OAuthTenantClient tenant, bool quiet = true)
    {
        if (quiet)
        {
            Quiet();
        }

        var (client, _) = await tenant.GivenClient();
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(client));
        return browser;
    }

    // Guesses are counted by the minute, and a code that was used is over with its time step.
    private void Quiet() => product.Clock.Advance(TimeSpan.FromMinutes(2));

    private static string Other(string code)
    {
        string other;
        do
        {
            other = RandomNumberGenerator.GetString("0123456789", 6);
        }
        while (other == code);
        return other;
    }
}
