using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Sessions;

[Trait("Control", "CF-3")]
public sealed class LoginTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeManagement.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task A_key_from_standard_input_is_proved_and_kept_in_a_file_that_its_owner_alone_reads()
    {
        await _user.SignInAsync(_server);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_user.ProfileFile));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_user.ProfileFile)!));
        await _user.RunAsync("tenant", "list");
        Assert.Equal($"Bearer {CliUser.Key}", _server.Seen.Single().Header("Authorization"));
    }

    [Fact]
    public async Task A_person_types_password_and_code_without_seeing_them_and_the_session_is_kept_in_their_place()
    {
        _user.IsPerson = true;
        _user.Hidden.Enqueue("correct horse battery");
        _user.Hidden.Enqueue("123456");
        _server.On("POST /v1/sessions", async http =>
        {
            var hasCode = _server.Seen.Last().Body.Contains("123456", StringComparison.Ordinal);
            http.Response.StatusCode = hasCode ? 201 : 401;
            http.Response.ContentType = hasCode ? "application/json" : "application/problem+json";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(http.Response, hasCode
                ? """{"session":{"id":"x","expiresAt":"2099-01-01T00:00:00Z"},"token":"mcps_token"}"""
                : """{"title":"A second factor is required","code":"second-factor-required"}""");
        });

        var ran = await _user.RunAsync("login", "--url", _server.Url, "--tenant", "acme", "--user", "anna");

        Assert.True(ran.Exit == 0, ran.Error);
        var kept = await File.ReadAllTextAsync(_user.ProfileFile, TestContext.Current.CancellationToken);
        Assert.Contains("mcps_token", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", kept + ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mcps_token", ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.All(_server.Seen, asked => Assert.Equal("acme", asked.Json["tenant"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_key_that_the_server_does_not_know_is_not_kept()
    {
        _server.Refuses("GET /v1/sessions/current", 401, "unauthenticated");

        var ran = await _user.FeedAsync(CliUser.Key, "login", "--url", _server.Url);

        Assert.Equal(3, ran.Exit);
        Assert.False(File.Exists(_user.ProfileFile));
    }

    [Theory]
    [InlineData("--key", CliUser.Key)]
    [InlineData("--password", "correct horse battery")]
    [InlineData(CliUser.Key)]
    public async Task No_secret_is_an_argument(params string[] secret)
    {
        var ran = await _user.RunAsync(["login", "--url", _server.Url, .. secret]);

        Assert.Equal(2, ran.Exit);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_profile_is_neither_written_through_nor_read()
    {
        var elsewhere = _user.FileOf("elsewhere", "precious");
        Directory.CreateDirectory(Path.GetDirectoryName(_user.ProfileFile)!);
        File.CreateSymbolicLink(_user.ProfileFile, elsewhere);
        _server.Refuses("GET /v1/sessions/current", 404, "not-found");

        var written = await _user.FeedAsync(CliUser.Key, "login", "--url", _server.Url);
        var read = await _user.RunAsync("tenant", "list");

        Assert.Equal((2, 2), (written.Exit, read.Exit));
        Assert.Equal("precious", await File.ReadAllTextAsync(elsewhere, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(_server.Seen, asked => asked.Target.StartsWith("/v1/tenants", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_profile_that_others_can_read_or_change_is_refused(UnixFileMode more)
    {
        await _user.SignInAsync(_server);
        File.SetUnixFileMode(_user.ProfileFile, OwnerOnly | more);

        var ran = await _user.RunAsync("tenant", "list");

        Assert.Equal(2, ran.Exit);
        Assert.Contains("chmod 600", ran.Error, StringComparison.Ordinal);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_is_refused_and_one_of_the_owner_is_taken()
    {
        _server.On("GET /v1/tenants", """{"items":[]}""");
        var open = _user.FileOf("open", CliUser.Key, OwnerOnly | UnixFileMode.OtherRead);
        var closed = _user.FileOf("closed", CliUser.Key + "\n");

        Assert.Equal(2, (await _user.RunAsync("tenant", "list", "--url", _server.Url, "--key-file", open)).Exit);
        Assert.Empty(_server.Seen);
        Assert.Equal(0, (await _user.RunAsync("tenant", "list", "--url", _server.Url, "--key-file", closed)).Exit);
    }

    [Fact]
    public async Task The_environment_names_files_and_URLs_and_no_credentials()
    {
        _server.On("GET /v1/tenants", """{"items":[]}""");
        _user.Variables["MOCOPR_KEY_FILE"] = _user.FileOf("key", CliUser.Key);
        _user.Variables["MOCOPR_URL"] = _server.Url;

        Assert.Equal(0, (await _user.RunAsync("tenant", "list")).Exit);
    }

    [Fact]
    public async Task The_credential_of_a_profile_goes_to_no_other_URL()
    {
        await using var other = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server);

        var ran = await _user.RunAsync("tenant", "list", "--url", other.Url);

        Assert.Equal(2, ran.Exit);
        Assert.Empty(other.Seen);
    }

    [Fact]
    public async Task A_profile_that_cannot_be_written_leaves_no_credential_beside_it()
    {
        Directory.CreateDirectory(_user.ProfileFile);
        _server.Refuses("GET /v1/sessions/current", 404, "not-found");

        var ran = await _user.FeedAsync(CliUser.Key, "login", "--url", _server.Url);

        Assert.Equal(2, ran.Exit);
        Assert.Equal([_user.ProfileFile], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_user.ProfileFile)!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Logging_out_deletes_what_a_killed_login_left_and_nothing_of_another_profile(bool isSignedIn)
    {
        await _user.SignInAsync(_server);
        var folder = Path.GetDirectoryName(_user.ProfileFile)!;
        File.Copy(_user.ProfileFile, Path.Combine(folder, $"default.json.{Guid.NewGuid():N}"));
        string[] others = [Path.Combine(folder, "default.json.backup"), Path.Combine(folder, "default2.json")];
        foreach (var other in others)
        {
            File.Copy(_user.ProfileFile, other);
        }

        if (!isSignedIn)
        {
            File.Delete(_user.ProfileFile);
        }

        Assert.Equal(0, (await _user.RunAsync("logout")).Exit);

        Assert.Equal(others, Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("http://admin.example.com")]
    [InlineData("http://10.0.0.1:5081")]
    [InlineData("https://user:pw@admin.example.com")]
    [InlineData("https://admin.example.com/path")]
    [InlineData("ftp://127.0.0.1")]
    public async Task A_credential_goes_over_TLS_or_stays_on_this_machine(string url) =>
        Assert.Equal(2, (await _user.FeedAsync(CliUser.Key, "login", "--url", url)).Exit);

    [Fact]
    public async Task Logging_out_ends_the_session_at_the_server_and_forgets_it()
    {
        _server.On("POST /v1/sessions", """{"session":{"expiresAt":"2099-01-01T00:00:00Z"},"token":"mcps_token"}""", 201).On("DELETE /v1/sessions/current", "", 204);
        await _user.FeedAsync("correct horse battery", "login", "--url", _server.Url, "--user", "admin");

        var ran = await _user.RunAsync("logout");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("DELETE", _server.Seen.Last().Method);
        Assert.False(File.Exists(_user.ProfileFile));
        Assert.Equal(3, (await _user.RunAsync("whoami")).Exit);
    }

    [Fact]
    public async Task A_session_that_is_over_is_not_sent()
    {
        _server.On("POST /v1/sessions", """{"session":{"expiresAt":"2020-01-01T00:00:00Z"},"token":"mcps_token"}""", 201);
        await _user.FeedAsync("correct horse battery", "login", "--url", _server.Url, "--user", "admin");
        _server.Seen.Clear();

        Assert.Equal(3, (await _user.RunAsync("tenant", "list")).Exit);
        Assert.Empty(_server.Seen);
    }
}
