using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Logins;

/// <summary>What people do to their own login. It ends all sessions, so the new one must be kept, and nothing of it said.</summary>
[Trait("Control", "CF-3")]
public sealed class AccountTests : IAsyncLifetime
{
    private const string Renewed = """{"session":{"id":"s_2","expiresAt":"2099-01-01T00:00:00Z"},"token":"mcps_renewed"}""";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        _server.On("POST /v1/sessions", """{"session":{"id":"s_1","expiresAt":"2099-01-01T00:00:00Z"},"token":"mcps_first"}""", 201);
        await _user.FeedAsync("correct horse battery\n", "login", "--url", _server.Url, "-t", "acme", "-u", "anna");
        _server.Seen.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task A_changed_password_leaves_the_profile_signed_in_and_says_no_secret()
    {
        _server.On("POST /v1/sessions/current:changePassword", Renewed);

        var ran = await _user.FeedAsync("correct horse battery\nanother horse\n", "account", "change-password", "-o", "json");

        Assert.True(ran.Exit == 0, ran.Error);
        var asked = Assert.Single(_server.Seen);
        Assert.Equal("""{"oldPassword":"correct horse battery","newPassword":"another horse"}""", asked.Body);
        Assert.Null(asked.Header("Idempotency-Key"));
        Assert.DoesNotContain("horse", ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mcps_", ran.Output + ran.Error, StringComparison.Ordinal);
        await _user.RunAsync("account", "show");
        Assert.Equal("Bearer mcps_renewed", _server.Seen.Last().Header("Authorization"));
    }

    [Fact]
    public async Task A_password_that_the_server_says_back_is_not_printed()
    {
        _server.Refuses("POST /v1/sessions/current:changePassword", 400, "invalid-params", "another horse is no good password, nor is correct horse battery");

        var ran = await _user.FeedAsync("correct horse battery\nanother horse\n", "account", "change-password");

        Assert.Equal(1, ran.Exit);
        Assert.DoesNotContain("horse", ran.Output + ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_that_is_typed_is_typed_twice()
    {
        _user.IsPerson = true;
        string[] typed = ["correct horse battery", "another horse", "another house"];
        Array.ForEach(typed, _user.Hidden.Enqueue);

        Assert.Equal(2, (await _user.RunAsync("account", "change-password")).Exit);
        Assert.Empty(_server.Seen);
    }

    [Theory]
    [InlineData("change-password")]
    [InlineData("disable")]
    [InlineData("confirm", "--output-file", "codes")]
    public async Task A_key_has_no_login_and_no_secret_is_asked_for(string command, params string[] more)
    {
        string[] words = [.. more.Select(word => word == "codes" ? Path.Combine(_user.Home, word) : word)];
        var key = _user.FileOf("key", CliUser.Key);

        Assert.Equal(2, (await _user.FeedAsync("a\nb\n", ["account", command, .. words, "--url", _server.Url, "--key-file", key])).Exit);
        await _user.SignInAsync(_server, "acme");
        Assert.Equal(2, (await _user.FeedAsync("a\nb\n", ["account", command, .. words])).Exit);

        Assert.Empty(_server.Seen);
        Assert.False(File.Exists(Path.Combine(_user.Home, "codes")));
    }

    [Fact]
    public async Task A_session_that_was_lost_on_the_way_is_said_to_be()
    {
        _server.On("POST /v1/sessions/current:changePassword", """{"session":{"id":"s_2"}}""");

        var ran = await _user.FeedAsync("correct horse battery\nanother horse\n", "account", "change-password");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("platform login", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_seed_of_an_authenticator_and_its_recovery_codes_go_to_new_files_of_their_owner()
    {
        _server.On("POST /v1/sessions/current/totp:enrol", """{"secret":"SEED","uri":"otpauth://totp/x?secret=SEED","expiresAt":"2099-01-01T00:00:00Z"}""")
            .On("POST /v1/sessions/current/totp:confirm", Renewed.Replace("{\"session\"", "{\"recoveryCodes\":[\"code-one\",\"code-two\"],\"session\"", StringComparison.Ordinal));
        var (seed, codes) = (Path.Combine(_user.Home, "seed"), Path.Combine(_user.Home, "codes"));

        var begun = await _user.FeedAsync("correct horse battery\n", "account", "enrol", "--output-file", seed, "-o", "json");
        var ended = await _user.FeedAsync("123456\n", "account", "confirm", "--output-file", codes, "-o", "yaml");

        Assert.Equal((0, 0), (begun.Exit, ended.Exit));
        Assert.Equal("otpauth://totp/x?secret=SEED\n", await File.ReadAllTextAsync(seed, TestContext.Current.CancellationToken));
        Assert.Equal("code-one\ncode-two\n", await File.ReadAllTextAsync(codes, TestContext.Current.CancellationToken));
        Assert.All([seed, codes], file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        var said = begun.Output + begun.Error + ended.Output + ended.Error;
        Assert.All(["SEED", "code-one", "mcps_", "123456"], secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
        Assert.Contains("mcps_renewed", await File.ReadAllTextAsync(_user.ProfileFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enrol")]
    [InlineData("confirm")]
    public async Task A_pipe_gets_no_seed_and_no_codes_and_then_none_are_made(string command)
    {
        Assert.Equal(2, (await _user.FeedAsync("correct horse battery\n", "account", command)).Exit);
        Assert.Empty(_server.Seen);
    }
}
