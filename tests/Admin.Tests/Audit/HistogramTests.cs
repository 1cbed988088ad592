using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Audit;

/// <summary>The bars above a trail: what they say, and where they lead.</summary>
public sealed class HistogramTests
{
    [Theory]
    [InlineData("/tenants/acme/audit", "acme")]
    [InlineData("/audit", "_sys")]
    public async Task A_bar_leads_to_the_search_of_its_time_with_the_other_conditions(string path, string trail)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync($"{path}?from=2026-11-20T10:00&class=authorization&order=oldest");
        Assert.Contains($"GET /v1/tenants/{trail}/audit-events:histogram?buckets=48&from=2026-11-20T10%3A00%3A00Z&class=authorization", console.Management.Asked);
        var bars = page.QuerySelectorAll(".chart a.chart-link");
        Assert.Equal(["20 Nov 2026 10:00:00 to 10:15:00: 3 events", "20 Nov 2026 10:30:00 to 10:45:00: 1 event"], bars.Select(bar => bar.GetAttribute("aria-label")));
        Assert.Equal($"{path}?from=2026-11-20T10%3A30&to=2026-11-20T10%3A45&class=authorization&order=oldest", bars[1].GetAttribute("href"));
        Assert.Equal("4 events", page.QuerySelector(".chart-figure")!.TextContent);
    }

    [Fact]
    public async Task The_numbers_stand_in_a_table_with_the_same_links()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync("/tenants/acme/audit");
        Assert.Equal(["1 event", "0 events", "3 events"], page.QuerySelectorAll(".chart-data td.num").Select(cell => cell.TextContent));
        Assert.Equal("/tenants/acme/audit?from=2026-11-20T10%3A15&to=2026-11-20T10%3A30", page.QuerySelectorAll(".chart-data td a")[1].GetAttribute("href"));
        Assert.All(page.QuerySelectorAll(".chart-link"), link => Assert.Equal("-1", link.GetAttribute("tabindex")));
    }

    [Fact]
    public async Task A_number_that_may_be_higher_says_so()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Histogram = FakeManagement.Counted(-2, 5);
        var page = await console.OpenAsync("/tenants/acme/audit?outcome=ok");
        Assert.Equal("at least 7 events", page.QuerySelector(".chart-figure")!.TextContent);
        Assert.Equal("20 Nov 2026 10:00:00 to 10:15:00: at least 2 events", page.QuerySelector(".chart-link")!.GetAttribute("aria-label"));
    }

    [Fact]
    public async Task A_stretch_with_parts_of_seconds_is_searched_whole()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Histogram = FakeManagement.Counted(4);
        console.Management.Histogram["buckets"]![0]!["from"] = "2026-11-20T10:00:05.25Z";
        console.Management.Histogram["buckets"]![0]!["to"] = "2026-11-20T10:00:06.75Z";
        var page = await console.OpenAsync("/tenants/acme/audit");
        var link = page.QuerySelector(".chart-link")!.GetAttribute("href")!;
        Assert.Equal("/tenants/acme/audit?from=2026-11-20T10%3A00%3A05&to=2026-11-20T10%3A00%3A07", link);
        await console.OpenAsync(link);
        Assert.Contains(console.Management.Asked, asked => asked.EndsWith("/audit-events?pageSize=20&from=2026-11-20T10%3A00%3A05Z&to=2026-11-20T10%3A00%3A07Z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trail_that_cannot_be_counted_is_listed_all_the_same()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Events.Add(FakeManagement.Event(7, "tools/call"));
        console.Management.More.Add((_, path, _) => path is [.., "audit-events:histogram"] ? new FakeAnswer(503) : null);
        var page = await console.OpenAsync("/tenants/acme/audit");
        Assert.NotNull(page.QuerySelector(".trail-row"));
        Assert.Null(page.QuerySelector(".chart"));
        Assert.Contains("not known right now", page.QuerySelector("p.hint")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_drawn_of_nothing_and_no_further_page_counts_again()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Histogram = new JsonObject { ["from"] = "2026-11-20T10:00:00Z", ["to"] = "2026-11-20T10:00:00Z", ["complete"] = true, ["buckets"] = new JsonArray() };
        Assert.Null((await console.OpenAsync("/tenants/acme/audit")).QuerySelector(".chart"));
        var asked = console.Management.Asked.Count(one => one.Contains(":histogram", StringComparison.Ordinal));
        await console.OpenAsync("/tenants/acme/audit?pageToken=40");
        Assert.Equal(asked, console.Management.Asked.Count(one => one.Contains(":histogram", StringComparison.Ordinal)));
    }
}
