using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing.Template;

namespace Platform.Admin.Tests.Security;

public sealed class PageTests(PageTests.Consoles consoles) : IClassFixture<PageTests.Consoles>
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private const string Attack = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";

    public static TheoryData<string> Pages { get; } =
    [
        "/login?reason=ended", "/tenants", "/tenants?q=ac", "/tenants?q=nothing", "/tenants/new", "/tenants/acme", "/tenants/acme?created=true", "/tenants/acme/suspend",
        "/tenants/acme/keys", "/tenants/acme/keys?principal=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/tenants/acme/keys/new", "/tenants/acme/keys/k1", "/tenants/acme/keys/k1/revoke", "/tenants/acme/audit", "/audit",
        "/account", "/account?done=password", "/account/authenticator", "/invitation", "/tenants/acme/sessions", "/no-such-page", "/tenants/nobody",
        "/tenants/acme/roles", "/tenants/acme/roles?deleted=true", "/tenants/acme/roles/own", "/tenants/acme/roles/own/edit", "/tenants/acme/roles/own/delete", "/tenants/acme/roles/-/new",
        "/tenants/acme/roles/-/test?principal=usr_p&area=tools&action=call", "/tenants/acme/members", "/tenants/acme/members?kind=user", "/tenants/acme/members/new", "/tenants/acme/members/usr_p",
        "/tenants/acme/members/svc_p", "/tenants/acme/members/usr_p/roles", "/tenants/acme/members/usr_p/block", "/tenants/acme/members/usr_p/delete", "/invitation?tenant=acme&user=anna",
        "/tenants/acme/keys/k1/rotate", "/tenants/acme/keys/-/revoke?ids=k1", "/tenants/acme/keys/-/revoke", "/tenants/acme/signing-keys/emergency", "/tenants/acme/signing-keys",
        "/tenants/acme/alerts", "/tenants/acme/alerts?state=firing&done=deleted", "/tenants/acme/alerts/own", "/tenants/acme/alerts/auth-failures?hours=1&done=saved", "/tenants/acme/alerts/new",
        "/tenants/acme/alerts/own/edit", "/tenants/acme/alerts/own/delete", "/alerts", "/alerts/own", "/alerts/own/edit", "/alerts/own/delete", "/alerts/new", "/tenants/acme/limits", "/tenants/acme/limits/edit", "/plans", "/plans/new", "/plans/gold", "/plans/gold/edit",
        "/plans/gold/delete", "/tenants/acme/audit?principal=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/audit/live", "/tenants/acme/audit/live",
        "/tenants/acme/catalogue", "/tenants/acme/catalogue/tool?name=echo", "/tenants/acme/catalogue/tool?name=many&principal=usr_p", "/tenants/acme/catalogue/tool?name=echo&mode=json",
        "/tenants/acme/catalogue/prompt?name=sum", "/tenants/acme/catalogue/resource?uri=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/tenants/acme/incidents", "/incidents?status=open", "/tenants/acme/incidents/new?alert=alert_2", "/incidents/new", $"/tenants/acme/incidents/{FakeIncidents.Id}?done=partly", $"/incidents/{FakeIncidents.Id}", $"/tenants/acme/incidents/{FakeIncidents.Id}/edit",
        $"/tenants/acme/incidents/{FakeIncidents.Id}/close", $"/tenants/acme/incidents/{FakeIncidents.Id}/contain", $"/incidents/{FakeIncidents.Id}/contain",
        "/tenants/acme/resources", "/tenants/acme/resources?prefix=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/tenants/acme/resources/memory/-/new", "/tenants/acme/resources/memory/Plan?show=true", "/tenants/acme/resources/memory/Plan/remove", "/tenants/acme/resources/files",
        "/tenants/acme/resources/files?folder=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/tenants/acme/resources/files/replace?path=public%2Freport.md&version=12", "/tenants/acme/resources/files/delete?path=public%2Freport.md&version=12", "/tenants/acme/resources/hosts",
        "/tenants/acme/resources/hosts/new", "/tenants/acme/resources/hosts/docs.example.com", "/tenants/acme/resources/hosts/docs.example.com/edit", "/tenants/acme/resources/hosts/docs.example.com/delete",
        "/tenants/acme/webhooks", "/webhooks", "/tenants/acme/webhooks/new", "/webhooks/new", $"/tenants/acme/webhooks/{FakeWebhooks.Id}?done=saved", $"/webhooks/{FakeWebhooks.Failing}", $"/tenants/acme/webhooks/{FakeWebhooks.Disabled}?state=failed",
        $"/tenants/acme/webhooks/{FakeWebhooks.Id}/edit", $"/tenants/acme/webhooks/{FakeWebhooks.Failing}/rotate", $"/tenants/acme/webhooks/{FakeWebhooks.Id}/delete", $"/webhooks/{FakeWebhooks.Id}/edit", $"/webhooks/{FakeWebhooks.Failing}/rotate", $"/webhooks/{FakeWebhooks.Id}/delete",
        "/tenants/acme/identity-providers", "/tenants/acme/identity-providers/new", "/tenants/acme/identity-providers/new?issuer=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/tenants/acme/identity-providers/new?issuer=https://login.example.com",
        $"/tenants/acme/identity-providers/{FakeProviders.Id}?done=added", $"/tenants/acme/identity-providers/{FakeProviders.TokensOnly}", $"/tenants/acme/identity-providers/{FakeProviders.Id}/edit", $"/tenants/acme/identity-providers/{FakeProviders.Id}/delete",
        "/tenants/acme/secrets", "/secrets", "/sessions", "/operators", "/operators?kind=user&deleted=true", "/operators/new", "/operators/usr_p?done=renamed", "/operators/svc_p", "/operators/usr_p/roles", "/operators/usr_p/rename", "/operators/usr_p/block",
        "/operators/usr_p/delete", "/tenants/acme/members/usr_p/rename", "/management-keys", "/management-keys?revoked=true", "/management-keys/new", "/management-keys/new?principal=svc_p", "/management-keys/k1", "/management-keys?status=active", "/management-keys/k1/rotate", "/management-keys/k1/revoke", "/management-keys/-/revoke?ids=k1",
        "/roles", "/roles?deleted=true", "/roles/own?saved=true", "/roles/own/edit", "/roles/own/delete", "/roles/-/new", "/roles/-/test?principal=usr_p&area=tenants&action=read",
        "/tenants/acme/oauth-clients", "/tenants/acme/oauth-clients?done=deleted", "/tenants/acme/oauth-clients/new", $"/tenants/acme/oauth-clients/client?id={FakeOAuthClients.Machine}", $"/tenants/acme/oauth-clients/client?id={FakeOAuthClients.Editor}&done=registered",
        $"/tenants/acme/oauth-clients/client?id={FakeOAuthClients.Document}", $"/tenants/acme/oauth-clients/client?id={FakeOAuthClients.Editor}&done=saved", $"/tenants/acme/oauth-clients/client/edit?id={FakeOAuthClients.Editor}", $"/tenants/acme/oauth-clients/client/rotate?id={FakeOAuthClients.Machine}", $"/tenants/acme/oauth-clients/client/delete?id={FakeOAuthClients.Document}",
        "/tenants/acme/client-certificates", "/tenants/acme/client-certificates?done=revoked", "/tenants/acme/client-certificates/new", $"/tenants/acme/client-certificates/{FakeCertificates.One}", $"/tenants/acme/client-certificates/{FakeCertificates.OfAuthority}?done=listed",
        $"/tenants/acme/client-certificates/{FakeCertificates.OfAuthority}/revocation-list", $"/tenants/acme/client-certificates/{FakeCertificates.OfAuthority}/revoke",
        "/tenants/acme/members/usr_p/elevate", "/operators/usr_p/elevate", "/operators/svc_p?done=elevated", "/sign-in-policy", "/sign-in-policy?done=stricter",
        "/tenants/acme/settings?done=saved", "/tenants/acme/delete", "/tenants/acme/purge",
        "/operations", "/operations/grains", "/operations/work", "/operations/work?state=running", $"/operations/work/{FakeOperations.Purge}",
        $"/incidents/{FakeIncidents.Id}/edit", $"/incidents/{FakeIncidents.Id}/close", "/sign-in/callback/acme/aaaaaaaa?state=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&error=access_denied",
    ];

    /// <summary>Pages that lead somebody who is signed in to another one at once.</summary>
    private static readonly string[] Doors = ["/", "/setup"];

    [Fact]
    [Trait("Control", "IN-5"), Trait("Control", "TR-12")]
    public void Every_page_of_the_console_is_on_the_list()
    {
        var pages = typeof(AdminRole).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => TemplateParser.Parse(route.Template)).ToArray();
        var seen = Pages.Select(row => row.Data).Concat(Doors).Select(path => pages
            .Where(page => new TemplateMatcher(page, []).TryMatch(path.Split('?')[0], []))
            .MinBy(page => page.Parameters.Count)?.TemplateText);

        Assert.InRange(pages.Length, 50, 1_000);
        Assert.Empty(pages.Select(page => page.TemplateText).Except(seen, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/", "/tenants")]
    [InlineData("/setup", "/login")]
    public async Task A_door_leads_on_and_shows_nothing(string path, string to)
    {
        await using var console = await FilledAsync(Attack);
        using var response = await console.GetAsync(path);
        Assert.Equal(to, response.Headers.Location?.OriginalString);
        Assert.Equal("same-origin", string.Join(',', response.Headers.GetValues("Cross-Origin-Opener-Policy")));
    }

    [Theory]
    [Trait("Control", "TR-12")]
    [MemberData(nameof(Pages))]
    public async Task Every_page_is_strict_and_has_nothing_inline(string path)
    {
        var console = consoles.Plain;
        using var response = await console.GetAsync(path);
        Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(Policy, string.Join(',', response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", string.Join(',', response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", string.Join(',', response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", string.Join(',', response.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("same-origin", string.Join(',', response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Empty(page.QuerySelectorAll("style, script:not([src]), base, iframe, object, embed"));
        Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), IsInline);
        Assert.All(page.QuerySelectorAll<IHtmlScriptElement>("script"), script => Assert.StartsWith("/assets/", script.GetAttribute("src"), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_can_be_read_by_everyone(string path)
    {
        var console = consoles.Plain;
        var page = await console.OpenAsync(path);
        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.False(string.IsNullOrWhiteSpace(page.Title));
        Assert.Single(page.QuerySelectorAll("main#content"));
        Assert.Single(page.QuerySelectorAll("h1"));

        // Whoever looks at all pages one after the other is still signed in.
        Assert.True(!path.StartsWith("/tenants", StringComparison.Ordinal) || page.QuerySelector("#side-nav") is not null, "There is no rail.");
        Assert.NotNull(page.QuerySelector("a.skip[href='#content']"));
        Assert.All(page.QuerySelectorAll<IHtmlInputElement>("input:not([type=hidden])"), input => Assert.True(
            input.Closest("label") is not null || page.QuerySelector($"label[for='{input.Id}']") is not null, $"{input.Name} has no label"));
        Assert.All(page.QuerySelectorAll("button, a"), control => Assert.False(
            string.IsNullOrWhiteSpace(control.TextContent) && string.IsNullOrWhiteSpace(control.GetAttribute("aria-label")), control.OuterHtml));
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id!).ToArray();
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [Trait("Control", "IN-5")]
    [MemberData(nameof(Pages))]
    public async Task Names_and_audit_text_are_text(string path)
    {
        var console = consoles.Attacked;
        using var response = await console.GetAsync(path);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Empty(page.QuerySelectorAll("script:not([src]), img"));
        Assert.DoesNotContain("<script>alert", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tenants/acme")]
    [InlineData("/tenants/acme/keys")]
    [InlineData("/tenants/acme/audit")]
    [InlineData("/tenants/acme/sessions")]
    [InlineData("/audit")]
    public async Task An_empty_list_says_so(string path)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty((await ConsoleApplication.ReadAsync(response)).QuerySelectorAll(".empty"));
    }

    [Fact]
    public async Task Assets_are_small_immutable_and_named_by_content()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync("/tenants");
        var total = 0L;
        foreach (var address in page.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!).Concat(page.QuerySelectorAll("script").Select(script => script.GetAttribute("src")!)))
        {
            using var response = await console.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            total += (await response.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(total, 1, 64 * 1024);
        using var other = await console.GetAsync("/assets/..%2fappsettings.json");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    private static bool IsInline(IAttr attribute) =>
        attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
        || attribute.Name is "style"
        || attribute.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase);

    internal static async Task<ConsoleApplication> FilledAsync(string name)
    {
        var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tenants[0]["displayName"] = name;
        console.Management.Tenants[0]["suspendedReason"] = name;
        var key = FakeManagement.Key("k1", name, "active", "2099-01-01T00:00:00Z", null, name);
        (key["scopes"], key["allowedAddresses"], key["createdBy"], key["replaces"]) = (new JsonArray(name), new JsonArray(name), name, name);
        console.Management.Keys.Add(key);
        console.Management.Sessions.Add(FakeManagement.Session("aaaaaaaaaaaaaaaa", name, current: true));
        console.Management.Sessions.Add(FakeManagement.Session("bbbbbbbbbbbbbbbb", name));
        var own = FakePeople.Role("own", ["tools:read", name], builtIn: false, name);
        own["changedBy"] = name;
        console.Management.People.Roles.Add(own);
        var person = FakePeople.Principal("usr_p", name, "user", "own", name);
        (person["blocked"], person["blockedReason"]) = (true, name);
        person["elevations"] = new JsonArray(FakePeople.Elevation("own", "2099-01-01T00:00:00Z", name), FakePeople.Elevation("own", "2026-01-01T00:00:00Z", name));
        console.Management.People.Principals.Add(person);
        console.Management.People.Principals.Add(FakePeople.Principal("svc_p", name, "service", name));
        console.Management.People.Verdict = new() { ["allowed"] = true, ["rule"] = name, ["role"] = name, ["group"] = name, ["reason"] = name, ["permissions"] = new JsonArray(FakePeople.Judged("tools:call", "partly", more: true, (false, name, name, name), (true, name, name, name))) };
        FakeWatch.In(console.Management, name);
        FakeCatalogue.In(console.Management, name);
        FakeIncidents.In(console.Management, name);
        FakeResources.In(console.Management, name);
        FakeWebhooks.In(console.Management, name);
        FakeProviders.In(console.Management, name);
        FakeOAuthClients.In(console.Management, name);
        FakeCertificates.In(console.Management, name);
        FakeSecrets.In(console.Management, name);
        FakeOperations.In(console.Management, name);
        FakeSettings.In(console.Management, name);
        console.Management.Events.Add(FakeManagement.Event(1, name, name, name, name));
        console.Management.Events.Add(FakeManagement.Event(2, "tools/call", "toolExecution"));
        return console;
    }

    /// <summary>Consoles of a visitor who only looks: nothing that a page does changes what the next one shows.</summary>
    public sealed class Consoles : IAsyncLifetime
    {
        public ConsoleApplication Plain { get; private set; } = null!;

        public ConsoleApplication Attacked { get; private set; } = null!;

        public async ValueTask InitializeAsync() => (Plain, Attacked) = (await FilledAsync("Acme"), await FilledAsync(Attack));

        public async ValueTask DisposeAsync()
        {
            await Plain.DisposeAsync();
            await Attacked.DisposeAsync();
        }
    }
}
