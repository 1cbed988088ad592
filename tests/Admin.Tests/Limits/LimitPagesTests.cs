using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Limits;

/// <summary>Limits, quotas and plans are seen with their ceilings and changed over the version that was read (IN-8).</summary>
[Trait("Control", "IN-8")]
public sealed class LimitPagesTests
{
    private const string Edit = "/tenants/acme/limits/edit";

    [Fact]
    public async Task The_page_shows_quotas_the_plan_and_how_full_buckets_are()
    {
        await using var console = await LimitedAsync();
        var page = await console.OpenAsync("/tenants/acme/limits");
        var meters = page.QuerySelectorAll(".meter svg").Select(meter => meter.GetAttribute("aria-label")).ToArray();
        Assert.Equal(["Today: 850 of 1,000", "tool: 4 of 10"], meters);
        Assert.StartsWith("This month1,204 usedNo quota of a month is set. Counted anew", page.QuerySelector("#live-quotas .unbounded")!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("gold", page.Body!.TextContent, StringComparison.Ordinal);
        var key = page.QuerySelectorAll("tbody tr").Single(row => row.TextContent.Contains("Each key", StringComparison.Ordinal));
        Assert.Contains("600 / min, burst 100", key.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "/tenants/acme/limits/edit", "/plans/gold/edit")]
    [InlineData("tenants:read rate-limits:*", "/tenants/acme/limits/edit")]
    [InlineData("tenants:read rate-limits:read rate-limit-plans:write rate-limit-plans:read", "/plans/gold/edit")]
    [InlineData("tenants:read rate-limits:read")]
    public async Task Without_a_quota_it_says_so_and_leads_to_one_whoever_may_set_it(string grants, params string[] ways)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var watch = FakeWatch.In(console.Management);
        (watch.HasQuota, console.Management.Grants) = (false, grants.Split(' '));
        var card = (await console.OpenAsync("/tenants/acme/limits")).QuerySelector("#live-quotas")!;
        Assert.Equal("No quota is set. No request is refused for how many there were, and they are not counted: counting begins with the first quota. While there was one, 1,204 were used this month.", card.TextContent.Trim());
        Assert.Empty(card.QuerySelectorAll(".meter"));
        Assert.Equal(ways, card.ParentElement!.QuerySelectorAll("a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task The_buckets_of_a_key_are_asked_for_by_a_form_with_GET()
    {
        await using var console = await LimitedAsync();
        using var page = await console.GetAsync("/tenants/acme/limits?subject=key&named=a%26b");
        Assert.Contains("GET /v1/tenants/acme/rate-limits/usage?key=a%26b", console.Management.Asked);
    }

    [Fact]
    public async Task Limits_are_saved_whole_over_the_version_that_was_read()
    {
        await using var console = await LimitedAsync();
        using var response = await console.SubmitAsync(Edit, "limits", ("tenant.permitsPerMinute", "60"), ("tenant.burst", "5"), ("quota.perDay", "100"), ("methods-0.name", "tools/list"), ("methods-0.cost", "2"),
            ("tools-0.name", "memory_set"), ("tools-0.perMinute", "30"), ("tools-0.burst", "3"), ("tools-1.name", ""), ("intent", "save"));
        Assert.Equal("/tenants/acme/limits?done=saved", response.Headers.Location!.ToString());
        Assert.Equal("\"3\"", console.Management.Headers["If-Match"]);
        var body = console.Management.Bodies[^1];
        Assert.Equal((60, 5, 100, 2, 30), ((int)body["tenant"]!["permitsPerMinute"]!, (int)body["tenant"]!["burst"]!, (int)body["quota"]!["perDay"]!, (int)body["methods"]!["tools/list"]!["cost"]!, (int)body["tools"]!["memory_set"]!["limit"]!["permitsPerMinute"]!));
        Assert.Null(body["key"]);
        Assert.Single(body["tools"]!.AsObject());
    }

    [Fact]
    public async Task More_lines_keep_what_was_typed_and_save_nothing()
    {
        await using var console = await LimitedAsync();
        using var response = await console.SubmitAsync(Edit, "limits", ("tools-0.name", "echo"), ("tools-0.cost", "3"), ("intent", "more"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal("echo", page.QuerySelector("input[name='tools-0.name']")!.GetAttribute("value"));
        Assert.NotNull(page.QuerySelector("input[name='tools-2.name']"));
        Assert.DoesNotContain(console.Management.Asked, asked => asked.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tenant.permitsPerMinute", "f-tenant-permitsPerMinute-error")]
    [InlineData("address.burst", "f-address-burst-error")]
    [InlineData("quota.perDay", "f-quota-perDay-error")]
    [InlineData("tools.echo.cost", "f-tools-0-cost-error")]
    [InlineData("tools.echo.limit.burst", "f-tools-0-burst-error")]
    [InlineData("tools.echo", "f-tools-0-name-error")]
    public async Task What_REST_refuses_is_told_beside_its_field(string member, string id)
    {
        await using var console = await LimitedAsync();
        console.Management.Refusal = ("/v1/tenants/acme/rate-limits", 400, new JsonObject { ["title"] = "Invalid", ["errors"] = new JsonObject { [member] = new JsonArray("The plan 'gold' has at most 5.") } });
        using var response = await console.SubmitAsync(Edit, "limits", ("tools-0.name", "echo"), ("tools-0.cost", "3"), ("intent", "save"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Contains("The plan 'gold' has at most 5.", page.GetElementById(id)!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("at most 5", page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key.permitsPerMinute", "10", "f-key-burst-error")]
    [InlineData("quota.perMonth", "many", "f-quota-perMonth-error")]
    public async Task Half_a_rule_and_what_is_no_number_are_told_beside_their_field(string name, string value, string id)
    {
        await using var console = await LimitedAsync();
        using var response = await console.SubmitAsync(Edit, "limits", (name, value), ("intent", "save"));
        Assert.NotNull((await ConsoleApplication.ReadAsync(response)).GetElementById(id));
    }

    [Fact]
    public async Task A_tool_that_is_there_twice_is_refused()
    {
        await using var console = await LimitedAsync();
        using var response = await console.SubmitAsync(Edit, "limits", ("tools-0.name", "echo"), ("tools-0.cost", "3"), ("tools-1.name", "echo"), ("tools-1.cost", "4"), ("intent", "save"));
        Assert.Contains("It is there twice.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(412, "Somebody changed the limits meanwhile")]
    [InlineData(403, "Permission denied")]
    public async Task What_was_not_saved_says_why(int status, string text)
    {
        await using var console = await LimitedAsync();
        console.Management.Refusal = ("/v1/tenants/acme/rate-limits", status, new JsonObject { ["title"] = "Permission denied" });
        using var response = await console.SubmitAsync(Edit, "limits", ("intent", "save"));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(text, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gold", "PUT")]
    [InlineData("", "DELETE")]
    public async Task An_operator_gives_a_plan_and_takes_it(string plan, string method)
    {
        await using var console = await LimitedAsync();
        using var response = await console.SubmitAsync("/tenants/acme/limits", "plan", ("plan", plan));
        Assert.Equal("/tenants/acme/limits?done=plan", response.Headers.Location!.ToString());
        Assert.Contains($"{method} /v1/tenants/acme/rate-limit-plan", console.Management.Asked);
    }

    [Fact]
    public async Task A_tenants_own_people_are_offered_no_plans_and_ask_for_none()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.Tenants.Add(FakeManagement.Tenant("acme", "Acme Robotics"));
        console.Management.TenantSlug = "acme";
        FakeWatch.In(console.Management);
        using var login = await console.SubmitAsync("/login", "login", ("user", "admin"), ("password", FakeManagement.Password), ("tenant", "acme"));
        var page = await console.OpenAsync("/tenants/acme/limits");
        Assert.Null(page.QuerySelector("select[name=plan]"));
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("rate-limit-plans", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_is_made_changed_and_deleted()
    {
        await using var console = await LimitedAsync();
        using var made = await console.SubmitAsync("/plans/new", "plan", ("plan", "silver"), ("description", "less"), ("key.permitsPerMinute", "60"), ("key.burst", "6"), ("intent", "save"));
        Assert.Equal(("/plans?done=saved", "*"), (made.Headers.Location!.ToString(), console.Management.Headers["If-None-Match"]));
        using var changed = await console.SubmitAsync("/plans/gold/edit", "plan", ("isDefault", "true"), ("intent", "save"));
        Assert.Equal(("/plans?done=saved", "\"7\""), (changed.Headers.Location!.ToString(), console.Management.Headers["If-Match"]));
        Assert.True((bool)console.Management.Bodies[^1]["isDefault"]!);
        using var deleted = await console.SubmitAsync("/plans/gold/delete", "delete-plan");
        Assert.Equal("/plans?done=deleted", deleted.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("plan", "Not A Name", "f-plan-error")]
    [InlineData("key.burst", "x", "f-key-burst-error")]
    public async Task A_plan_that_cannot_be_is_told_beside_its_field(string name, string value, string id)
    {
        await using var console = await LimitedAsync();
        using var response = await console.SubmitAsync("/plans/new", "plan", [.. new[] { ("plan", "silver"), ("intent", "save") }.Where(pair => pair.Item1 != name), (name, value)]);
        Assert.NotNull((await ConsoleApplication.ReadAsync(response)).GetElementById(id));
    }

    [Fact]
    public async Task A_plan_in_use_is_kept_and_says_so()
    {
        await using var console = await LimitedAsync();
        console.Management.Refusal = ("/v1/rate-limit-plans/gold", 409, new JsonObject { ["title"] = "Conflict", ["detail"] = "A tenant has it." });
        using var response = await console.SubmitAsync("/plans/gold/delete", "delete-plan");
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("This plan is in use", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<ConsoleApplication> LimitedAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        FakeWatch.In(console.Management);
        return console;
    }
}
