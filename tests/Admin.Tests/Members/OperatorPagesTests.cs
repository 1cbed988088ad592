using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;

namespace Platform.Admin.Tests.Members;

/// <summary>The members' pages under the platform's address: who runs the platform.</summary>
public sealed class OperatorPagesTests
{
    private const string Anna = "/operators/usr_anna";

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task An_operator_gets_a_link_that_names_no_tenant_and_is_shown_once()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var added = await console.SubmitAsync("/operators/new", "new-member", ("kind", "user"), ("displayName", "Anna Berger"), ("name", "anna"), ("roles", "admin"));
        var html = await added.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        Assert.Contains($"/invitation?user=anna#{FakePeople.Invitation}", html, StringComparison.Ordinal);
        Assert.NotNull((await ConsoleApplication.ReadAsync(added)).QuerySelector($".gate a.gate-link[href='{Anna}']"));
        Assert.Contains("POST /v1/platform/principals", console.Management.Asked);
        Assert.Contains("POST /v1/tenants/_sys/principals/usr_anna:issueInvitation", console.Management.Asked);
        using var page = await console.GetAsync(Anna);
        Assert.DoesNotContain(FakePeople.Invitation, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_come_first_and_the_services_of_keys_behind_their_own_link()
    {
        await using var console = await WithAnnaAsync();
        var page = await console.OpenAsync("/operators");
        Assert.Contains("GET /v1/platform/principals?pageSize=50&kind=user", console.Management.Asked);
        Assert.Equal(["People", "Services", "Devices", "Groups", "All"], page.QuerySelectorAll(".filter").Select(link => link.TextContent));
        Assert.Equal("People", page.QuerySelector(".filter[aria-current]")!.TextContent);
        Assert.Equal("All", (await console.OpenAsync("/operators?kind=all")).QuerySelector(".filter[aria-current]")!.TextContent);
        Assert.Contains("GET /v1/platform/principals?pageSize=50", console.Management.Asked);
        console.Management.People.Principals.Clear();
        Assert.True((await console.OpenAsync("/operators/new?kind=device")).QuerySelector("[name=kind][value=device]")!.HasAttribute("checked"));
        Assert.Equal("/operators/new?kind=device", (await console.OpenAsync("/operators?kind=device")).QuerySelector(".empty a")!.GetAttribute("href"));
        Assert.Contains("No people yet", (await console.OpenAsync("/operators")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_no_key_works_for_is_told_apart_by_one_question_for_the_page()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Principals.AddRange([FakePeople.Principal("svc_k1", "Works", "service"), FakePeople.Principal("svc_k2", "Revoked", "service"), FakePeople.Principal("svc_k3", "None", "service")]);
        console.Management.Keys.AddRange([FakeManagement.Key("k1", "works", lastUsedAt: "2026-11-20T10:00:00Z"), FakeManagement.Key("k2", "old", "revoked")]);
        var page = await console.OpenAsync("/operators?kind=service");
        Assert.Equal(["Active", "No active key", "No active key"], page.QuerySelectorAll("td[data-label=Status]").Select(cell => cell.TextContent.Trim()));
        Assert.NotNull(page.QuerySelector("tbody tr td[data-label='Last seen'] time"));
        Assert.Single(console.Management.Asked, asked => asked.Contains("management-keys", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_not_all_keys_are_known_nothing_is_said_of_them()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Principals.Add(FakePeople.Principal("svc_other", "Other", "service"));
        console.Management.Keys.AddRange(Enumerable.Range(0, 201).Select(number => FakeManagement.Key($"k{number}", "key")));
        Assert.Equal("Active", (await console.OpenAsync("/operators?kind=service")).QuerySelector("td[data-label=Status]")!.TextContent.Trim());
    }

    [Fact]
    public async Task Operators_are_listed_with_when_they_were_last_seen()
    {
        await using var console = await WithAnnaAsync();
        var session = FakeManagement.Session("aaaaaaaaaaaaaaaa", "Firefox");
        session["principal"] = "usr_anna";
        console.Management.Sessions.Add(session);
        var page = await console.OpenAsync("/operators");
        Assert.Equal("Operators", page.QuerySelector("h1")!.TextContent.Trim());
        Assert.Equal(Anna, page.QuerySelector("tbody a.row-link")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector("td[data-label='Last seen'] time"));
        Assert.Equal("page", page.QuerySelector(".side-nav a[href='/operators']")!.GetAttribute("aria-current"));
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("/v1/tenants/acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_admin_stays_and_the_page_says_why()
    {
        await using var console = await WithAnnaAsync();
        const string reason = "This is the last active admin, or would deny them something. Make somebody else one first.";
        foreach (var (path, form, asked, field) in new[]
        {
            ("/delete", "delete-member", "/v1/platform/principals/usr_anna", ("confirm", "usr_anna")),
            ("/block", "block", "/v1/platform/principals/usr_anna:block", ("reason", "left")),
        })
        {
            console.Management.Refusal = (asked, 409, new JsonObject { ["title"] = "Conflict", ["detail"] = reason, ["status"] = 409 });
            using var refused = await console.SubmitAsync(Anna + path, form, field);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains(reason, (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        }

        Assert.Single(console.Management.People.Principals);
    }

    [Fact]
    [Trait("Control", "AZ-2")]
    public async Task Nobody_gives_what_they_do_not_hold_and_the_page_says_so()
    {
        await using var console = await WithAnnaAsync();
        console.Management.Refusal = ("/v1/platform/principals/usr_anna:setRoles", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "You cannot give what you do not hold.", ["status"] = 403 });
        using var refused = await console.SubmitAsync(Anna + "/roles", "set-roles", ("roles", "admin"), ("step", "save"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("You cannot give what you do not hold.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_is_blocked_unblocked_renamed_and_deleted()
    {
        await using var console = await WithAnnaAsync();
        using var blocked = await console.SubmitAsync(Anna + "/block", "block", ("reason", "left"));
        Assert.Equal(Anna + "?done=blocked", blocked.Headers.Location!.ToString());
        Assert.Contains("Nothing is open to this operator", (await console.OpenAsync(Anna)).Body!.TextContent, StringComparison.Ordinal);
        using var unblocked = await console.SubmitAsync(Anna, "unblock");
        using var renamed = await console.SubmitAsync(Anna + "/rename", "rename-member", ("displayName", "Anna Huber"));
        Assert.Equal("Anna Huber", (string?)console.Management.People.Principals[0]["displayName"]);
        using var wrong = await console.SubmitAsync(Anna + "/delete", "delete-member", ("confirm", "anna"));
        Assert.Contains("This is not the operator&#x27;s id.", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var deleted = await console.SubmitAsync(Anna + "/delete", "delete-member", ("confirm", "usr_anna"));
        Assert.Equal("/operators?deleted=true", deleted.Headers.Location!.ToString());
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task Sessions_of_operators_are_ended_from_their_list_and_from_the_page_of_one()
    {
        await using var console = await WithAnnaAsync();
        console.Management.Sessions.Add(FakeManagement.Session("aaaaaaaaaaaaaaaa", "Firefox"));
        using var listed = await console.SubmitAsync("/sessions", "end-session", ("session", "aaaaaaaaaaaaaaaa"));
        Assert.Equal("/sessions?ended=true", listed.Headers.Location!.ToString());
        Assert.Contains("DELETE /v1/tenants/_sys/sessions/aaaaaaaaaaaaaaaa", console.Management.Asked);
        console.Management.Sessions.Add(FakeManagement.Session("bbbbbbbbbbbbbbbb", "Firefox"));
        using var all = await console.SubmitAsync(Anna, "end-all");
        Assert.Contains("POST /v1/tenants/_sys/principals/usr_anna:endSessions", console.Management.Asked);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_administers_tenants_is_not_led_to_operators_and_reads_nothing_of_them()
    {
        await using var console = await WithAnnaAsync();
        console.Management.Grants = ["tenants:*", "principals:*", "roles:*", "sessions:*", "keys:*"];
        var rail = (await console.OpenAsync("/tenants")).QuerySelectorAll(".side-nav a").Select(link => link.GetAttribute("href"));
        Assert.DoesNotContain(rail, path => path is "/operators" or "/sessions");
        console.Management.Asked.Clear();
        using var response = await console.GetAsync("/operators");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("You need platform-principals:read", (await ConsoleApplication.ReadAsync(response)).QuerySelector(".empty h2")!.TextContent);
        Assert.Equal(["GET /v1/sessions/current"], console.Management.Asked);
    }

    private static async Task<ConsoleApplication> WithAnnaAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Principals.Add(FakePeople.Principal("usr_anna", "Anna Berger", "user", "user"));
        return console;
    }
}
