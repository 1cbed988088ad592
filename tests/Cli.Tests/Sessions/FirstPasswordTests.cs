using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Sessions;

/// <summary>How somebody gets a first password: by an invitation, or as the first administrator.</summary>
[Trait("Control", "CF-3")]
public sealed class FirstPasswordTests : IAsyncLifetime
{
    private const string Opened = """{"session":{"expiresAt":"2099-01-01T00:00:00Z"},"token":"mcps_token"}""";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        _server.On("POST /v1/sessions:acceptInvitation", Opened, 201).On("GET /v1/bootstrap", """{"passwordSet":false}""").On("POST /v1/bootstrap", Opened, 201);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task An_invitation_sets_a_password_and_signs_in()
    {
        var ran = await _user.FeedAsync("mcpi_x\ncorrect horse battery\n", "accept-invitation", "--url", _server.Url, "-t", "acme", "-u", "anna");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("""{"tenant":"acme","user":"anna","secret":"mcpi_x","password":"correct horse battery"}""", Assert.Single(_server.Seen).Body);
        Assert.All(["mcpi_x", "correct horse", "mcps_"], secret => Assert.DoesNotContain(secret, ran.Output + ran.Error, StringComparison.Ordinal));
        await _user.RunAsync("key", "list");
        Assert.Equal(("Bearer mcps_token", "/v1/tenants/acme/keys?pageSize=200"), (_server.Seen.Last().Header("Authorization"), _server.Seen.Last().Target));
    }

    [Fact]
    public async Task The_first_administrator_gets_a_password_by_the_secret_of_the_first_start()
    {
        var ran = await _user.FeedAsync("correct horse battery\n", "bootstrap", "--url", _server.Url, "--secret-file", _user.FileOf("boot", "boot_x\n"));

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("""{"secret":"boot_x","password":"correct horse battery"}""", _server.Seen.Last().Body);
        Assert.True(File.Exists(_user.ProfileFile));
    }

    [Fact]
    public async Task Where_the_first_administrator_has_a_password_no_secret_is_sent()
    {
        _server.On("GET /v1/bootstrap", """{"passwordSet":true}""");

        var ran = await _user.FeedAsync("boot_x\ncorrect horse battery\n", "bootstrap", "--url", _server.Url);

        Assert.Equal(6, ran.Exit);
        Assert.Equal("GET", Assert.Single(_server.Seen).Method);
        Assert.False(File.Exists(_user.ProfileFile));
    }

    [Fact]
    public async Task A_password_that_was_typed_in_two_ways_is_not_set()
    {
        _user.IsPerson = true;
        string[] typed = ["mcpi_x", "correct horse battery", "correct house battery"];
        Array.ForEach(typed, _user.Hidden.Enqueue);

        Assert.Equal(2, (await _user.RunAsync("accept-invitation", "--url", _server.Url, "-u", "anna")).Exit);
        Assert.Empty(_server.Seen);
    }

    [Theory]
    [InlineData("accept-invitation", "-u", "anna", "mcpi_x")]
    [InlineData("accept-invitation", "-u", "anna", "--password", "correct horse battery")]
    [InlineData("bootstrap", "boot_x")]
    [InlineData("account", "change-password", "correct horse battery")]
    [InlineData("account", "confirm", "123456")]
    [InlineData("audit", "look-up", "mcpk_live_x", "-t", "acme")]
    [InlineData("identity-provider", "update", "i1", "-t", "acme", "--client-secret", "a-secret")]
    public async Task No_secret_is_an_argument(params string[] line)
    {
        Assert.Equal(2, (await _user.RunAsync([.. line, "--url", _server.Url])).Exit);
        Assert.Empty(_server.Seen);
    }
}
