using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Tenants;

public sealed class LastHourTests
{
    [Fact]
    public async Task The_overview_shows_calls_errors_and_what_fires_with_the_numbers_in_tables()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "ends soon", "active", DateTimeOffset.UtcNow.AddDays(3).ToString("O")));
        console.Management.More.Add((_, path, _) => path switch
        {
            ["v1", "tenants", "acme", "alert-metrics", var metric] => new FakeAnswer(200, Series(metric)),
            ["v1", "tenants", "acme", "alerts"] => FakeAnswer.Page([Alert("<script>alert(1)</script>")]),
            _ => null,
        });
        var page = await console.OpenAsync("/tenants/acme");
        Assert.Equal(["Requests", "Errors", "Rate limited (429)", "Failed authentication"], page.QuerySelectorAll(".chart-title").Select(title => title.TextContent));
        Assert.Equal(["30", "3", "30", "30"], page.QuerySelectorAll(".chart-figure").Select(figure => figure.TextContent));
        Assert.Equal("30 requests admitted, of agents and of the management API in the last hour, at most 20 in one minute.", page.QuerySelector(".chart desc")!.TextContent);
        Assert.Equal(2, page.QuerySelector(".chart table")!.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("<script>alert(1)</script>", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("a[href='/tenants/acme/keys/k1/rotate']"));
    }

    private static JsonObject Series(string metric) => new()
    {
        ["metric"] = metric,
        ["from"] = "2026-11-20T10:00:00Z",
        ["to"] = "2026-11-20T10:02:00Z",
        ["stepSeconds"] = 60,
        ["points"] = new JsonArray(Point("2026-11-20T10:00:00Z", 10, 10), Point("2026-11-20T10:01:00Z", 10, 20)),
    };

    private static JsonObject Point(string at, int value, int sample) => new() { ["at"] = at, ["value"] = value, ["sample"] = sample };

    private static JsonObject Alert(string rule) => new()
    {
        ["number"] = 1,
        ["id"] = "alr_1",
        ["rule"] = rule,
        ["signal"] = "auth_failures_per_minute",
        ["state"] = "firing",
        ["threshold"] = 10,
        ["windowSeconds"] = 60,
        ["value"] = 12,
        ["peak"] = 14,
        ["firedAt"] = "2026-11-20T10:00:00Z",
        ["told"] = true,
    };
}
