using Platform.Api.OAuth.Clients;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-10")]
public sealed class ClientDocumentTests(OAuthProduct product) : IAsyncLifetime
{
    private DocumentHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await DocumentHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_client_that_describes_itself_needs_no_registration()
    {
        var tenant = product.Lab;

        var back = await tenant.GivenBrowser().ConsentAsync(tenant.AuthorizeUrl(_host.Id));
        var tokens = await tenant.Exchange(_host.Id, back["code"]);
        await tenant.GivenCode(_host.Id);

        Assert.True(tokens.Status == 200, tokens.ToString());
        Assert.Equal(_host.Id, OAuthTenantClient.Claims(tokens.Json.GetProperty("access_token").GetString()!).GetProperty("client_id").GetString());
        Assert.Equal(1, _host.Fetches);
    }

    [Fact]
    public async Task Two_tenants_may_know_the_same_client()
    {
        var (one, other) = (product.Lab, await product.GivenTenant());

        var codes = (await one.GivenCode(_host.Id), await other.GivenCode(_host.Id));

        Assert.Equal((200, 200), ((await one.Exchange(_host.Id, codes.Item1)).Status, (await other.Exchange(_host.Id, codes.Item2)).Status));
    }

    [Fact]
    public async Task An_administrator_sees_such_a_client_by_its_URL_and_deletes_it()
    {
        var tenant = await product.GivenTenant();
        _ = await tenant.GivenCode(_host.Id);
        var own = $"{tenant.Clients}/{Uri.EscapeDataString(_host.Id)}";

        var shown = await product.Platform.Rest(HttpMethod.Get, own);
        Assert.Equal(409, (await tenant.Patch(own, """{"name":"Ours now"}""", "*")).Status);
        var deleted = await product.Platform.Rest(HttpMethod.Delete, own);

        Assert.Equal((200, 204), (shown.Status, deleted.Status));
        Assert.Equal((_host.Id, true), (shown.Json.GetProperty("id").GetString(), shown.Json.GetProperty("fromMetadata").GetBoolean()));
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, own)).Status);
    }

    [Fact]
    public async Task Nothing_is_fetched_for_somebody_who_has_not_signed_in()
    {
        var tenant = product.Lab;
        var browser = tenant.GivenBrowser();

        await browser.OpenAsync(tenant.AuthorizeUrl(_host.Id));

        Assert.Contains("Sign in", browser.Page.Text, StringComparison.Ordinal);
        Assert.Equal(0, _host.Fetches);
    }

    [Theory]
    [InlineData("""{"client_id":"https://client.example/other.json","client_name":"c","redirect_uris":["https://app.example/callback"]}""", "application/json")]
    [InlineData("""{"client_id":"$ID","redirect_uris":["https://app.example/callback"]}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_name":"c"}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_name":"c","redirect_uris":[]}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_name":"c","redirect_uris":["javascript:alert(1)"]}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_name":"c","redirect_uris":["https://app.example/callback"],"client_secret":"s"}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_name":"c","redirect_uris":["https://app.example/callback"],"token_endpoint_auth_method":"client_secret_basic"}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_id":"$ID","client_name":"c","redirect_uris":["https://app.example/callback"]}""", "application/json")]
    [InlineData("""{"client_id":"$ID","client_name":"c","redirect_uris":["https://app.example/callback"]}""", "text/html")]
    [InlineData("[]", "application/json")]
    [InlineData("{", "application/json")]
    [InlineData("", "application/json")]
    public async Task A_document_that_is_not_the_clients_is_refused(string document, string type)
    {
        var tenant = product.Lab;
        (_host.Document, _host.ContentType) = (document, type);

        Assert.Equal((400, null), await Open(tenant, _host.Id));
    }

    [Theory]
    [InlineData("https://client.example")]
    [InlineData("https://client.example/")]
    [InlineData("http://client.example/client.json")]
    [InlineData("https://user@client.example/client.json")]
    [InlineData("https://client.example/client.json#x")]
    [InlineData("https://client.example/a/../client.json")]
    [InlineData("https://CLIENT.example/client.json")]
    [InlineData("https://client.example:443/client.json")]
    [InlineData("file:///etc/passwd")]
    public async Task An_id_that_is_no_plain_https_URL_is_refused(string id)
    {
        var tenant = product.Lab;

        Assert.Equal((400, null), await Open(tenant, id));
        Assert.Equal(0, _host.Fetches);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var tenant = product.Lab;

        Assert.Equal((400, null), await Open(tenant, _host.Id.Replace("client.json", "moved.json", StringComparison.Ordinal)));
        Assert.Equal(0, _host.Fetches);
    }

    [Fact]
    public async Task A_redirect_URI_that_the_document_does_not_name_gets_nothing()
    {
        var tenant = product.Lab;

        Assert.Equal((400, null), await Open(tenant, _host.Id, ("redirect_uri", "https://evil.example/callback")));
    }

    [Fact]
    public async Task One_person_cannot_use_up_the_room_for_clients()
    {
        var tenant = await product.GivenTenant();
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(_host.IdOf("0")));
        await browser.SignInAsync();
        var statuses = new List<int> { browser.Page.Status };
        for (var i = 1; i <= MetadataClients.MaxOfPrincipal; i++)
        {
            // The limit of fetches is a minute's.
            product.Clock.Advance(TimeSpan.FromSeconds(10));
            await browser.OpenAsync(tenant.AuthorizeUrl(_host.IdOf($"{i}")));
            statuses.Add(browser.Page.Status);
        }

        Assert.All(statuses.SkipLast(1), status => Assert.Equal(200, status));
        Assert.NotEqual(200, statuses[^1]);
        await browser.OpenAsync(tenant.AuthorizeUrl(_host.IdOf("1")));
        Assert.Equal(200, browser.Page.Status);
        await tenant.GivenClient();
    }

    private async Task<(int Status, Uri? Location)> Open(OAuthTenantClient tenant, string id, params (string Name, string? Value)[] changes)
    {
        // The limit of fetches is a minute's.
        product.Clock.Advance(TimeSpan.FromSeconds(10));
        var browser = tenant.GivenBrowser();
        await browser.OpenAsync(tenant.AuthorizeUrl(id, changes));
        await browser.SignInAsync();
        return (browser.Page.Status, browser.Location);
    }
}
