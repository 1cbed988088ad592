using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Members;

public sealed class MemberPagesTests
{
    private const string Anna = "/tenants/acme/members/usr_anna";

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task A_person_who_is_added_gets_a_link_that_is_shown_once()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var form = await console.OpenAsync("/tenants/acme/members/new");
        (string, string)[] typed = [("kind", "user"), ("displayName", "Anna Berger"), ("name", "anna"), ("roles", "user")];
        using var added = await console.SubmitAsync(form, "/tenants/acme/members/new", "new-member", typed);
        var html = await added.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        Assert.True(added.Headers.CacheControl!.NoStore);
        Assert.Contains($"/invitation?tenant=acme&amp;user=anna#{FakePeople.Invitation}", html, StringComparison.Ordinal);
        Assert.Equal("usr_anna", (string?)Assert.Single(console.Management.People.Principals)["id"]);

        using var again = await console.SubmitAsync(form, "/tenants/acme/members/new", "new-member", typed);

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.DoesNotContain(FakePeople.Invitation, await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var page = await console.GetAsync(Anna);
        Assert.DoesNotContain(FakePeople.Invitation, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_added_without_an_invitation_and_offers_its_first_key()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var added = await console.SubmitAsync("/tenants/acme/members/new", "new-member", ("kind", "service"), ("displayName", "Importer"), ("name", "importer"));
        Assert.Equal("/tenants/acme/members/svc_importer?done=added", added.Headers.Location!.ToString());
        var page = await console.OpenAsync("/tenants/acme/members/svc_importer");
        Assert.NotNull(page.QuerySelector("a[href='/tenants/acme/keys/new?principal=svc_importer']"));
        Assert.Null(page.QuerySelector("input[value=invite]"));
    }

    [Theory]
    [InlineData("service", HttpStatusCode.SeeOther)]
    [InlineData("user", HttpStatusCode.BadRequest)]
    public async Task Only_a_person_needs_a_name(string kind, HttpStatusCode status)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var added = await console.SubmitAsync("/tenants/acme/members/new", "new-member", ("kind", kind), ("displayName", "Importer"), ("name", ""), ("email", "left over"));
        Assert.Equal(status, added.StatusCode);
        Assert.Equal(status == HttpStatusCode.SeeOther ? 1 : 0, console.Management.People.Principals.Count);
        Assert.All(console.Management.Bodies.Where(body => (string?)body["kind"] == "service"), body => Assert.Null(body["name"]));
    }

    [Fact]
    public async Task A_key_for_a_service_names_it_and_has_no_roles()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var issued = await console.SubmitAsync("/tenants/acme/keys/new?principal=svc_importer", "new-key", ("name", "first"), ("expires", "90d"));
        Assert.Equal(HttpStatusCode.OK, issued.StatusCode);
        Assert.Equal("svc_importer", (string?)console.Management.Bodies[^1]["principal"]);
        Assert.Empty(console.Management.Bodies[^1]["roles"]!.AsArray());
    }

    [Theory]
    [InlineData("user", "Anna", "f-name-error", "Use lower-case letters.")]
    [InlineData("robot", "anna", null, "Choose one of these.")]
    public async Task A_mistake_is_told_at_its_field_and_what_was_typed_stays(string kind, string name, string? at, string message)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/members/new", "new-member", ("kind", kind), ("displayName", "Kept"), ("name", name));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, (at is null ? page.QuerySelector(".error") : page.GetElementById(at))!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Kept", page.QuerySelector<IHtmlInputElement>("input[name=displayName]")!.Value);
    }

    [Fact]
    public async Task Roles_are_changed_after_a_look_at_the_difference_and_nothing_else_is_lost()
    {
        await using var console = await WithAnnaAsync();
        console.Management.People.Principals[0]["groups"] = new JsonArray("grp_staff");
        using var reviewed = await console.SubmitAsync(Anna + "/roles", "set-roles", ("roles", "admin"), ("step", "review"));
        var review = await ConsoleApplication.ReadAsync(reviewed);
        Assert.Equal("admin", Assert.Single(review.QuerySelectorAll(".diff-add code")).TextContent);
        Assert.Equal("user", Assert.Single(review.QuerySelectorAll(".diff-del code")).TextContent);
        using var saved = await console.SubmitAsync(review, Anna + "/roles", "set-roles", ("step", "save"));
        Assert.Equal(Anna + "?done=roles", saved.Headers.Location!.ToString());
        Assert.Equal("grp_staff", (string?)Assert.Single(console.Management.Bodies[^1]["groups"]!.AsArray()));
        Assert.Equal($"\"{review.QuerySelector<IHtmlInputElement>("input[name=shown]")!.Value}\"", console.Management.Headers["If-Match"]);
    }

    [Fact]
    public async Task Roles_that_were_changed_meanwhile_are_not_overwritten()
    {
        await using var console = await WithAnnaAsync();
        var page = await console.OpenAsync(Anna + "/roles");
        console.Management.People.Principals[0]["roles"] = new JsonArray("service");
        using var response = await console.SubmitAsync(page, Anna + "/roles", "set-roles", ("roles", "admin"), ("step", "save"));
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("service", (string?)Assert.Single(console.Management.People.Principals[0]["roles"]!.AsArray()));
    }

    [Fact]
    public async Task Blocking_asks_first_and_can_be_undone()
    {
        await using var console = await WithAnnaAsync();
        using var blocked = await console.SubmitAsync(Anna + "/block", "block", ("reason", "left"));
        Assert.Equal(Anna + "?done=blocked", blocked.Headers.Location!.ToString());
        Assert.Contains("Reason: left", (await console.OpenAsync(Anna)).Body!.TextContent, StringComparison.Ordinal);
        using var unblocked = await console.SubmitAsync(Anna, "unblock");
        Assert.False((bool)console.Management.People.Principals[0]["blocked"]!);
    }

    [Fact]
    public async Task A_name_for_people_is_changed_and_one_that_REST_refuses_is_told_at_its_field()
    {
        await using var console = await WithAnnaAsync();
        using var renamed = await console.SubmitAsync(Anna + "/rename", "rename-member", ("displayName", "Anna Huber"));
        Assert.Equal(Anna + "?done=renamed", renamed.Headers.Location!.ToString());
        Assert.Equal("Anna Huber", (await console.OpenAsync(Anna)).QuerySelector("h1")!.FirstChild!.TextContent.Trim());
        using var refused = await console.SubmitAsync(Anna + "/rename", "rename-member", ("displayName", ""));
        Assert.Contains("Use 1 to 100", (await ConsoleApplication.ReadAsync(refused)).GetElementById("f-displayName-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_needs_the_id_typed()
    {
        await using var console = await WithAnnaAsync();
        using var wrong = await console.SubmitAsync(Anna + "/delete", "delete-member", ("confirm", "usr_ann"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Single(console.Management.People.Principals);
        using var right = await console.SubmitAsync(Anna + "/delete", "delete-member", ("confirm", "usr_anna"));
        Assert.Equal("/tenants/acme/members?deleted=true", right.Headers.Location!.ToString());
        Assert.Empty(console.Management.People.Principals);
    }

    [Fact]
    public async Task Sessions_of_a_member_end_one_by_one_and_all_at_once()
    {
        await using var console = await WithAnnaAsync();
        console.Management.Sessions.Add(FakeManagement.Session("aaaaaaaaaaaaaaaa", "Firefox"));
        using var one = await console.SubmitAsync(Anna, "end-session", ("session", "aaaaaaaaaaaaaaaa"));
        Assert.Equal(Anna + "?done=ended", one.Headers.Location!.ToString());
        Assert.Empty(console.Management.Sessions);
        console.Management.Sessions.Add(FakeManagement.Session("bbbbbbbbbbbbbbbb", "Firefox"));
        using var all = await console.SubmitAsync(Anna, "end-all");
        Assert.Contains("POST /v1/tenants/acme/principals/usr_anna:endSessions", console.Management.Asked);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task Another_invitation_says_whether_access_ends_and_a_refusal_is_shown()
    {
        await using var console = await WithAnnaAsync();
        using var invited = await console.SubmitAsync(Anna, "invite", ("endAccess", "true"));
        Assert.Contains(FakePeople.Invitation, await invited.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((true, false), ((bool)console.Management.Bodies[^1]["endAccess"]!, (bool)console.Management.Bodies[^1]["resetSecondFactor"]!));

        console.Management.Refusal = ("/v1/tenants/acme/principals/usr_anna:issueInvitation", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "You lack what she has.", ["status"] = 403 });
        using var refused = await console.SubmitAsync(Anna, "invite");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("You lack what she has.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task An_invitation_that_was_mailed_is_not_shown()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var added = await console.SubmitAsync("/tenants/acme/members/new", "new-member", ("kind", "user"), ("displayName", "Anna Berger"), ("name", "anna"), ("email", "anna@example.com"));
        Assert.Equal(Anna + "?done=added-mailed", added.Headers.Location!.ToString());
        Assert.Equal("anna@example.com", (string?)console.Management.Bodies[^1]["email"]);
        Assert.Contains("the invitation is mailed", (await console.OpenAsync(Anna + "?done=added-mailed")).Body!.TextContent, StringComparison.Ordinal);

        using var again = await console.SubmitAsync(Anna, "invite", ("email", "anna@example.com"));
        Assert.Equal(Anna + "?done=mailed", again.Headers.Location!.ToString());
        Assert.DoesNotContain(FakePeople.Invitation, await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Control", "AU-11")]
    [InlineData("failed", "The mail was not sent")]
    [InlineData("copy", "This platform has no mail server")]
    public async Task An_invitation_that_was_not_mailed_is_shown_with_the_reason(string delivery, string said)
    {
        await using var console = await WithAnnaAsync();
        console.Management.People.Delivery = delivery;
        using var invited = await console.SubmitAsync(Anna, "invite", ("email", "anna@example.com"));
        var html = await invited.Content.ReadAsStringAsync();
        Assert.Contains($"/invitation?tenant=acme&amp;user=anna#{FakePeople.Invitation}", html, StringComparison.Ordinal);
        Assert.Contains(said, html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2099-01-01T00:00:00Z", "Invited")]
    [InlineData("2026-01-01T00:00:00Z", "Invitation over")]
    [InlineData(null, "Active")]
    public async Task Who_was_invited_and_never_came_is_told_apart(string? until, string state)
    {
        await using var console = await WithAnnaAsync();
        console.Management.People.Principals[0]["invitedUntil"] = until;
        Assert.Equal(state, (await console.OpenAsync("/tenants/acme/members")).QuerySelector("td[data-label=Status] .pill")!.TextContent.Trim());
        Assert.Equal(state, (await console.OpenAsync(Anna)).QuerySelector(".page-head .pill")!.TextContent.Trim());
    }

    [Fact]
    public async Task A_wrong_address_is_told_before_there_is_a_member()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/members/new", "new-member", ("kind", "user"), ("displayName", "Anna"), ("name", "anna"), ("email", "anna@example.com\r\nBcc: all@example.com"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Contains("Write one address", page.GetElementById("f-email-error")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(console.Management.People.Principals);
    }

    private static async Task<ConsoleApplication> WithAnnaAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Principals.Add(FakePeople.Principal("usr_anna", "Anna Berger", "user", "user"));
        return console;
    }
}
