using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AZ-4")]
public sealed class TenantIsolationTests(OAuthProduct product)
{
    [Fact]
    public async Task A_client_of_one_tenant_is_nobody_at_another()
    {
        var (one, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, secret) = await one.GivenMachine();
        var (person, _) = await one.GivenClient();
        var browser = other.GivenBrowser();
        await browser.OpenAsync(other.AuthorizeUrl(person));

        Assert.Equal(401, (await other.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", other.Resource))).Status);
        Assert.Equal(400, browser.Page.Status);
        Assert.Equal(200, (await one.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", one.Resource))).Status);
    }

    [Fact]
    public async Task Codes_and_refresh_tokens_of_one_tenant_are_worth_nothing_at_another()
    {
        var (one, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, _) = await one.GivenClient();
        var (foreign, _) = await other.GivenClient();
        var code = await one.GivenCode(client);
        var refresh = (await one.GivenTokens(client)).GetProperty("refresh_token").GetString()!;

        Assert.Equal(400, (await other.Exchange(foreign, code)).Status);
        Assert.Equal(400, (await other.Refresh(foreign, refresh)).Status);
        Assert.Equal((200, 200), ((await one.Exchange(client, code)).Status, (await one.Refresh(client, refresh)).Status));
    }

    [Fact]
    public async Task Tokens_of_one_tenant_are_inactive_at_another()
    {
        var (one, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, secret) = await one.GivenMachine();
        var (foreign, foreignSecret) = await other.GivenMachine();
        var token = (await one.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", one.Resource))).Json.GetProperty("access_token").GetString()!;

        Assert.False((await other.Post("introspect", (foreign, foreignSecret!), ("token", token))).Json.GetProperty("active").GetBoolean());
        await other.Post("revoke", (foreign, foreignSecret!), ("token", token));
        Assert.True((await one.Post("introspect", (client, secret!), ("token", token))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_tenants_clients_are_not_found_under_another()
    {
        var (one, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, _) = await one.GivenMachine();

        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"{other.Clients}/{client}")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Delete, $"{other.Clients}/{client}")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, $"{other.Clients}/{client}:rotateSecret")).Status);
        Assert.Empty((await product.Platform.Rest(HttpMethod.Get, other.Clients)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, $"{one.Clients}/{client}")).Status);
    }

    [Fact]
    public async Task A_sign_in_at_one_tenant_is_none_at_another()
    {
        var (one, other) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, _) = await one.GivenClient();
        var (foreign, _) = await other.GivenClient();
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        var browser = one.GivenBrowser();
        await browser.OpenAsync(one.AuthorizeUrl(client));
        await browser.SignInAsync();
        Assert.Contains("Allow access?", browser.Page.Text, StringComparison.Ordinal);
        var cookie = browser.SetCookies[^1].Split(';')[0].Split('=')[1];

        var request = new HttpRequestMessage(HttpMethod.Get, other.AuthorizeUrl(foreign));
        request.Headers.TryAddWithoutValidation("Cookie", $"mocopr-oauth-{other.Tenant.Slug}={cookie}");
        var page = await product.Platform.Send(request);

        Assert.Contains("Sign in", page.Text, StringComparison.Ordinal);
    }
}
