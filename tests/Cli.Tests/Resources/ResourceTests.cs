using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Resources;

[Trait("Control", "RS-3")]
public sealed class ResourceTests : IAsyncLifetime
{
    private const string Plan = "/v1/tenants/acme/resources/memory/plan";
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

    [Fact]
    public async Task A_value_is_sent_as_it_is_with_its_type_and_time()
    {
        _server.On($"PUT {Plan}", """{"key":"plan","version":1}""", 201);

        var ran = await _user.FeedAsync("ship it\n", "resource", "put", "plan", "-", "--ttl", "2h", "--priority", "0.5", "--new");

        Assert.True(ran.Exit == 0, ran.Error);
        var asked = _server.Seen.Single();
        Assert.Equal(($"{Plan}?ttlSeconds=7200&priority=0.5", "ship it\n", "text/plain", "*"), (asked.Target, asked.Body, asked.Header("Content-Type"), asked.Header("If-None-Match")));
    }

    [Theory]
    [InlineData("--ttl", "soon")]
    [InlineData("--type", "no type")]
    public async Task What_cannot_be_sent_is_refused_here(params string[] wrong)
    {
        Assert.Equal(2, (await _user.FeedAsync("x", ["resource", "put", "plan", "-", .. wrong])).Exit);
        Assert.Equal(2, (await _user.RunAsync("resource", "put", "plan", Path.Combine(_user.Home, "nowhere"))).Exit);
        Assert.Empty(_server.Seen);
    }

    [Fact, Trait("Control", "IN-5")]
    public async Task A_terminal_is_shown_a_value_as_text_that_does_not_command_it()
    {
        _server.On($"GET {Plan}", http => http.Response.WriteAsync("one\u001b]0;owned\u0007\r\ntwo\u202E"));
        _user.IsPerson = true;

        var ran = await _user.RunAsync("resource", "get", "plan");

        Assert.Equal((0, "one?]0;owned?\ntwo?\n"), (ran.Exit, ran.Output));
    }

    [Fact]
    public async Task A_value_goes_to_a_new_file_as_it_is()
    {
        _server.On($"GET {Plan}", http => http.Response.Body.WriteAsync(new byte[] { 0, 27, 255 }).AsTask());
        var file = Path.Combine(_user.Home, "plan");

        Assert.Equal(0, (await _user.RunAsync("resource", "get", "plan", file)).Exit);
        Assert.Equal([0, 27, 255], await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(2, (await _user.RunAsync("resource", "get", "plan", file)).Exit);
    }

    [Fact]
    public async Task Usage_is_of_memory_and_of_files()
    {
        _server.On("GET /v1/tenants/acme/resources/memory:usage", """{"bytes":10,"limit":100,"count":1,"countLimit":5}""").On("GET /v1/tenants/acme/resources/files:usage", """{"bytes":20,"limit":200,"count":2,"maxCount":6}""");

        var ran = await _user.RunAsync("resource", "usage");

        Assert.Equal(["OF      BYTES  LIMIT  COUNT  COUNTLIMIT", "memory  10     100    1      5", "files   20     200    2      6"], ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
