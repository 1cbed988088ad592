using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Keys;

/// <summary>Where secrets that are revealed once go.</summary>
public sealed class SecretTests : IAsyncLifetime
{
    private const string Secret = "mcpk_live_efgh5678_secret";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On("POST /v1/tenants/acme/keys", $$"""{"key":{"id":"efgh5678","name":"agent"},"secret":"{{Secret}}"}""", 201);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task A_secret_goes_to_a_new_file_of_its_owner_and_to_no_output(string format)
    {
        var file = Path.Combine(_user.Home, "agent.key");

        var ran = await _user.RunAsync("key", "create", "agent", "--role", "user", "--output-file", file, "-o", format);

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(Secret + "\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(Secret, ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.Contains("efgh5678", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_lives_for_a_named_time_or_any_other()
    {
        _user.IsPerson = true;
        var before = DateTimeOffset.UtcNow;

        Assert.Equal(0, (await _user.RunAsync("key", "create", "agent", "--role", "user", "--expires-in", "90d")).Exit);
        Assert.Equal("90d", _server.Seen.Last().Json["expiresIn"]!.GetValue<string>());
        Assert.Null(_server.Seen.Last().Json["expiresAt"]);

        Assert.Equal(0, (await _user.RunAsync("key", "create", "agent", "--role", "user", "--expires-in", "12h")).Exit);
        Assert.Null(_server.Seen.Last().Json["expiresIn"]);
        Assert.InRange(_server.Seen.Last().Json["expiresAt"]!.GetValue<DateTimeOffset>(), before.AddHours(12), DateTimeOffset.UtcNow.AddHours(12));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("12")]
    [InlineData("2y")]
    public async Task A_length_that_is_none_makes_no_key(string length)
    {
        _user.IsPerson = true;

        Assert.Equal(2, (await _user.RunAsync("key", "create", "agent", "--role", "user", "--expires-in", length)).Exit);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task A_terminal_is_shown_it_once()
    {
        _user.IsPerson = true;

        var ran = await _user.RunAsync("key", "create", "agent", "--role", "user");

        Assert.Contains(Secret, ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_gets_none_and_then_none_is_made()
    {
        Assert.Equal(2, (await _user.RunAsync("key", "create", "agent", "--role", "user")).Exit);
        Assert.Empty(_server.Seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_there_is_not_overwritten_nor_a_link_followed_and_no_key_is_made(bool isLink)
    {
        var elsewhere = _user.FileOf("elsewhere", "precious");
        var file = isLink ? Path.Combine(_user.Home, "link") : elsewhere;
        _ = isLink ? File.CreateSymbolicLink(file, elsewhere) : null;

        var ran = await _user.RunAsync("key", "create", "agent", "--role", "user", "--output-file", file);

        Assert.Equal(2, ran.Exit);
        Assert.Empty(_server.Seen);
        Assert.Equal("precious", await File.ReadAllTextAsync(elsewhere, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_refused_key_leaves_no_empty_file()
    {
        _server.Refuses("POST /v1/tenants/acme/keys", 403, "permission-denied");
        var file = Path.Combine(_user.Home, "agent.key");

        Assert.Equal(4, (await _user.RunAsync("key", "create", "agent", "--role", "user", "--output-file", file)).Exit);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_secret_that_was_lost_on_the_way_is_said_to_be()
    {
        _server.On("POST /v1/tenants/acme/keys", """{"key":{"id":"efgh5678"}}""", 201);

        var ran = await _user.RunAsync("key", "create", "agent", "--role", "user", "--output-file", Path.Combine(_user.Home, "agent.key"));

        Assert.Equal(1, ran.Exit);
        Assert.Contains("lost on the way", ran.Error, StringComparison.Ordinal);
        Assert.Contains("efgh5678", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sent", "", false)]
    [InlineData("failed", "\"secret\":\"mcpi_told\",", true)]
    public async Task An_invitation_is_kept_only_where_it_was_not_mailed(string delivery, string secret, bool isKept)
    {
        _server.On("POST /v1/tenants/acme/principals/usr_anna:issueInvitation", $$"""{{{secret}}"delivery":"{{delivery}}"}""");
        var file = Path.Combine(_user.Home, "anna.secret");

        var ran = await _user.RunAsync("principal", "invite", "usr_anna", "--email", "anna@example.com", "--output-file", file);

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Contains(delivery, ran.Output, StringComparison.Ordinal);
        Assert.Equal(isKept, File.Exists(file));
        Assert.Contains("anna@example.com", Assert.Single(_server.Seen).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_platforms_own_keys_have_their_own_route()
    {
        _server.On("GET /v1/management-keys", """{"items":[{"id":"abcd1234","name":"first"}]}""");

        var ran = await _user.RunAsync("key", "list", "--platform");

        Assert.Contains("abcd1234  first", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_key_of_many_that_could_not_be_revoked_is_a_failure()
    {
        _server.On("POST /v1/tenants/acme/keys:batchRevoke", """{"items":[{"id":"a","key":{"status":"revoked"}},{"id":"b","code":"not-found"}]}""");

        Assert.Equal(1, (await _user.RunAsync("key", "revoke", "a", "b")).Exit);
    }

    [Theory]
    [InlineData("""{"maxLifeDays":90}""", "--max-life-days", "90")]
    [InlineData("""{"maxLifeDays":null}""", "--unlimited")]
    [InlineData(null)]
    [InlineData(null, "--unlimited", "--max-life-days", "90")]
    public async Task How_long_keys_live_is_said_in_one_way(string? body, params string[] options)
    {
        _server.On("GET /v1/tenants/acme/key-policy", "{}", tag: "\"2\"").On("PUT /v1/tenants/acme/key-policy", "{}");

        var ran = await _user.RunAsync(["key", "set-policy", .. options]);

        Assert.Equal(body is null ? 2 : 0, ran.Exit);
        Assert.Equal(body, _server.Seen.LastOrDefault()?.Body);
        Assert.Equal(body is null ? null : "\"2\"", _server.Seen.LastOrDefault()?.Header("If-Match"));
    }
}
