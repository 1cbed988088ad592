using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Platform.Admin.Access;
using Platform.Admin.Tests.Operations;
using Platform.Admin.Tests.Security;

namespace Platform.Admin.Tests.Access;

/// <summary>Who holds little can use that little: a page needs what it shows, and asks REST for nothing else.</summary>
[Trait("Control", "AZ-3")]
public sealed class NarrowReaderTests
{
    [Theory]
    [InlineData("audit:read", "/audit", "Audit")]
    [InlineData("keys:read", "/keys", "Keys")]
    [InlineData("tools:read", "/catalogue", "Catalogue")]
    [InlineData("principals:read", "/members", "Members", "/client-certificates")]
    [InlineData("rate-limits:read", "/limits", "Limits")]
    [InlineData("tools:read:echo", "/catalogue", "Catalogue")]
    public async Task One_permission_opens_its_section(string permission, string section, string title, params string[] also)
    {
        await using var console = await OfTenantAsync(permission, "sessions:own");
        using var signedIn = await LoginAsync(console);
        Assert.Equal("/tenants/acme" + section, signedIn.Headers.Location!.ToString());

        console.Management.Asked.Clear();
        using var response = await console.GetAsync("/tenants/acme" + section);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(title, page.QuerySelector("h1")!.TextContent.Trim());
        Assert.Equal(["/tenants/acme" + section, .. also.Select(other => "/tenants/acme" + other), "/account"], Rail(page));
        Assert.Equal("/tenants/acme" + section, page.QuerySelector("a.side-home")!.GetAttribute("href"));
        Assert.Empty(Beyond(console.Management, [permission]));
    }

    [Fact]
    public async Task Every_page_asks_for_what_it_says_it_needs_and_for_nothing_else()
    {
        await using var console = await PageTests.FilledAsync("Acme");
        List<string> beyond = [];
        var seen = 0;
        foreach (var path in PageTests.Pages.Select(row => row.Data))
        {
            if (PageNeeds.Of(path) is not { } needs)
            {
                continue;
            }

            seen++;
            string[] grants = [.. needs.Permissions.Concat(needs.AnyOf.Take(1)).Select(permission => PageNeeds.At(permission, path))];
            console.Management.Grants = grants;
            console.Management.Asked.Clear();
            using var response = await console.GetAsync(path);
            Assert.NotEqual((HttpStatusCode.Forbidden, path), (response.StatusCode, path));
            beyond.AddRange(Beyond(console.Management, grants).Select(asked => $"{path} with {string.Join(", ", grants)}: {asked}"));
        }

        Assert.True(beyond.Count == 0, string.Join(Environment.NewLine, beyond));
        Assert.InRange(seen, 80, 1_000);
    }

    [Fact]
    public async Task Only_pages_of_the_tenant_itself_need_the_tenant()
    {
        await using var console = await OfTenantAsync("audit:read", "sessions:own");
        using var signedIn = await LoginAsync(console);
        using var response = await console.GetAsync("/tenants/acme");
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("You need tenants:read", page.QuerySelector(".empty h2")!.TextContent);
        Assert.Equal("/tenants/acme/audit", page.QuerySelector(".empty a")!.GetAttribute("href"));
        Assert.Equal(["/tenants/acme/audit", "/account"], Rail(page));
    }

    [Fact]
    public async Task The_tenant_of_somebody_else_is_none()
    {
        await using var console = await OfTenantAsync("keys:read", "tools:read");
        using var signedIn = await LoginAsync(console);
        foreach (var path in new[] { "/tenants/globex/keys", "/tenants/globex/catalogue", "/tenants/..%2facme/keys" })
        {
            using var response = await console.GetAsync(path);
            var page = await ConsoleApplication.ReadAsync(response);
            Assert.Equal((HttpStatusCode.NotFound, path), (response.StatusCode, path));
            Assert.Equal("There is no such tenant", page.QuerySelector(".empty h2")!.TextContent);
            Assert.Equal("/tenants/acme/keys", page.QuerySelector(".empty a")!.GetAttribute("href"));
            Assert.Equal(["/tenants/acme/keys", "/tenants/acme/catalogue", "/account"], Rail(page));
        }
    }

    [Fact]
    public async Task Who_may_open_nothing_learns_what_is_needed_and_whom_to_ask()
    {
        await using var console = await OfTenantAsync("sessions:own");
        using var signedIn = await LoginAsync(console);
        Assert.Equal("/", signedIn.Headers.Location!.ToString());
        console.Management.Asked.Clear();
        using var response = await console.GetAsync("/");
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("An administrator of acme", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "keys:read", "audit:read", "tools:read", "tenants:read" }, page.QuerySelectorAll(".empty code").Select(code => code.TextContent).ToHashSet());
        Assert.Equal("/account", page.QuerySelector(".empty a")!.GetAttribute("href"));
        Assert.Equal(["GET /v1/sessions/current"], console.Management.Asked);
    }

    [Fact]
    public async Task An_operator_begins_at_the_first_section_that_is_theirs()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Grants = ["platform-incidents:read", "audit:read"];
        using var start = await console.GetAsync("/");
        Assert.Equal("/incidents", start.Headers.Location!.ToString());
        var page = await console.OpenAsync("/tenants/acme/audit");
        Assert.Equal(["/tenants/acme/audit", "/account"], Rail(page));
        using var again = await console.LoginAsync(path: "/login?reason=ended");
        Assert.Equal("/incidents", again.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/tenants/acme/no-such-page")]
    [InlineData("/no-such-page")]
    [InlineData("/tenants/acme/keys/nokey")]
    public async Task An_address_of_nothing_keeps_the_rail_and_leads_to_where_they_may_go(string path)
    {
        await using var console = await OfTenantAsync("keys:read", "audit:read");
        using var signedIn = await LoginAsync(console);
        using var response = await console.GetAsync(path);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(["/tenants/acme/keys", "/tenants/acme/audit", "/account"], Rail(page));
        Assert.Equal("/tenants/acme/keys", page.QuerySelector(".empty a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_session_that_is_over_is_told_so_at_an_address_of_nothing_too()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tokens.Clear();
        using var response = await console.GetAsync("/no-such-page");
        Assert.StartsWith("/login?reason=ended", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What was asked for beside the own session and is none of the grants.</summary>
    private static IEnumerable<string> Beyond(FakeManagement management, string[] grants) => management.Asked
        .Where(asked => asked != "GET /v1/sessions/current")
        .Where(asked => asked.Split(' ', '?') is [var method, var path, ..] && DescribedCalls.Find(method, path) is { } operation
            && !grants.Any(grant => DescribedCalls.PermissionOf(operation) is { } described && (IsOfOperators(path) ? "platform-" + described : described) is var needed && (grant == needed || grant.StartsWith(needed + ":", StringComparison.Ordinal))));

    /// <summary>Things of operators that go by the tenant <c>_sys</c>, whose permissions have the prefix.</summary>
    private static bool IsOfOperators(string path) => path.StartsWith("/v1/tenants/_sys/sessions", StringComparison.Ordinal) || path.StartsWith("/v1/tenants/_sys/principals", StringComparison.Ordinal) || path == "/v1/tenants/_sys/login-policy";

    private static async Task<ConsoleApplication> OfTenantAsync(params string[] grants)
    {
        var console = await ConsoleApplication.StartAsync();
        console.Management.TenantSlug = "acme";
        console.Management.Grants = grants;
        console.Management.Tenants.Add(FakeManagement.Tenant("acme", "Acme Robotics"));
        FakeWatch.In(console.Management, "Acme");
        FakeCatalogue.In(console.Management, "Acme");
        return console;
    }

    private static Task<HttpResponseMessage> LoginAsync(ConsoleApplication console) =>
        console.SubmitAsync("/login", "login", ("tenant", "acme"), ("user", "admin"), ("password", FakeManagement.Password));

    private static string[] Rail(IHtmlDocument page) => [.. page.QuerySelectorAll(".side-nav a").Select(link => link.GetAttribute("href")!)];
}
