using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Tests.Tenants;

public sealed class TenantPagesTests
{
    private static readonly (string, string)[] Limits = [("rateLimit.permitsPerMinute", "100"), ("rateLimit.burst", "20")];

    [Fact]
    public async Task A_console_without_tenants_offers_to_create_one()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tenants.Clear();
        var page = await console.OpenAsync("/tenants");
        Assert.Contains("No tenants yet", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector(".empty a[href='/tenants/new']"));
    }

    [Fact]
    public async Task Creating_goes_on_to_the_first_key_and_ends_in_a_configuration_that_works()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Roles.Add(FakePeople.Role("power-user", ["tools:read", "tools:call"]));
        using var response = await console.SubmitAsync("/tenants/new", "new-tenant", [("slug", "globex"), ("displayName", "Globex"), ("auditMode", "batched"), .. Limits]);
        const string Next = "/tenants/globex/keys/new?first=true";
        Assert.Equal(Next, response.Headers.Location!.ToString());
        Assert.Equal("batched", (string?)console.Management.Bodies[^1]["auditMode"]);
        Assert.Equal(20, (int?)console.Management.Bodies[^1]["rateLimit"]!["burst"]);
        var step = await console.OpenAsync(Next);
        Assert.Contains("The tenant is ready", step.QuerySelector(".banner-good")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("First agent", true, "/tenants/globex"), (step.QuerySelector("[name=name]")!.GetAttribute("value"), step.QuerySelector("[name=roles][value=power-user]")!.HasAttribute("checked"), step.QuerySelector(".form-foot a")!.GetAttribute("href")));
        using var issued = await console.SubmitAsync(Next, "new-key", ("name", "First agent"), ("roles", "power-user"), ("expires", "90d"));
        var revealed = await ConsoleApplication.ReadAsync(issued);
        Assert.Contains(revealed.QuerySelectorAll(".snippet[open] pre"), block => block.TextContent.Contains(FakeManagement.Secret, StringComparison.Ordinal) && block.TextContent.Contains("https://mcp.example.com/t/globex/mcp", StringComparison.Ordinal));
        Assert.Equal("/tenants/globex", revealed.QuerySelector(".gate-link")!.GetAttribute("href"));

        var page = await console.OpenAsync("/tenants/globex?created=true");
        Assert.Equal(6, page.QuerySelectorAll("pre").Count(block => block.TextContent.Contains("https://mcp.example.com/t/globex/mcp", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Not A Slug", HttpStatusCode.BadRequest, "Use 1 to 40 lower-case letters.")]
    [InlineData("acme", HttpStatusCode.Conflict, "This slug is taken.")]
    public async Task REST_errors_stand_at_their_field_and_the_form_keeps_what_was_typed(string slug, HttpStatusCode status, string message)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/new", "new-tenant", [("slug", slug), ("displayName", "Kept"), .. Limits]);
        var page = await ConsoleApplication.ReadAsync(response);
        var input = page.QuerySelector<IHtmlInputElement>("input[name=slug]")!;
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(slug, input.Value);
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Contains(message, page.GetElementById("f-slug-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Kept", page.QuerySelector<IHtmlInputElement>("input[name=displayName]")!.Value);
    }

    [Fact]
    public async Task A_browser_judges_a_slug_as_the_server_does_in_the_same_words()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var input = (await console.OpenAsync("/tenants/new")).QuerySelector<IHtmlInputElement>("input[name=slug]")!;
        var pattern = new Regex($"^(?:{input.Pattern})$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
        foreach (var slug in new[] { "a", "7", "acme", "acme-eu-2", "-acme", "acme-", "a--b", "Acme", "ac me", "ac_me", "ä", "-", new string('a', 40), new string('a', 41) })
        {
            Assert.Equal((slug, TenantSlug.IsValid(slug)), (slug, pattern.IsMatch(slug) && slug.Length <= input.MaxLength));
        }

        // Words for the one are a promise of the other: a field that cannot be read as a number keeps REST from being asked, and REST's rules speak.
        using var refused = await console.SubmitAsync("/tenants/new", "new-tenant", ("slug", "Not A Slug"), ("rateLimit.permitsPerMinute", "many"), ("rateLimit.burst", "20"));
        Assert.Equal(input.Title, (await ConsoleApplication.ReadAsync(refused)).GetElementById("f-slug-error")!.TextContent.Trim());
    }

    [Fact]
    public async Task A_limit_that_is_no_number_is_told_at_its_field()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/new", "new-tenant", ("slug", "globex"), ("rateLimit.permitsPerMinute", "many"), ("rateLimit.burst", "1"));
        Assert.Contains("Enter a whole number", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(console.Management.Tenants);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Suspending_needs_the_slug_typed()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var wrong = await console.SubmitAsync("/tenants/acme/suspend", "suspend", ("confirm", "acne"), ("reason", "abuse"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal("active", (string?)console.Management.Tenants[0]["status"]);
        using var right = await console.SubmitAsync("/tenants/acme/suspend", "suspend", ("confirm", "acme"), ("reason", "abuse"));
        Assert.Equal("/tenants/acme", right.Headers.Location!.ToString());
        Assert.Equal("suspended", (string?)console.Management.Tenants[0]["status"]);
        Assert.Equal("abuse", (string?)console.Management.Tenants[0]["suspendedReason"]);
    }

    [Fact]
    public async Task A_suspended_tenant_can_be_resumed()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tenants[0]["status"] = "suspended";
        using var response = await console.SubmitAsync("/tenants/acme", "resume");
        Assert.Equal("/tenants/acme", response.Headers.Location!.ToString());
        Assert.Equal("active", (string?)console.Management.Tenants[0]["status"]);
    }

    [Fact]
    public async Task A_search_that_is_not_over_says_so_and_goes_on()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tenants.AddRange(Enumerable.Range(0, 450).Select(number => FakeManagement.Tenant($"b-{number:000}")));
        console.Management.Tenants.Add(FakeManagement.Tenant("zeta"));

        var page = await console.OpenAsync("/tenants?q=ze");
        Assert.Contains("GET /v1/tenants?pageSize=50&name=ze", console.Management.Asked);
        Assert.Contains("Nothing found so far", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        var rest = await console.OpenAsync(page.QuerySelectorAll("main a").Single(link => link.TextContent == "Search on").GetAttribute("href")!);
        Assert.Equal("/tenants/zeta", Assert.Single(rest.QuerySelectorAll("tbody a")).GetAttribute("href"));
        Assert.Contains("Nothing found", (await console.OpenAsync("/tenants?q=nobody&pageToken=300")).QuerySelector("main h2")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_are_relative_with_the_exact_one_at_hand()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var time = (await console.OpenAsync("/tenants")).QuerySelector("tbody time")!;
        Assert.Equal("2026-11-01T08:00:00Z", time.GetAttribute("datetime"));
        Assert.Equal("2026-11-01 08:00:00 UTC", time.GetAttribute("title"));
    }
}
