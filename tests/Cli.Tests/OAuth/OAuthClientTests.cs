using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.OAuth;

public sealed class OAuthClientTests : IAsyncLifetime
{
    private const string Client = "/v1/tenants/acme/oauth-clients/oc_1";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"GET {Client}", """{"id":"oc_1","name":"job"}""", tag: "\"ab\"").On($"PATCH {Client}", """{"id":"oc_1","name":"nightly"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task What_is_named_of_a_client_changes_from_the_version_that_was_read()
    {
        Assert.Equal(0, (await _user.RunAsync("oauth-client", "update", "oc_1", "--name", "nightly")).Exit);
        Assert.Equal(("""{"name":"nightly"}""", "\"ab\""), (_server.Seen.Last().Body, _server.Seen.Last().Header("If-Match")));

        Assert.Equal(0, (await _user.RunAsync("oauth-client", "update", "oc_1", "--redirect-uri", "https://a.example/cb")).Exit);
        Assert.Equal("""{"redirectUris":["https://a.example/cb"]}""", _server.Seen.Last().Body);
    }

    [Fact]
    public async Task An_update_that_names_nothing_asks_nothing()
    {
        Assert.Equal(2, (await _user.RunAsync("oauth-client", "update", "oc_1")).Exit);
        Assert.Empty(_server.Seen);
    }
}
