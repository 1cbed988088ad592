using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Files;

[Trait("Control", "RS-1")]
public sealed class FileTests : IAsyncLifetime
{
    private const string Report = "/v1/tenants/acme/resources/files/public/report%20one.md";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"PUT {Report}", """{"path":"public/report one.md"}""", 201);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task A_new_file_replaces_none()
    {
        var ran = await _user.RunAsync("file", "upload", _user.FileOf("report", "all is well"), "public/report one.md");

        Assert.True(ran.Exit == 0, ran.Error);
        var asked = _server.Seen.Single();
        Assert.Equal(("all is well", "*", "11"), (asked.Body, asked.Header("If-None-Match"), asked.Header("Content-Length")));
    }

    [Theory]
    [InlineData(200, "\"7\"", null)]
    [InlineData(404, null, "*")]
    public async Task Replacing_names_the_version_that_is_there(int status, string? match, string? none)
    {
        _server.On($"HEAD {Report}", "", status, status == 200 ? "\"7\"" : null);

        Assert.Equal(0, (await _user.FeedAsync("all is well", "file", "upload", "-", "public/report one.md", "--replace")).Exit);

        Assert.Equal((match, none), (_server.Seen.Last().Header("If-Match"), _server.Seen.Last().Header("If-None-Match")));
    }

    [Fact]
    public async Task A_refusal_comes_before_the_file_is_sent()
    {
        var refusing = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await FakeManagement.StartAsync();
        server.Early = http =>
        {
            refusing.TrySetResult(http.Request.Headers.Expect);
            http.Response.StatusCode = 412;
            http.Response.ContentType = "application/problem+json";
            return http.Response.WriteAsync("""{"title":"There is one","code":"precondition-failed"}""");
        };
        var big = Path.Combine(_user.Home, "big");
        await File.WriteAllBytesAsync(big, new byte[64 * 1024 * 1024], TestContext.Current.CancellationToken);

        var ran = await _user.RunAsync("file", "upload", big, "public/big", "-t", "acme", "--url", server.Url, "--key-file", _user.FileOf("key", CliUser.Key));

        Assert.Equal((6, "100-continue"), (ran.Exit, await refusing.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)));
        Assert.Contains("precondition-failed", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../secret", "%252E%252E/secret")]
    [InlineData("a//b", "a/%20/b")]
    [InlineData("a?x=1", "a%3Fx%3D1")]
    public async Task A_path_leads_to_files_and_to_nothing_else(string path, string target)
    {
        await _user.RunAsync("file", "download", path, Path.Combine(_user.Home, "to"));

        Assert.Equal($"/v1/tenants/acme/resources/files/{target}", _server.Seen.Single().Target);
        Assert.False(File.Exists(Path.Combine(_user.Home, "to")));
    }

    [Fact]
    public async Task A_download_that_breaks_off_leaves_nothing()
    {
        _server.On($"GET {Report}", async http =>
        {
            http.Response.ContentLength = 1_000;
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        var file = Path.Combine(_user.Home, "report");

        Assert.Equal(7, (await _user.RunAsync("file", "download", "public/report one.md", file)).Exit);
        Assert.False(File.Exists(file));
    }

    [Fact, Trait("Control", "IN-5")]
    public async Task A_terminal_gets_no_bytes()
    {
        _user.IsPerson = true;

        Assert.Equal(2, (await _user.RunAsync("file", "download", "public/report one.md", "-")).Exit);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task A_host_is_opened_once_and_then_replaced_in_its_version()
    {
        const string host = "/v1/tenants/acme/resources/https-hosts/docs.example.com%3A8443";
        _server.On($"PUT {host}", "{}", 201);
        Assert.Equal(0, (await _user.RunAsync("host", "set", "docs.example.com:8443", "--content-type", "text/markdown")).Exit);
        Assert.Equal(("*", """{"contentTypes":["text/markdown"]}"""), (_server.Seen.Last().Header("If-None-Match"), _server.Seen.Last().Body));

        _server.On($"GET {host}", "{}", tag: "\"2\"").On($"DELETE {host}", "", 204);
        Assert.Equal(0, (await _user.RunAsync("host", "set", "docs.example.com:8443", "--path-prefix", "/v2")).Exit);
        Assert.Equal("\"2\"", _server.Seen.Last().Header("If-Match"));
        Assert.Equal(0, (await _user.RunAsync("host", "delete", "docs.example.com:8443")).Exit);
    }
}
