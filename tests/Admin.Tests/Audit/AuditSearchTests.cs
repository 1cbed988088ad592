using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Audit;

/// <summary>A search is an address; files and the live tail come through the console's own origin (AL-4).</summary>
[Trait("Control", "AL-4")]
public sealed class AuditSearchTests
{
    [Theory]
    [InlineData("/tenants/acme/audit", "acme")]
    [InlineData("/audit", "_sys")]
    public async Task Conditions_reach_REST_and_stand_as_pills_that_can_be_taken_away(string path, string trail)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync($"{path}?from=2026-11-20T10:00&class=authorization&principal=usr_x%26y&order=oldest");
        Assert.Contains($"GET /v1/tenants/{trail}/audit-events?pageSize=20&from=2026-11-20T10%3A00%3A00Z&class=authorization&principal=usr_x%26y&orderBy=sequence", console.Management.Asked);
        Assert.Equal(["From: 2026-11-20 10:00 UTC", "Class: Authorization", "Principal: usr_x&y", "Order: oldest"], page.QuerySelectorAll(".filter-pill span").Select(pill => pill.TextContent));
        Assert.Equal($"{path}?from=2026-11-20T10%3A00&principal=usr_x%26y&order=oldest", page.QuerySelectorAll(".filter-pill")[1].GetAttribute("href"));
        Assert.Equal("2026-11-20T10:00", page.QuerySelector("input[name=from]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Pages_keep_the_conditions()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Events.AddRange(Enumerable.Range(1, 60).Select(number => FakeManagement.Event(number, "tools/call")));
        var page = await console.OpenAsync("/tenants/acme/audit?outcome=ok");
        Assert.Equal("/tenants/acme/audit?outcome=ok&pageToken=20", page.QuerySelector(".pager a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_condition_that_REST_refuses_is_told_beside_its_field()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Add((_, path, _) => path is [.., "audit-events"] ? FakeAnswer.Invalid("correlation", "32 hexadecimal digits.") : null);
        using var response = await console.GetAsync("/tenants/acme/audit?correlation=x");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Contains("32 hexadecimal digits.", page.GetElementById("f-correlation-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("x", page.GetElementById("f-correlation")!.GetAttribute("value"));
    }

    [Fact]
    public async Task An_empty_page_of_a_longer_search_says_that_there_is_more()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Add((_, path, _) => path is [.., "audit-events"] ? new FakeAnswer(200, new JsonObject { ["items"] = new JsonArray(), ["nextPageToken"] = "t" }) : null);
        var page = await console.OpenAsync("/tenants/acme/audit?outcome=rare");
        Assert.Contains("Nothing so far", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/tenants/acme/audit?outcome=rare&pageToken=t", page.QuerySelector(".pager a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task An_event_leads_to_everything_of_its_request()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Events.Add(FakeManagement.Event(7, "tools/call"));
        Assert.Contains("/tenants/acme/audit?correlation=0af7651916cd43dd", (await console.OpenAsync("/tenants/acme/audit")).QuerySelectorAll(".trail-more a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task A_file_has_the_conditions_and_is_never_shown_as_a_page()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Add((_, path, _) => path is [.., "audit-events:export"] ? new FakeAnswer(200, new JsonObject { ["html"] = "<script>alert(1)</script>" }) : null);
        using var response = await console.GetAsync("/tenants/acme/audit/export?class=administration&format=csv&count=7&pageSize=1");
        Assert.Contains("GET /v1/tenants/acme/audit-events:export?class=administration&format=csv&count=10000", console.Management.Asked);
        Assert.Equal(("application/octet-stream", "attachment"), (response.Content.Headers.ContentType!.ToString(), response.Content.Headers.ContentDisposition!.DispositionType));
    }

    [Theory]
    [InlineData("/tenants/acme/audit/live/events", "acme")]
    [InlineData("/audit/live/events", "_sys")]
    public async Task The_tail_goes_on_where_the_browser_was(string path, string trail)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Add((_, parts, _) => parts is [.., "audit-events:stream"] ? new FakeAnswer(200, []) : null);
        using var response = await console.AskAsync(path + "?class=authentication&from=2026-11-20", ("Last-Event-ID", "41"));
        Assert.Contains($"GET /v1/tenants/{trail}/audit-events:stream?class=authentication", console.Management.Asked);
        Assert.Equal("41", console.Management.Headers["Last-Event-ID"]);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("same-origin", string.Join(',', response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("/tenants/acme/audit/live/events")]
    [InlineData("/tenants/acme/audit/export")]
    [InlineData("/audit/live/events")]
    [InlineData("/audit/export")]
    [Trait("Control", "AU-6")]
    public async Task Nobody_gets_a_file_or_a_feed_without_a_session(string path)
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Empty(console.Management.Asked);
    }

    [Theory]
    [InlineData("/tenants/nobody/audit/live/events")]
    [InlineData("/tenants/nobody/audit/export")]
    [InlineData("/tenants/..%2f..%2fplatform/audit/export")]
    [Trait("Control", "ER-1")]
    public async Task A_trail_that_is_not_ones_own_is_not_there(string path)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("platform", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tails_page_has_the_latest_events_without_scripts_and_the_token_nowhere()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Events.Add(FakeManagement.Event(7, "tools/call"));
        using var response = await console.GetAsync("/tenants/acme/audit/live?class=toolExecution");
        var text = await response.Content.ReadAsStringAsync();
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.NotNull(page.QuerySelector("details[data-sequence='7']"));
        Assert.Equal("/tenants/acme/audit/live/events?class=toolExecution", page.QuerySelector("[data-tail]")!.GetAttribute("data-tail"));
        Assert.DoesNotContain("mcps_", text, StringComparison.Ordinal);
    }
}
