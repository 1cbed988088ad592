using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class AuditPagesTests
{
    [Fact]
    public async Task A_row_unfolds_to_every_member_and_the_hash()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Events.Add(FakeManagement.Event(7, "tools/call", "toolExecution", "rate-limited", "weather"));
        var row = (await console.OpenAsync("/tenants/acme/audit")).QuerySelector("details.trail-row")!;
        Assert.Equal(
            ["sequence", "v", "id", "at", "tenant", "class", "action", "outcome", "principal", "target", "correlation", "durationUs", "hash"],
            row.QuerySelectorAll("dt").Select(name => name.TextContent));
        Assert.Contains(new string('c', 64), row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Tool execution", row.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_change_changed_is_told_member_by_member_and_as_text()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var changed = FakeManagement.Event(7, "roles/replace", "administration", "ok", "acme/editor");
        changed["event"]!["changes"] = JsonNode.Parse("""{"allow":{"before":["tools:read"],"after":["tools:read","<b>tools</b>"]},"limit":{"after":{"burst":5}}}""");
        console.Management.Events.Add(changed);

        var row = (await console.OpenAsync("/tenants/acme/audit")).QuerySelector("details.trail-row")!;

        Assert.Equal(
            [("allow", "was tools:read", "is tools:read, <b>tools</b>"), ("limit", "was —", """is {"burst":5}""")],
            row.QuerySelectorAll(".change").Select(line => (line.QuerySelector("dt")!.TextContent, line.QuerySelector("del")!.TextContent, line.QuerySelector("ins")!.TextContent)));
        Assert.DoesNotContain("changes", row.QuerySelectorAll("dt").Select(name => name.TextContent));
        Assert.Null(row.QuerySelector("b"));
    }

    [Theory]
    [InlineData("/tenants/acme/audit")]
    [InlineData("/audit")]
    public async Task A_sound_trail_is_told(string path)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync(path, "verify");
        Assert.Contains("3 events verified", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_trail_is_told_with_the_first_event_that_does_not_fit()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Verification = new() { ["events"] = 16, ["head"] = "ab12", ["firstBad"] = 17, ["fault"] = "hash-mismatch" };
        using var response = await console.SubmitAsync("/tenants/acme/audit", "verify");
        var banner = (await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner-bad")!;
        Assert.Contains("Event 17", banner.TextContent, StringComparison.Ordinal);
        Assert.Contains("hash-mismatch", banner.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_another_version_is_shown_as_it_is()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Events.Add(new() { ["sequence"] = 1, ["hash"] = "aa", ["event"] = new System.Text.Json.Nodes.JsonObject { ["v"] = 9, ["at"] = 12, ["novel"] = new System.Text.Json.Nodes.JsonArray(1, 2) } });
        var row = (await console.OpenAsync("/tenants/acme/audit")).QuerySelector("details.trail-row")!;
        Assert.Contains("[1,2]", row.TextContent, StringComparison.Ordinal);
    }
}
