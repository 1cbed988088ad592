using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Alerts;

/// <summary>Thresholds are seen against what was measured, tried before they are saved, and changed by who may (AL-6).</summary>
[Trait("Control", "AL-6")]
public sealed class AlertPagesTests
{
    private const string Edit = "/tenants/acme/alerts/auth-failures/edit";

    private static readonly (string, string)[] Whole =
        [("threshold", "25"), ("windowSeconds", "120"), ("resolveBelow", "5"), ("resolveAfterWindows", "3"), ("description", "closer"), ("enabled", "true"), ("intent", "save")];

    [Theory]
    [InlineData("/tenants/acme/alerts", "own", "auth-failures")]
    [InlineData("/alerts", "own", "auth-failures")]
    public async Task Rules_and_what_fired_are_listed(string path, string firing, string quiet)
    {
        await using var console = await WatchedAsync();
        var page = await console.OpenAsync(path);
        var rows = page.QuerySelectorAll("table")[0].QuerySelectorAll("tbody tr").ToArray();
        Assert.Contains("Firing", rows.Single(row => row.QuerySelector("a")!.TextContent == firing).TextContent, StringComparison.Ordinal);
        Assert.Contains("Quiet", rows.Single(row => row.QuerySelector("a")!.TextContent == quiet).TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.QuerySelectorAll("table")[^1].QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    public async Task A_rules_page_draws_its_threshold_across_what_was_measured()
    {
        await using var console = await WatchedAsync();
        var page = await console.OpenAsync("/tenants/acme/alerts/auth-failures");
        Assert.NotNull(page.QuerySelector("svg.chart-canvas line.chart-threshold"));
        Assert.Contains("fires at 10", page.QuerySelector(".chart")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_that_cannot_be_fetched_takes_nothing_else_of_the_page()
    {
        await using var console = await WatchedAsync();
        console.Management.More.Insert(0, (_, path, _) => path.Contains("alert-metrics") ? new FakeAnswer(503) : null);
        using var response = await console.GetAsync("/tenants/acme/alerts/auth-failures");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("The chart cannot be drawn now", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_threshold_is_tried_and_nothing_is_saved()
    {
        await using var console = await WatchedAsync();
        using var response = await console.SubmitAsync(Edit, "rule", [.. Whole[..^1], ("intent", "test")]);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Contains("It would have fired 3 times in the last 24 hours", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("25", page.QuerySelector("input[name=threshold]")!.GetAttribute("value"));
        Assert.Equal(25, (int)console.Management.Bodies[^1]["rule"]!["threshold"]!);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_threshold_is_saved_over_the_version_that_was_read()
    {
        await using var console = await WatchedAsync();
        using var response = await console.SubmitAsync(Edit, "rule", Whole);
        Assert.Equal("/tenants/acme/alerts/auth-failures?done=saved", response.Headers.Location!.ToString());
        Assert.Equal("\"0\"", console.Management.Headers["If-Match"]);
        var body = console.Management.Bodies[^1];
        Assert.Equal((25, 120, 5, 3, "closer", true), ((int)body["threshold"]!, (int)body["windowSeconds"]!, (int)body["resolveBelow"]!, (int)body["resolveAfterWindows"]!, (string)body["description"]!, (bool)body["enabled"]!));
    }

    [Fact]
    public async Task A_new_rule_must_not_be_there_yet()
    {
        await using var console = await WatchedAsync();
        using var response = await console.SubmitAsync("/tenants/acme/alerts/new", "rule", [("name", "slow"), ("signal", "latency_p95_milliseconds"), .. Whole]);
        Assert.Equal("/tenants/acme/alerts/slow?done=saved", response.Headers.Location!.ToString());
        Assert.Equal("*", console.Management.Headers["If-None-Match"]);
        Assert.Equal("latency_p95_milliseconds", (string?)console.Management.Bodies[^1]["signal"]);
    }

    [Theory]
    [InlineData("guide", "10")]
    [InlineData("strict", "5")]
    [InlineData("loose", "20")]
    public async Task The_guides_thresholds_are_presets(string preset, string threshold)
    {
        await using var console = await WatchedAsync();
        Assert.Equal(threshold, (await console.OpenAsync($"{Edit}?preset={preset}")).QuerySelector("input[name=threshold]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("threshold")]
    [InlineData("windowSeconds")]
    [InlineData("resolveBelow")]
    [InlineData("resolveAfterWindows")]
    [InlineData("description")]
    public async Task What_REST_refuses_is_told_beside_its_field(string field)
    {
        await using var console = await WatchedAsync();
        console.Management.Refusal = ("/v1/tenants/acme/alert-rules/auth-failures", 400, new JsonObject { ["title"] = "Invalid", ["errors"] = new JsonObject { [field] = new JsonArray("Not like this.") } });
        using var response = await console.SubmitAsync(Edit, "rule", Whole);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Contains("Not like this.", page.GetElementById($"f-{field}-error")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Not like this.", page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("threshold", "ten")]
    [InlineData("windowSeconds", "1.5")]
    [InlineData("resolveBelow", "low")]
    public async Task What_is_no_number_is_told_beside_its_field(string field, string value)
    {
        await using var console = await WatchedAsync();
        using var response = await console.SubmitAsync(Edit, "rule", [.. Whole.Where(pair => pair.Item1 != field), (field, value)]);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.NotNull(page.GetElementById($"f-{field}-error"));
        Assert.Equal(value, page.GetElementById("f-" + field)!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_rule_that_somebody_changed_meanwhile_is_not_overwritten()
    {
        await using var console = await WatchedAsync();
        console.Management.Refusal = ("/v1/tenants/acme/alert-rules/auth-failures", 412, new JsonObject { ["title"] = "Precondition failed", ["code"] = "precondition-failed" });
        using var response = await console.SubmitAsync(Edit, "rule", Whole);
        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
        Assert.Contains("Somebody changed this rule meanwhile", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_change_a_rule_is_told_so_and_keeps_what_was_typed()
    {
        await using var console = await WatchedAsync();
        console.Management.Refusal = ("/v1/tenants/acme/alert-rules/auth-failures", 403, new JsonObject { ["title"] = "Permission denied", ["requestId"] = "req-9" });
        using var response = await console.SubmitAsync(Edit, "rule", Whole);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("Permission denied", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("25", page.QuerySelector("input[name=threshold]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("auth-failures", "silence", "silenced")]
    [InlineData("own", "unsilence", "unsilenced")]
    [InlineData("own", "resolve", "resolved")]
    public async Task A_rule_is_silenced_heard_again_and_resolved(string rule, string verb, string done)
    {
        await using var console = await WatchedAsync();
        using var response = await console.SubmitAsync($"/tenants/acme/alerts/{rule}", verb, ("until", "4"), ("reason", "a drill"));
        Assert.Equal($"/tenants/acme/alerts/{rule}?done={done}", response.Headers.Location!.ToString());
        Assert.Contains($"POST /v1/tenants/acme/alert-rules/{rule}:{verb}", console.Management.Asked);
    }

    [Fact]
    public async Task A_silence_has_one_of_the_spans_and_a_reason()
    {
        await using var console = await WatchedAsync();
        using var odd = await console.SubmitAsync("/tenants/acme/alerts/auth-failures", "silence", ("until", "100000"), ("reason", "a drill"));
        Assert.NotNull((await ConsoleApplication.ReadAsync(odd)).GetElementById("f-until-error"));
        console.Management.Refusal = ("/v1/tenants/acme/alert-rules/auth-failures:silence", 400, new JsonObject { ["title"] = "Invalid", ["errors"] = new JsonObject { ["reason"] = new JsonArray("Say why.") } });
        using var silent = await console.SubmitAsync("/tenants/acme/alerts/auth-failures", "silence", ("until", "4"));
        Assert.Contains("Say why.", (await ConsoleApplication.ReadAsync(silent)).GetElementById("f-reason-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_says_which_channel_took_it()
    {
        await using var console = await WatchedAsync();
        using var response = await console.SubmitAsync("/tenants/acme/alerts/auth-failures", "test");
        var banner = (await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner-warn")!.TextContent;
        Assert.Contains("log took it", banner, StringComparison.Ordinal);
        Assert.Contains("webhooks has nobody who listens", banner, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_webhooks_a_test_says_that_it_is_queued_and_where_it_can_be_seen()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        FakeWatch.In(console.Management).HasListener = true;
        using var response = await console.SubmitAsync("/tenants/acme/alerts/auth-failures", "test");
        var banner = (await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner-good")!;
        Assert.Contains("webhooks has it queued", banner.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("webhooks took it", banner.TextContent, StringComparison.Ordinal);
        Assert.Equal("/tenants/acme/webhooks", banner.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_rule_of_ones_own_is_deleted_after_it_was_named()
    {
        await using var console = await WatchedAsync();
        Assert.Equal("Delete own?", (await console.OpenAsync("/tenants/acme/alerts/own/delete")).QuerySelector("h1")!.TextContent.Trim());
        using var response = await console.SubmitAsync("/tenants/acme/alerts/own/delete", "delete-rule");
        Assert.Equal("/tenants/acme/alerts?done=deleted", response.Headers.Location!.ToString());
        Assert.Equal("\"4\"", console.Management.Headers["If-Match"]);
    }

    private static async Task<ConsoleApplication> WatchedAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        FakeWatch.In(console.Management);
        return console;
    }
}
