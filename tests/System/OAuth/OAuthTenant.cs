using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Platform.System.Tests.OAuth;

/// <summary>
/// A tenant with one person who may do everything in it. One for all tests of a class: accepting the invitation and each sign-in take a permit from the bucket of the address, ten at once.
/// </summary>
public sealed class OAuthTenant(RunningPlatform platform) : IAsyncLifetime
{
    private const string User = "alice";
    private const string Password = "correct horse battery staple";
    private string _slug = "";

    public Uri Endpoint => platform.Home.Endpoint(_slug);

    public string Issuer => $"{platform.Home.DataPlane.GetLeftPart(UriPartial.Authority)}/t/{_slug}";

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        (_slug, _, _) = await platform.NewTenantAsync(cancel);
        var secret = await platform.Management.InviteUserAsync(_slug, User, "admin", cancel);
        using var http = new HttpClient { BaseAddress = platform.Home.Management };
        using var accepted = await http.PostAsJsonAsync("/v1/sessions:acceptInvitation", new JsonObject { ["tenant"] = _slug, ["user"] = User, ["secret"] = secret, ["password"] = Password }, cancel);
        Assert.True(accepted.StatusCode == HttpStatusCode.Created, await accepted.Content.ReadAsStringAsync(cancel));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="name">What the consent page calls it.</param>
    /// <param name="redirect">Without a port it stands for every port (RFC 8252, section 7.3).</param>
    /// <param name="defaultResource">For a client that names no resource.</param>
    internal Task<string> RegisterAsync(string name, string redirect, bool defaultResource = false) =>
        platform.Management.RegisterOAuthClientAsync(_slug, name, redirect, defaultResource, TestContext.Current.CancellationToken);

    /// <summary>What the person does: signs in, reads who asks and where the answer goes, decides, and is led there.</summary>
    internal async Task DecideAsync(IPage page, Uri authorize, string client, Uri redirect, string decision = "Allow")
    {
        await page.GotoAsync(authorize.AbsoluteUri);
        await page.GetByLabel("User", new() { Exact = true }).FillAsync(User);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Allow access?");
        Assert.Equal(client, await Row("Application"));
        Assert.StartsWith(redirect.Authority, await Row("Answer goes to"), StringComparison.Ordinal);
        Assert.Equal(Endpoint.AbsoluteUri, await Row("Endpoint"));
        Assert.Equal($"usr_{User}", await Row("Signed in as"));

        await page.GetByRole(AriaRole.Button, new() { Name = decision, Exact = true }).ClickAsync();

        // Whoever listens there may be gone before its page has loaded.
        await page.WaitForURLAsync(new Regex("^" + Regex.Escape(redirect.AbsoluteUri) + "\\?", RegexOptions.NonBacktracking), new() { WaitUntil = WaitUntilState.Commit });

        Task<string> Row(string name) => page.Locator($"dt:text-is('{name}') + dd").InnerTextAsync();
    }
}
