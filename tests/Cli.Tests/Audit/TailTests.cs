using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Audit;

public sealed class TailTests : IAsyncLifetime
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

    [Fact]
    public async Task A_stream_that_breaks_off_goes_on_after_the_last_event()
    {
        _server.On("GET /v1/tenants/acme/audit-events:stream", async http =>
        {
            http.Response.ContentType = "text/event-stream";
            var after = long.Parse(http.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? "4", System.Globalization.CultureInfo.InvariantCulture);
            await http.Response.WriteAsync($"event: ready\nid: {after}\ndata: {{}}\n\n");
            await http.Response.WriteAsync(Event(after + 1) + Event(after + 2) + "event: audit\nid: 99\ndata: {\"sequ");
        });

        var ran = await _user.RunAsync("audit", "tail", "--count", "4", "-o", "json");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal([null, "6"], _server.Seen.Select(asked => asked.Header("Last-Event-ID")));
        Assert.Equal(["5", "6", "7", "8"], ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["sequence"]!.ToString()));
    }

    [Fact]
    public async Task A_credential_that_was_revoked_ends_the_tail()
    {
        _server.Refuses("GET /v1/tenants/acme/audit-events:stream", 401, "unauthenticated");

        Assert.Equal(3, (await _user.RunAsync("audit", "tail")).Exit);
        Assert.Single(_server.Seen);
    }

    [Fact]
    public async Task Filters_go_with_it()
    {
        _server.Refuses("GET /v1/tenants/acme/audit-events:stream", 403, "permission-denied");

        await _user.RunAsync("audit", "tail", "--class", "administration", "--principal", "usr_a&b");

        Assert.Equal("/v1/tenants/acme/audit-events:stream?class=administration&principal=usr_a%26b", _server.Seen.Single().Target);
    }

    [Fact]
    public async Task A_bundle_that_breaks_off_is_not_kept()
    {
        _server.On("GET /v1/tenants/acme/audit:export", async http =>
        {
            http.Response.ContentLength = 100;
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        var file = Path.Combine(_user.Home, "acme.zip");

        Assert.Equal(7, (await _user.RunAsync("audit", "export", file)).Exit);
        Assert.False(File.Exists(file));
    }

    private static string Event(long sequence) => $"event: audit\nid: {sequence}\ndata: {{\"sequence\":{sequence},\"event\":{{\"action\":\"x\"}}}}\n\n";
}
