using System.Net;
using System.Reflection;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Components;
using Platform.Admin.Access;
using Platform.Admin.Components.Design;
using Platform.Admin.Tests.Security;

namespace Platform.Admin.Tests.Access;

/// <summary>What somebody may not do is not offered. That an administrator is offered everything, the tests of the pages show.</summary>
[Trait("Control", "AZ-3")]
public sealed class OfferedTests
{
    /// <summary>Reads everything and changes nothing.</summary>
    private static readonly string[] Auditor =
    [
        "alerts:read", "audit:read", "https-hosts:read", "identity-providers:read", "incidents:read", "key-policy:read", "keys:read", "login-policy:read", "management-keys:read", "oauth-clients:read", "operations:read", "platform-alerts:read", "platform-health:read", "platform-incidents:read", "platform-login-policy:read", "platform-principals:read", "platform-roles:read", "platform-sessions:read", "platform-webhooks:read",
        "principals:read", "prompts:read", "rate-limit-plans:read", "rate-limits:read", "resources:read", "roles:read", "secrets:read", "platform-secrets:read", "sessions:own", "sessions:read", "signing-keys:read", "tenants:read", "tools:read", "webhooks:read",
    ];

    /// <summary>Change nothing but the own account, or only look.</summary>
    private static readonly string[] Harmless = ["change-password", "confirm-totp", "disable-totp", "enrol-totp", "end-all", "end-session", "invitation", "login", "provider", "verify"];

    [Fact]
    public void Every_page_says_what_it_needs_or_is_open()
    {
        var open = typeof(AdminRole).Assembly.GetTypes().Where(type => type.IsDefined(typeof(RouteAttribute)) && !type.IsDefined(typeof(NeedsAttribute))).Select(type => type.Name);
        Assert.Equal(["Account", "Authenticator", "Home", "Invitation", "Login", "ProviderCallback", "Setup"], open.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(ConsoleSection.OfPlatform, section => PageNeeds.Of(section.Path) is null);
        Assert.DoesNotContain(ConsoleSection.OfTenant, section => PageNeeds.Of("/tenants/acme" + section.Path) is null);
    }

    [Fact]
    public async Task Who_only_reads_is_offered_no_change_anywhere()
    {
        await using var console = await PageTests.FilledAsync("Acme");
        console.Management.Grants = Auditor;
        var (shown, refused, offered) = (0, 0, new List<string>());
        foreach (var path in PageTests.Pages.Select(row => row.Data).Where(path => PageNeeds.Of(path) is not null))
        {
            using var response = await console.GetAsync(path);
            var page = await ConsoleApplication.ReadAsync(response);
            offered.AddRange(Changes(page).Select(change => $"{path}: {change}"));
            if (Changes(path))
            {
                refused++;
                Assert.Equal((HttpStatusCode.Forbidden, path), (response.StatusCode, path));
                Assert.Contains("You need ", page.QuerySelector(".empty h2")!.TextContent, StringComparison.Ordinal);
            }
            else
            {
                shown += response.StatusCode == HttpStatusCode.OK ? 1 : 0;
                Assert.NotEqual((HttpStatusCode.Forbidden, path), (response.StatusCode, path));
            }
        }

        Assert.Equal([], offered);
        Assert.InRange(shown, 30, 1_000);
        Assert.InRange(refused, 30, 1_000);
        Assert.Empty(console.Management.Done.Except(["platform-roles/test-permissions", "roles/test-permissions", "sessions/open"], StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_reads_everything_is_led_everywhere()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var (platform, tenant) = (Rail(await console.OpenAsync("/tenants")), Rail(await console.OpenAsync("/tenants/acme")));
        console.Management.Grants = Auditor;
        Assert.Equal(platform, Rail(await console.OpenAsync("/tenants")));
        Assert.Equal(tenant, Rail(await console.OpenAsync("/tenants/acme")));
        Assert.Equal(ConsoleSection.OfTenant.Count + 2, tenant.Length);
    }

    [Fact]
    public async Task The_rail_leads_to_what_can_be_read_and_no_page_asks_twice()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Grants = ["tenants:read", "keys:*", "sessions:own"];
        console.Management.Denials = ["keys:write"];
        console.Management.Keys.Add(FakeManagement.Key("k1", "importer"));
        console.Management.Asked.Clear();
        var page = await console.OpenAsync("/tenants/acme/keys");
        Assert.Equal(["/tenants", "/tenants/acme", "/tenants/acme/keys", "/tenants/acme/settings", "/account"], Rail(page));
        Assert.Contains("importer", page.QuerySelector("table")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("main table input, main [data-pick-all], main .actions a, main a[href$=revoke]"));
        Assert.Single(console.Management.Asked, "GET /v1/sessions/current");
    }

    [Fact]
    public async Task An_overview_asks_for_what_its_reader_may_read_and_for_nothing_else()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Grants = ["tenants:read", "sessions:own"];
        console.Management.Asked.Clear();
        _ = await console.OpenAsync("/tenants/acme");
        Assert.Equal(["GET /v1/sessions/current", "GET /v1/tenants/acme"], console.Management.Asked.Order(StringComparer.Ordinal));

        console.Management.Grants = ["tenants:read", "sessions:own", "audit:read", "keys:read"];
        console.Management.Asked.Clear();
        _ = await console.OpenAsync("/tenants/acme");
        Assert.Equal(["GET /v1/sessions/current", "GET /v1/tenants/acme", "GET /v1/tenants/acme/audit-events?pageSize=60", "GET /v1/tenants/acme/keys?pageSize=200", "GET /v1/tenants/acme/keys?pageSize=200&status=active"],
            console.Management.Asked.Select(asked => asked.Split("&expiresBefore=")[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/plans", "/plans/gold", "600 / min, burst 100", "tools/call")]
    [InlineData("/tenants/acme/resources/hosts", "/tenants/acme/resources/hosts/docs.example.com", "docs.example.com", "1000 B")]
    public async Task Who_only_reads_sees_all_of_what_is_listed(string list, string one, params string[] values)
    {
        await using var console = await PageTests.FilledAsync("Acme");
        console.Management.Grants = Auditor;
        Assert.NotNull((await console.OpenAsync(list)).QuerySelector($"tbody a[href='{one}']"));
        var page = await console.OpenAsync(one);
        Assert.All(values, value => Assert.Contains(value, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal));
        Assert.Empty(page.QuerySelectorAll("main input, main button[type=submit], main .actions a"));
    }

    [Fact]
    public async Task A_page_that_is_not_theirs_says_what_is_missing_and_reads_nothing()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Grants = ["tenants:read", "sessions:own"];
        console.Management.Asked.Clear();
        using var response = await console.GetAsync("/tenants/acme/members");
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("You need principals:read", page.QuerySelector(".empty h2")!.TextContent);
        Assert.Contains("administrator of this tenant", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["GET /v1/sessions/current"], console.Management.Asked);
    }

    [Fact]
    public async Task What_REST_refuses_all_the_same_is_told_in_the_same_words()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Insert(0, (method, path, _) => method == "GET" && path is ["v1", "tenants", "acme", "keys"] ? FakeAnswer.Denied("keys:read") : null);
        using var response = await console.GetAsync("/tenants/acme/keys");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("You need keys:read", (await ConsoleApplication.ReadAsync(response)).QuerySelector(".empty h2")!.TextContent);
    }

    [Theory]
    [InlineData("/tenants/acme/suspend", "suspend", "/v1/tenants/acme:suspend", "confirm")]
    [InlineData("/tenants/acme", "make-read-only", "/v1/tenants/acme:makeReadOnly", "none")]
    public async Task A_form_that_was_open_when_the_permission_went_is_refused_by_REST_in_words(string path, string form, string asked, string field)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync(path);
        console.Management.Grants = Auditor;
        console.Management.Refusal = (asked, 403, new() { ["title"] = "Permission denied", ["detail"] = "This needs the permission 'x:write'.", ["status"] = 403, ["code"] = "permission-denied" });
        using var response = await console.SubmitAsync(page, path, form, (field, "acme"));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("This needs the permission", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("POST " + asked, console.Management.Asked);
    }

    [Fact]
    public async Task Whoever_administers_a_tenant_is_not_offered_what_is_the_platforms()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.TenantSlug = "acme";
        console.Management.Tenants.Add(FakeManagement.Tenant("acme"));
        using var signedIn = await console.SubmitAsync("/login", "login", ("tenant", "acme"), ("user", "admin"), ("password", FakeManagement.Password));
        var page = await console.OpenAsync("/tenants/acme");
        Assert.Empty(page.QuerySelectorAll("a[href$=suspend], a[href='/tenants']"));
        Assert.NotNull(page.QuerySelector("a[href$='/keys/new']"));
        using var response = await console.GetAsync("/tenants/acme/suspend");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("for the platform's operators", (await ConsoleApplication.ReadAsync(response)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_to_set_up_an_authenticator_is_told_so()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.SecondFactorNeeded = true;
        console.Management.Grants = ["sessions:own"];
        var page = await console.OpenAsync("/tenants");
        Assert.Equal("Set up your authenticator first", page.QuerySelector(".empty h2")!.TextContent);
        Assert.NotNull(page.QuerySelector("main a[href='/account/authenticator']"));
        Assert.Equal(["/account"], Rail(page));
    }

    [Theory]
    [InlineData("/alerts/own/edit", "platform-alerts:write")]
    [InlineData("/tenants/acme/alerts/own/edit?a=b", "alerts:write")]
    [InlineData("/tenants/new", "tenants:write")]
    [InlineData("/tenants/acme/keys/-/revoke", "keys:write")]
    [InlineData("/plans", "rate-limit-plans:read")]
    [InlineData("/operators/usr_p/roles", "platform-principals:write")]
    [InlineData("/sessions", "platform-sessions:read")]
    [InlineData("/roles/own/edit", "platform-roles:write")]
    [InlineData("/sign-in-policy", "platform-login-policy:read")]
    [InlineData("/tenants/acme/settings", "tenants:read")]
    [InlineData("/roles/-/test", "platform-roles:read")]
    [InlineData("/management-keys/-/revoke", "management-keys:write")]
    public void A_page_is_known_by_its_address(string address, string permission) =>
        Assert.Equal(permission, PageNeeds.At(PageNeeds.Of(address)!.Permissions[0], address));

    /// <summary>What the page offers that changes something.</summary>
    private static IEnumerable<string> Changes(IHtmlDocument page) =>
    [
        .. page.QuerySelectorAll<IHtmlFormElement>("main form[method=post]")
            .Select(form => form.QuerySelector<IHtmlInputElement>("input[name=_handler]")?.Value ?? form.GetAttribute("action") ?? "form")
            .Where(name => !Harmless.Contains(name, StringComparer.Ordinal) || name is "end-all" or "end-session"),
        .. page.QuerySelectorAll<IHtmlFormElement>("main form[method=get]").Select(form => form.GetAttribute("action") ?? "").Where(Changes),
        .. page.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!).Where(Changes),
    ];

    private static bool Changes(string address) => PageNeeds.Of(address)?.Permissions.Any(permission => !permission.EndsWith(":read", StringComparison.Ordinal)) == true;

    private static string[] Rail(IHtmlDocument page) => [.. page.QuerySelectorAll(".side-nav a").Select(link => link.GetAttribute("href")!)];
}
