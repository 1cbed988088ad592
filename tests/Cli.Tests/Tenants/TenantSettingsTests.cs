using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Tenants;

public sealed class TenantSettingsTests : IAsyncLifetime
{
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [InlineData("""{"displayName":"Acme","auditMode":"batched"}""", "--name", "Acme", "--audit-mode", "batched")]
    [InlineData("""{"rateLimit":{"burst":7}}""", "--burst", "7")]
    [InlineData("""{"rateLimit":{"permitsPerMinute":60,"burst":7},"allowedOrigins":["https://a.example","https://b.example"]}""",
        "--permits-per-minute", "60", "--burst", "7", "--origin", "https://a.example", "--origin", "https://b.example")]
    [InlineData("""{"displayName":"Acme","allowedOrigins":null,"inputLimits":null}""", "--name", "Acme", "--clear", "origins", "--clear", "input-limits", "--clear", "origins")]
    [InlineData("""{"inputLimits":{"maxBodyBytes":4096,"maxBatch":10}}""", "--max-body-bytes", "4096", "--max-batch", "10")]
    public async Task What_is_named_is_changed_upon_the_version_that_was_read(string patch, params string[] options)
    {
        _server.On("GET /v1/tenants/acme", "{}", tag: "\"7\"").On("PATCH /v1/tenants/acme", """{"slug":"acme"}""");

        var ran = await _user.RunAsync(["tenant", "set", "acme", .. options]);

        Assert.True(ran.Exit == 0, ran.Error);
        var asked = _server.Seen.Last();
        Assert.Equal(("PATCH", patch, "\"7\"", "application/merge-patch+json"), (asked.Method, asked.Body, asked.Header("If-Match"), asked.Header("Content-Type")));
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        _server.On("GET /v1/tenants/acme", "{}", tag: "\"7\"").Refuses("PATCH /v1/tenants/acme", 412, "precondition-failed");

        Assert.Equal(6, (await _user.RunAsync("tenant", "set", "acme", "--name", "Acme")).Exit);
    }

    [Theory]
    [InlineData]
    [InlineData("--clear", "slug")]
    [InlineData("--name", "Acme", "--clear", "name")]
    [InlineData("--max-depth", "5", "--clear", "input-limits")]
    [InlineData("--burst", "many")]
    public async Task A_line_that_says_nothing_or_both_changes_nothing(params string[] options)
    {
        Assert.Equal(2, (await _user.RunAsync(["tenant", "set", "acme", .. options])).Exit);
        Assert.Empty(_server.Seen);
    }
}
