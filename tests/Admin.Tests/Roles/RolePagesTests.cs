using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Roles;

public sealed class RolePagesTests
{
    private const string New = "/tenants/acme/roles/-/new";

    [Fact]
    public async Task A_new_role_is_reviewed_before_it_is_made()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var reviewed = await console.SubmitAsync(New, "edit-role", ("name", "analyst"), ("cell.tools.call", "allow"), ("cell.keys.write", "deny"), ("allow", "resources:read:public/*\r\ntools:call:echo"), ("inherits", "user"), ("step", "review"));
        var review = await ConsoleApplication.ReadAsync(reviewed);
        Assert.Equal(HttpStatusCode.OK, reviewed.StatusCode);
        Assert.DoesNotContain("POST /v1/tenants/acme/roles", console.Management.Asked);
        Assert.Equal(["tools:call", "resources:read:public/*", "tools:call:echo", "user", "keys:write"], review.QuerySelectorAll(".diff-add code").Select(code => code.TextContent));

        using var saved = await console.SubmitAsync(review, New, "edit-role", ("step", "save"));

        Assert.Equal("/tenants/acme/roles/analyst?saved=true", saved.Headers.Location!.ToString());
        var body = console.Management.Bodies[^1];
        Assert.Equal(["tools:call", "resources:read:public/*", "tools:call:echo"], Texts(body, "allow"));
        Assert.Equal(["keys:write"], Texts(body, "deny"));
        Assert.Equal(["user"], Texts(body, "inherits"));
    }

    [Fact]
    public async Task An_edit_shows_what_is_lost_and_what_is_gained_and_keeps_the_rest()
    {
        await using var console = await WithAnalystAsync();
        var page = await console.OpenAsync("/tenants/acme/roles/analyst/edit");
        Assert.Equal("allow", page.QuerySelector<IHtmlInputElement>("input[name='cell.tools.call']:checked")!.Value);
        Assert.Equal("resources:read:public/*", page.QuerySelector("textarea[name=allow]")!.TextContent);
        using var reviewed = await console.SubmitAsync(page, "/tenants/acme/roles/analyst/edit", "edit-role", ("cell.tools.call", "none"), ("cell.tools.read", "allow"), ("allow", "resources:read:public/*"), ("description", "Reads."), ("step", "review"));
        var review = await ConsoleApplication.ReadAsync(reviewed);
        Assert.Equal(["tools:read"], review.QuerySelectorAll(".diff-add code").Select(code => code.TextContent));
        Assert.Equal(["tools:call"], review.QuerySelectorAll(".diff-del code").Select(code => code.TextContent));
        using var saved = await console.SubmitAsync(review, "/tenants/acme/roles/analyst/edit", "edit-role", ("step", "save"));
        Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.Equal(["tools:read", "resources:read:public/*"], Texts(console.Management.Bodies[^1], "allow"));
    }

    [Fact]
    public async Task A_role_that_was_changed_meanwhile_is_not_overwritten()
    {
        await using var console = await WithAnalystAsync();
        var page = await console.OpenAsync("/tenants/acme/roles/analyst/edit");
        console.Management.People.Roles[^1]["changedAt"] = "2026-11-21T10:00:00Z";
        using var response = await console.SubmitAsync(page, "/tenants/acme/roles/analyst/edit", "edit-role", ("allow", "*"), ("step", "save"));
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("changed meanwhile", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(console.Management.Bodies, body => body.ContainsKey("allow"));
    }

    [Theory]
    [InlineData("name", "Not A Name", "", "Use 1 to 64")]
    [InlineData("name", "admin", "", "There is a role with this name")]
    [InlineData("allow", "analyst", "nonsense", "Write each as area:action")]
    public async Task A_mistake_is_told_at_its_field(string field, string name, string allow, string message)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync(New, "edit-role", ("name", name), ("allow", allow), ("step", "save"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, page.GetElementById($"f-{field}-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(name, page.QuerySelector<IHtmlInputElement>("input[name=name]")!.Value);
    }

    [Fact]
    public async Task Nothing_changed_is_nothing_saved()
    {
        await using var console = await WithAnalystAsync();
        using var response = await console.SubmitAsync("/tenants/acme/roles/analyst/edit", "edit-role", ("cell.tools.call", "allow"), ("allow", "resources:read:public/*"), ("description", "Reads."), ("step", "review"));
        Assert.Contains("Nothing is changed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_to_give_more_than_one_has_is_shown_on_the_review()
    {
        await using var console = await WithAnalystAsync();
        console.Management.Refusal = ("/v1/tenants/acme/roles/analyst", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "You lack 'keys:write'.", ["status"] = 403 });
        using var response = await console.SubmitAsync("/tenants/acme/roles/analyst/edit", "edit-role", ("cell.keys.write", "allow"), ("step", "save"));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("You lack 'keys:write'.", (await ConsoleApplication.ReadAsync(response)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_roles_page_has_its_matrix_with_inherited_wildcards_and_who_has_it()
    {
        await using var console = await WithAnalystAsync();
        console.Management.People.Roles[^1]["inherits"] = new JsonArray("admin");
        console.Management.People.Principals.Add(FakePeople.Principal("usr_anna", "Anna", "user", "analyst"));
        console.Management.People.Principals.Add(FakePeople.Principal("usr_otto", "Otto", "user", "user"));
        var page = await console.OpenAsync("/tenants/acme/roles/analyst");
        Assert.Contains(page.QuerySelectorAll(".cell-allowed .cell-why"), why => why.TextContent == "*");
        Assert.Equal("/tenants/acme/members/usr_anna", Assert.Single(page.QuerySelectorAll(".feed a")).GetAttribute("href"));
    }

    [Fact]
    public async Task A_built_in_role_cannot_be_edited()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        Assert.Null((await console.OpenAsync("/tenants/acme/roles/admin")).QuerySelector("a[href$='/edit']"));
        using var response = await console.GetAsync("/tenants/acme/roles/admin/edit");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Deleting_asks_first()
    {
        await using var console = await WithAnalystAsync();
        using var response = await console.SubmitAsync("/tenants/acme/roles/analyst/delete", "delete-role");
        Assert.Equal("/tenants/acme/roles?deleted=true", response.Headers.Location!.ToString());
        Assert.DoesNotContain(console.Management.People.Roles, role => (string?)role["name"] == "analyst");
    }

    [Fact]
    public async Task The_tester_says_which_rule_of_which_role_decided()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Verdict = new JsonObject { ["allowed"] = false, ["rule"] = "tools:call:rm", ["role"] = "analyst", ["group"] = "grp_staff", ["reason"] = "'tools:call:rm' of the role 'analyst' denies it." };
        var page = await console.OpenAsync("/tenants/acme/roles/-/test?principal=usr_anna&area=tools&action=call&target=rm&trustLevel=high");
        Assert.Equal("Denied", page.QuerySelector(".verdict-word")!.TextContent.Trim());
        Assert.Contains("tools:call:rm", page.QuerySelector(".verdict dd")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector(".verdict a[href='/tenants/acme/roles/analyst']"));
        Assert.Equal(("high", "rm"), ((string?)console.Management.Bodies[^1]["trustLevel"], (string?)console.Management.Bodies[^1]["target"]));
    }

    [Fact]
    public async Task The_tester_shows_all_that_is_granted_beside_what_is_not_with_the_rules_that_say_so()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Verdict["permissions"] = new JsonArray(
            FakePeople.Judged("tools:call", "allowed", more: false, (true, "tools:*", "analyst", "grp_staff")),
            FakePeople.Judged("resources:read", "partly", more: true, (false, "resources:read:secret/*", "careful", null), (true, "resources:read", "analyst", null)),
            FakePeople.Judged("keys:write", "denied", more: false, (false, "keys:write", "careful", null)),
            FakePeople.Judged("roles:write", "denied", more: false));
        var page = await console.OpenAsync("/tenants/acme/roles/-/test?principal=usr_anna&area=tools&action=read");
        Assert.Equal(
            ["call Allowed tools:* of analyst by grp_staff", "read In part denies resources:read:secret/* of careful allows resources:read of analyst and more rules", "write Not given", "write Denied keys:write of careful"],
            page.QuerySelectorAll(".matrix .cell").Select(cell => string.Join(' ', cell.TextContent.Replace("Allowed", " Allowed ", StringComparison.Ordinal).Replace("In part", " In part ", StringComparison.Ordinal).Replace("Not given", " Not given ", StringComparison.Ordinal)
                .Replace("Denied", " Denied ", StringComparison.Ordinal).Replace("allows", " allows", StringComparison.Ordinal).Replace("and more", " and more", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        Assert.Contains("1 allowed, 1 in part, 2 not", page.QuerySelector(".matrix")!.Closest("section")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector(".matrix a[href='/tenants/acme/roles/careful']"));
        Assert.NotNull(page.QuerySelector(".matrix a[href='/tenants/acme/members/grp_staff']"));

        // One question for the whole matrix, of a tenant's own permissions only.
        var asked = console.Management.Bodies[^1]["permissions"]!.AsArray().Select(text => (string)text!).ToArray();
        Assert.Contains("oauth-clients:write", asked);
        Assert.DoesNotContain(asked, text => text.StartsWith("platform-", StringComparison.Ordinal));
        Assert.Single(console.Management.Asked, line => line.EndsWith("roles:testPermissions", StringComparison.Ordinal));
    }

    private static async Task<ConsoleApplication> WithAnalystAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Roles.Add(FakePeople.Role("analyst", ["tools:call", "resources:read:public/*"], builtIn: false, "Reads."));
        return console;
    }

    private static string[] Texts(JsonObject body, string member) => [.. body[member]!.AsArray().Select(text => (string)text!)];
}
