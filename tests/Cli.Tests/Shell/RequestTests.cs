using Microsoft.AspNetCore.Http;

namespace Platform.Cli.Tests.Shell;

public sealed class RequestTests : IAsyncLifetime
{
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [InlineData(400, "invalid-params", 1)]
    [InlineData(401, "unauthenticated", 3)]
    [InlineData(403, "permission-denied", 4)]
    [InlineData(404, "tenant-not-found", 5)]
    [InlineData(409, "conflict", 6)]
    [InlineData(412, "precondition-failed", 6)]
    [InlineData(429, "rate-limited", 8)]
    [InlineData(500, "internal", 1)]
    public async Task The_exit_code_tells_what_kind_of_refusal_it_was(int status, string code, int exit)
    {
        _server.Refuses("GET /v1/tenants/acme", status, code);

        var ran = await _user.RunAsync("tenant", "show", "acme");

        Assert.Equal(exit, ran.Exit);
        Assert.Contains($"({code})", ran.Error, StringComparison.Ordinal);
        Assert.Contains("request 0123abcd", ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Fact]
    public async Task Members_at_fault_are_named()
    {
        _server.On("POST /v1/tenants", """{"title":"Invalid parameters","code":"invalid-params","errors":{"slug":["Use letters."],"displayName":["Too long."]}}""", 400);

        var ran = await _user.RunAsync("tenant", "create", "A");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("  slug: Use letters.", ran.Error, StringComparison.Ordinal);
        Assert.Contains("  displayName: Too long.", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant", "frobnicate")]
    [InlineData("tenant", "list", "-o", "xml")]
    [InlineData("key", "list")]
    [InlineData("key", "list", "--tenant", "a", "--platform")]
    [InlineData("principal", "create", "anna", "--kind", "robot", "--tenant", "a")]
    public async Task A_wrong_command_line_ends_with_2_and_asks_nobody(params string[] line)
    {
        Assert.Equal(2, (await _user.RunAsync(line)).Exit);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task Nobody_there_is_7()
    {
        await _server.DisposeAsync();

        Assert.Equal(7, (await _user.RunAsync("tenant", "list")).Exit);
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_moment_is_asked_again_under_the_same_Idempotency_Key()
    {
        var calls = 0;
        _server.On("POST /v1/tenants", http =>
        {
            http.Response.StatusCode = ++calls < 3 ? 503 : 201;
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync("""{"slug":"acme"}""");
        });

        var ran = await _user.RunAsync("tenant", "create", "acme");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(3, _server.Seen.Count);
        Assert.Single(_server.Seen.Select(asked => asked.Header("Idempotency-Key")).Distinct(StringComparer.Ordinal));
        Assert.NotNull(_server.Seen.First().Header("Idempotency-Key"));
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_up_to_the_limit()
    {
        _server.On("GET /v1/tenants", http => http.Response.WriteAsync(http.Request.Query.ContainsKey("pageToken")
            ? """{"items":[{"slug":"c","id":"3","displayName":"See","status":"suspended"},{"slug":"d","id":"4"}]}"""
            : """{"items":[{"slug":"a","id":"1"},{"slug":"b","id":"2"}],"nextPageToken":"x+y"}"""));

        var all = await _user.RunAsync("tenant", "list");
        var some = await _user.RunAsync("tenant", "list", "--limit", "2");

        Assert.Equal(["SLUG  DISPLAYNAME  STATUS     ID", "a     -            -          1", "b     -            -          2", "c     See          suspended  3", "d     -            -          4"], Lines(all.Output));
        Assert.Contains(_server.Seen, asked => asked.Target == "/v1/tenants?pageSize=200&pageToken=x%2By");
        Assert.Equal(3, Lines(some.Output).Length);
        Assert.Contains("There are more", some.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..", "/v1/tenants/%252E%252E")]
    [InlineData("a/../../b", "/v1/tenants/a%2F..%2F..%2Fb")]
    [InlineData("", "/v1/tenants/%20")]
    [InlineData("a?x=1", "/v1/tenants/a%3Fx%3D1")]
    public async Task An_argument_is_one_segment_of_the_path_and_leads_to_no_other_route(string slug, string target)
    {
        await _user.RunAsync("tenant", "show", slug);

        Assert.Equal(target, _server.Seen.Single().Target);
    }

    [Fact]
    public async Task What_is_within_a_thing_is_shown_by_its_path_and_never_as_JSON()
    {
        _server.On("GET /v1/tenants/acme/rate-limits", """{"policy":{"tenant":{"permitsPerMinute":600,"burst":100},"methods":{}},"warnings":[{"name":"tools","message":"Too dear."}],"version":3}""");
        var shown = await _user.RunAsync("limit", "show", "--tenant", "acme");
        Assert.Equal(["policy.tenant.permitsPerMinute  600", "policy.tenant.burst             100", "policy.methods                  -", "warnings[0].name                tools", "warnings[0].message             Too dear.", "version                         3"], Lines(shown.Output));
    }

    [Fact, Trait("Control", "IN-5")]
    public async Task Words_of_a_server_do_not_command_the_terminal()
    {
        const string evil = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202Eabc\r\nfake";
        var json = System.Text.Json.JsonSerializer.Serialize(evil);
        _server.On("GET /v1/tenants/acme", $$"""{"slug":{{json}},"nested":{"x":[{{json}}] },{{json}}:"y"}""");
        _server.On("GET /v1/tenants", $$"""{"items":[{"slug":{{json}},"id":{{json}} }] }""");
        _server.On("GET /v1/tenants/bad", $$"""{"title":{{json}},"detail":{{json}},"code":{{json}},"requestId":{{json}},"errors":{ {{json}}:[{{json}}] } }""", 400);

        string[] formats = ["table", "json", "yaml"];
        foreach (var format in formats)
        {
            var shown = await _user.RunAsync("tenant", "show", "acme", "-o", format);
            var listed = await _user.RunAsync("tenant", "list", "-o", format);
            var refused = await _user.RunAsync("tenant", "show", "bad", "-o", format);

            Assert.Equal((0, 0, 1), (shown.Exit, listed.Exit, refused.Exit));
            Assert.DoesNotContain(shown.Output + listed.Output + refused.Error, letter => letter is '\u001b' or '\u0007' or '\u009b' or '\u202E' or '\r');
        }

        // What came to mean a line stays on its line.
        Assert.Equal(2, Lines((await _user.RunAsync("tenant", "list")).Output).Length);
    }

    [Fact]
    public async Task A_server_that_says_the_credential_back_does_not_get_it_printed()
    {
        _server.Refuses("GET /v1/tenants/acme", 400, "invalid-params", $"Bearer {CliUser.Key} and mcpk_live_x_y");

        var ran = await _user.RunAsync("tenant", "show", "acme");

        Assert.DoesNotContain("mcpm_", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mcpk_", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_takes_no_credential_elsewhere()
    {
        await using var other = await FakeManagement.StartAsync();
        _server.On("GET /v1/tenants", http =>
        {
            http.Response.Redirect(other.Url + "/v1/tenants");
            return Task.CompletedTask;
        });

        Assert.Equal(7, (await _user.RunAsync("tenant", "list")).Exit);
        Assert.Empty(other.Seen);
    }

    [Fact]
    public async Task A_change_names_the_version_that_was_read()
    {
        _server.On("GET /v1/tenants/acme/rate-limits", """{"policy":{},"version":7}""", tag: "\"7\"").On("PUT /v1/tenants/acme/rate-limits", """{"version":8}""");
        var file = _user.FileOf("policy.yaml", "tenant: { permitsPerMinute: 600, burst: 100 }\n");

        var ran = await _user.RunAsync("limit", "set", "--tenant", "acme", "-f", file);

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("\"7\"", _server.Seen.Last().Header("If-Match"));
        Assert.Equal("""{"tenant":{"permitsPerMinute":600,"burst":100}}""", _server.Seen.Last().Body);
    }

    [Fact]
    public async Task Completions_come_from_the_tool_itself()
    {
        var ran = await _user.RunAsync("[suggest:10]", "platform te");

        Assert.Contains("tenant", ran.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", (await _user.RunAsync("completion", "bash")).Output, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
