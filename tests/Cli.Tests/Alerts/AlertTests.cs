using System.Text.Json.Nodes;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class AlertTests : IAsyncLifetime
{
    private const string Rule = "/v1/tenants/acme/alert-rules/slow";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"GET {Rule}", """{"name":"slow","signal":"latency_p95_milliseconds","threshold":800,"windowSeconds":60,"resolveBelow":500,"resolveAfterWindows":2,"enabled":true,"builtIn":false,"version":3}""", tag: "\"3\"")
            .On($"PUT {Rule}", "{}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task A_new_rule_replaces_none()
    {
        var ran = await _user.RunAsync("alert", "create", "slow", "--signal", "latency_p95_milliseconds", "--threshold", "800.5", "--minimum-sample", "50");

        Assert.True(ran.Exit == 0, ran.Error);
        var asked = Assert.Single(_server.Seen);
        Assert.Equal("*", asked.Header("If-None-Match"));
        Assert.Equal("""{"signal":"latency_p95_milliseconds","threshold":800.5,"minimumSample":50}""", asked.Body);
    }

    [Fact]
    public async Task What_is_not_named_of_a_rule_stays_and_where_it_resolves_follows_the_threshold()
    {
        Assert.Equal(0, (await _user.RunAsync("alert", "update", "slow", "--enabled", "false")).Exit);
        Assert.Equal("\"3\"", _server.Seen.Last().Header("If-Match"));
        Assert.Equal("""{"enabled":false,"signal":"latency_p95_milliseconds","threshold":800,"windowSeconds":60,"resolveBelow":500,"resolveAfterWindows":2}""", _server.Seen.Last().Body);

        Assert.Equal(0, (await _user.RunAsync("alert", "update", "slow", "--threshold", "400")).Exit);
        Assert.Null(_server.Seen.Last().Json["resolveBelow"]);
    }

    [Fact]
    public async Task A_table_rounds_what_nobody_reads_and_a_document_does_not()
    {
        _server.On("GET /v1/tenants/acme/alerts", """{"items":[{"id":"alr_1","rule":"slow","state":"firing","value":0.0000417,"peak":1234.5678901234567},{"id":"alr_2","rule":"slow","state":"resolved","value":12,"peak":0.25}]}""");

        var table = (await _user.RunAsync("alert", "history")).Output;
        Assert.Contains("1234.568 ", table, StringComparison.Ordinal);
        Assert.Contains("0.0000417 ", table, StringComparison.Ordinal);
        Assert.Contains("  12 ", table, StringComparison.Ordinal);
        Assert.Contains("0.25 ", table, StringComparison.Ordinal);
        Assert.Contains("1234.5678901234567", (await _user.RunAsync("alert", "history", "-o", "json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silence_is_as_long_as_it_is_said_to_be()
    {
        _server.On($"POST {Rule}:silence", "{}");
        var before = DateTimeOffset.UtcNow;

        Assert.Equal(0, (await _user.RunAsync("alert", "silence", "slow", "--for", "2h", "--reason", "a drill")).Exit);

        var until = _server.Seen.Last().Json["until"]!.GetValue<DateTimeOffset>();
        Assert.InRange(until, before.AddHours(2), DateTimeOffset.UtcNow.AddHours(2));
    }

    [Theory]
    [InlineData]
    [InlineData("--for", "2")]
    [InlineData("--for", "h")]
    [InlineData("--for", "-1h")]
    [InlineData("--for", "99999999d")]
    [InlineData("--for", "2h", "--until", "2026-11-29T22:00:00Z")]
    public async Task A_silence_without_one_end_is_refused_here(params string[] end)
    {
        Assert.Equal(2, (await _user.RunAsync(["alert", "silence", "slow", "--reason", "a drill", .. end])).Exit);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task A_rule_is_tried_as_it_is_as_it_would_be_and_before_it_is_there()
    {
        const string found = """{"from":"2026-11-28T00:00:00Z","to":"2026-11-29T00:00:00Z","fired":1,"exact":true,"alerts":[{"firedAt":"2026-11-28T12:00:00Z","value":900,"peak":950}]}""";
        _server.On($"POST {Rule}:backTest", found).On("POST /v1/tenants/acme/alert-rules:backTest", found);

        var known = await _user.RunAsync("alert", "backtest", "slow");
        Assert.Equal((0, $"{Rule}:backTest", "{}"), (known.Exit, _server.Seen.Last().Target, _server.Seen.Last().Body));
        Assert.Contains("2026-11-28 12:00:00Z  -           900    950", known.Output, StringComparison.Ordinal);
        Assert.Contains("Fired 1 times", known.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await _user.RunAsync("alert", "backtest", "slow", "--threshold", "700")).Exit);
        Assert.Equal((700, "latency_p95_milliseconds"), (_server.Seen.Last().Json["rule"]!["threshold"]!.GetValue<int>(), _server.Seen.Last().Json["rule"]!["signal"]!.GetValue<string>()));

        Assert.Equal(0, (await _user.RunAsync("alert", "backtest", "--signal", "error_rate_percentage", "--threshold", "5", "--from", "2026-11-28")).Exit);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"rule":{"signal":"error_rate_percentage","threshold":5},"from":"2026-11-28"}"""), _server.Seen.Last().Json));
    }

    [Fact]
    public async Task A_rule_that_would_not_have_fired_has_no_table()
    {
        _server.On($"POST {Rule}:backTest", """{"alerts":[],"fired":0,"from":"2026-11-28T00:00:00Z","to":"2026-11-29T00:00:00Z","exact":true}""");
        var ran = await _user.RunAsync("alert", "backtest", "slow");
        Assert.Equal((0, ""), (ran.Exit, ran.Output));
        Assert.Contains("Fired 0 times", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_platforms_own_rules_have_their_own_route()
    {
        _server.On("GET /v1/platform/alert-rules", """{"items":[{"name":"memory-usage","signal":"memory_usage_percentage","threshold":90}]}""");

        Assert.Contains("memory-usage", (await _user.RunAsync("alert", "list", "--platform")).Output, StringComparison.Ordinal);
    }
}
