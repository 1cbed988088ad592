using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Audit;

public sealed class SearchTests : IAsyncLifetime
{
    private const string Events = "/v1/tenants/acme/audit-events";
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
    public async Task A_histogram_is_a_chart_and_says_where_there_may_be_more()
    {
        _server.On($"GET {Events}:histogram", """
            {"complete":false,"buckets":[{"from":"2026-11-29T06:00:00Z","count":1,"complete":false},{"from":"2026-11-29T07:00:00Z","count":0,"complete":true},{"from":"2026-11-29T08:00:00Z","count":80,"complete":true}]}
            """);

        var ran = await _user.RunAsync("audit", "histogram", "--outcome", "permission-denied");

        Assert.Equal(
            $"""
            2026-11-29 06:00:00Z  #{new string(' ', 39)}  1+
            2026-11-29 07:00:00Z  {new string(' ', 40)}  0
            2026-11-29 08:00:00Z  {new string('#', 40)}  80

            """, ran.Output);
        Assert.Contains("at least so many", ran.Error, StringComparison.Ordinal);
        Assert.Equal($"{Events}:histogram?outcome=permission-denied", Assert.Single(_server.Seen).Target);
    }

    [Fact]
    public async Task A_chart_of_what_is_no_number_has_no_bars()
    {
        _server.On($"GET {Events}:histogram", """{"complete":true,"buckets":[{"from":"a","count":"1e9"},{"from":"b","count":-5},{"from":"c"},null,{"from":"d","count":1e308}]}""");

        var ran = await _user.RunAsync("audit", "histogram");

        Assert.Equal(0, ran.Exit);
        Assert.Equal(40, ran.Output.Count(letter => letter == '#'));
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task A_value_is_looked_up_page_by_page_and_said_nowhere()
    {
        const string value = "mcpx-secret-value";
        _server.On($"POST {Events}:lookUp", http => http.Response.WriteAsync(_server.Seen.Last().Json["pageToken"] is null
            ? """{"hmac":"hmac:abc","items":[{"sequence":1,"event":{"action":"tools/call"}}],"nextPageToken":"next"}"""
            : """{"hmac":"hmac:abc","items":[{"sequence":2,"event":{"action":"tools/call"}}]}"""));

        var ran = await _user.FeedAsync(value + "\n", "audit", "look-up", "--from", "2026-11-29", "--limit", "2");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(["""{"value":"mcpx-secret-value","from":"2026-11-29","pageSize":2}""", """{"value":"mcpx-secret-value","from":"2026-11-29","pageSize":1,"pageToken":"next"}"""], _server.Seen.Select(asked => asked.Body));
        Assert.Equal(3, ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("hmac:abc", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(value, ran.Output + ran.Error + string.Concat(_server.Seen.Select(asked => asked.Target)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_search_is_in_a_new_file_and_says_how_to_go_on()
    {
        _server.On($"GET {Events}:export", http =>
        {
            http.Response.Headers["Next-Page-Token"] = "more";
            return http.Response.WriteAsync("\"sequence\"\n");
        });
        var file = Path.Combine(_user.Home, "events.csv");

        var ran = await _user.RunAsync("audit", "save", file, "--format", "csv", "--class", "administration");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("\"sequence\"\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Contains("--page-token more", ran.Error, StringComparison.Ordinal);
        Assert.Equal($"{Events}:export?class=administration&format=csv", Assert.Single(_server.Seen).Target);
    }
}
