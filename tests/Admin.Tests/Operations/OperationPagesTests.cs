using System.Net;
using AngleSharp.Dom;

namespace Platform.Admin.Tests.Operations;

/// <summary>Operators see silos, grains, storage, the trails' health and what goes on for long; who may not is told so.</summary>
public sealed class OperationPagesTests
{
    [Fact]
    public async Task Each_silo_says_how_it_is_and_one_that_does_not_answer_is_shown_all_the_same()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync("/operations");
        var rows = page.QuerySelectorAll("tbody").Single(body => body.TextContent.Contains("Does not answer", StringComparison.Ordinal)).QuerySelectorAll("tr");
        Assert.Equal(["Active", "Does not answer", "Gone"], rows.Select(row => row.QuerySelector(".pill")!.TextContent.Trim()));
        Assert.Contains("512 MiB of 2 GiB", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal(["2", "1,200", "5 MiB"], page.QuerySelectorAll(".facts dd").Take(3).Select(fact => fact.TextContent.Trim()));
        Assert.Contains("1 GiB of 10 GiB left", page.QuerySelector(".meters")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(page.QuerySelectorAll(".side-nav a[aria-current=page]"), link => link.GetAttribute("href") == "/operations");
    }

    [Fact]
    [Trait("Control", "AL-4")]
    public async Task A_sink_that_fails_and_a_trail_that_is_not_what_it_was_are_seen_at_once()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync("/operations");
        Assert.Contains("A sink fails", page.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1,200 events behind", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /v1/audit-findings", console.Management.Asked);

        await using var bad = await FilledAsync(fake => (fake.Audit["findings"], fake.Audit["fault"]) = (1, "findings 1"));
        var found = await bad.OpenAsync("/operations");
        Assert.Contains("Look at once", found.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("from record 42 on", found.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_asked_now_leaves_the_rest_of_the_page()
    {
        await using var console = await FilledAsync(fake => fake.Stores = false);
        using var response = await console.GetAsync("/operations");
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("What is stored is not known now", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("tbody tr"));
    }

    [Fact]
    public async Task The_last_hour_of_all_tenants_is_drawn_for_who_may_read_it_and_for_nobody_else()
    {
        await using var console = await FilledAsync();
        FakeWatch.In(console.Management);
        var page = await console.OpenAsync("/operations");
        Assert.Equal(4, page.QuerySelectorAll("#live-hour[data-live] .charts > *").Length);
        Assert.Contains("GET /v1/platform/alert-metrics/error_rate_percentage?step=60", console.Management.Asked);

        await using var other = await FilledAsync();
        FakeWatch.In(other.Management);
        other.Management.Grants = ["platform-health:read", "sessions:own"];
        Assert.Empty((await other.OpenAsync("/operations")).QuerySelectorAll(".charts"));
        Assert.DoesNotContain(other.Management.Asked, asked => asked.Contains("/alert", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Control", "AZ-1")]
    [InlineData("/operations")]
    [InlineData("/operations/grains")]
    public async Task Who_may_not_see_it_is_told_so(string path)
    {
        await using var console = await FilledAsync(fake => fake.Allowed = false);
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty((await ConsoleApplication.ReadAsync(response)).QuerySelectorAll("table"));
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_tenants_user_has_no_such_section()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.TenantSlug = "acme";
        console.Management.Tenants.Add(FakeManagement.Tenant("acme", "Acme Robotics"));
        using var signedIn = await console.SubmitAsync("/login", "login", ("tenant", "acme"), ("user", "admin"), ("password", FakeManagement.Password));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        var page = await console.OpenAsync("/tenants/acme");
        Assert.DoesNotContain(page.QuerySelectorAll(".side-nav a"), link => link.GetAttribute("href") is "/operations" or "/webhooks");
    }

    [Fact]
    public async Task Work_is_found_by_its_state_and_says_which_step_fails()
    {
        await using var console = await FilledAsync();
        var list = await console.OpenAsync("/operations/work?state=running");
        Assert.Contains("GET /v1/operations?pageSize=50&state=running", console.Management.Asked);
        Assert.Equal("/operations/work/" + FakeOperations.Purge, list.QuerySelector("tbody a")!.GetAttribute("href"));
        var work = await console.OpenAsync("/operations/work/" + FakeOperations.Purge);
        Assert.Equal("Failing", work.QuerySelector("h1 .pill")!.TextContent.Trim());
        Assert.Equal(["good", "bad"], work.QuerySelectorAll(".timeline li").Select(step => step.ClassName));
    }

    private static async Task<ConsoleApplication> FilledAsync(Action<FakeOperations>? prepare = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var operations = FakeOperations.In(console.Management);
        prepare?.Invoke(operations);
        return console;
    }
}
