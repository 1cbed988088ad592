using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Tenants;

/// <summary>What holds a tenant back is seen and let go on its page, by two people where it takes two (IR-2, IR-4).</summary>
public sealed class ContainmentTests
{
    [Fact]
    [Trait("Control", "IR-4")]
    public async Task One_operator_asks_for_a_resumption_and_another_approves_it_on_the_page()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        (console.Management.ResumeNeedsTwo, console.Management.Tenants[0]["status"]) = (true, "suspended");
        using var asked = await console.SubmitAsync("/tenants/acme", "resume");
        Assert.Equal(("/tenants/acme", "suspended"), (asked.Headers.Location!.ToString(), (string?)console.Management.Tenants[0]["status"]));

        var page = await console.OpenAsync("/tenants/acme");
        Assert.Contains("usr_ann asked for it", page.Body!.TextContent.ReplaceLineEndings(" "), StringComparison.Ordinal);
        using var approved = await console.SubmitAsync("/tenants/acme", "approve-resume");

        Assert.Equal(("/tenants/acme", "active"), (approved.Headers.Location!.ToString(), (string?)console.Management.Tenants[0]["status"]));
    }

    [Fact]
    [Trait("Control", "IR-4")]
    public async Task Whoever_asked_is_told_that_somebody_else_approves()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        (console.Management.ResumeNeedsTwo, console.Management.Tenants[0]["status"]) = (true, "suspended");
        using var asked = await console.SubmitAsync("/tenants/acme", "resume");
        console.Management.Refusal = ("/v1/tenants/acme:approveResume", 403, new JsonObject { ["title"] = "Permission denied", ["code"] = "permission-denied", ["detail"] = "Whoever asked for the resumption cannot approve it; another operator has to." });

        using var refused = await console.SubmitAsync("/tenants/acme", "approve-resume");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("another operator has to", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("suspended", (string?)console.Management.Tenants[0]["status"]);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Read_only_mode_is_entered_seen_and_left()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var frozen = await console.SubmitAsync("/tenants/acme", "make-read-only");
        Assert.Contains("This tenant is read-only", (await console.OpenAsync("/tenants/acme")).Body!.TextContent, StringComparison.Ordinal);

        using var thawed = await console.SubmitAsync("/tenants/acme", "make-writable");

        Assert.Equal(("/tenants/acme", null), (thawed.Headers.Location!.ToString(), console.Management.Tenants[0]["readOnly"]));
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task What_is_in_quarantine_is_listed_as_text_and_released_one_by_one()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tenants[0]["quarantine"] = new JsonArray(
            new JsonObject { ["kind"] = "tool", ["name"] = "echo", ["restriction"] = FakeManagement.Restriction("<script>alert(1)</script>") },
            new JsonObject { ["kind"] = "prompt", ["name"] = "ask", ["restriction"] = FakeManagement.Restriction() });
        var page = await console.OpenAsync("/tenants/acme");
        Assert.Contains("<script>alert(1)</script>", page.Body!.TextContent, StringComparison.Ordinal);

        using var released = await console.SubmitAsync("/tenants/acme", "release-tool-echo");

        Assert.Equal("/tenants/acme", released.Headers.Location!.ToString());
        Assert.Equal("ask", Assert.Single(console.Management.Tenants[0]["quarantine"]!.AsArray())!["name"]!.GetValue<string>());
        Assert.Equal("tool", (string?)console.Management.Bodies[^1]["kind"]);
    }
}
