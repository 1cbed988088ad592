using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Roles;

/// <summary>The roles' pages under the platform's address: what operators and management keys may do.</summary>
public sealed class OperatorRolePagesTests
{
    private const string Warden = "/roles/key-warden";

    [Fact]
    [Trait("Control", "AZ-2")]
    public async Task An_operators_role_is_made_by_cells_that_a_tenant_has_not()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var reviewed = await console.SubmitAsync("/roles/-/new", "edit-role", ("name", "key-warden"), ("cell.management-keys.write", "allow"), ("cell.platform-sessions.read", "allow"), ("cell.tenants.purge", "deny"), ("step", "review"));
        var review = await ConsoleApplication.ReadAsync(reviewed);
        Assert.Equal(["management-keys:write", "platform-sessions:read", "tenants:purge"], review.QuerySelectorAll(".diff-add code").Select(code => code.TextContent).Order(StringComparer.Ordinal));
        using var saved = await console.SubmitAsync(review, "/roles/-/new", "edit-role", ("step", "save"));
        Assert.Equal(Warden + "?saved=true", saved.Headers.Location!.ToString());
        Assert.Contains("POST /v1/platform/roles", console.Management.Asked);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("/v1/tenants/acme", StringComparison.Ordinal));
        Assert.Empty((await console.OpenAsync("/tenants/acme/roles/-/new")).QuerySelectorAll("input[name^='cell.platform-'], input[name='cell.tenants.purge']"));
    }

    [Fact]
    public async Task A_role_is_edited_and_deleted_where_it_belongs()
    {
        await using var console = await WithWardenAsync();
        var page = await console.OpenAsync(Warden + "/edit");
        Assert.Equal("allow", page.QuerySelector<IHtmlInputElement>("input[name='cell.management-keys.write']:checked")!.Value);
        using var saved = await console.SubmitAsync(page, Warden + "/edit", "edit-role", ("cell.management-keys.read", "allow"), ("description", "Keeps keys."), ("step", "save"));
        Assert.Equal(Warden + "?saved=true", saved.Headers.Location!.ToString());
        using var deleted = await console.SubmitAsync(Warden + "/delete", "delete-role");
        Assert.Equal("/roles?deleted=true", deleted.Headers.Location!.ToString());
        Assert.Contains("DELETE /v1/platform/roles/key-warden", console.Management.Asked);
    }

    [Fact]
    public async Task A_role_that_somebody_has_stays_and_the_page_says_who_has_it()
    {
        await using var console = await WithWardenAsync();
        console.Management.Refusal = ("/v1/platform/roles/key-warden", 409, new JsonObject { ["title"] = "Conflict", ["detail"] = "usr_anna has this role.", ["status"] = 409 });
        using var refused = await console.SubmitAsync(Warden + "/delete", "delete-role");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("usr_anna has this role.", (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/operators/usr_anna", Assert.Single((await console.OpenAsync(Warden)).QuerySelectorAll(".feed a")).GetAttribute("href"));
    }

    [Fact]
    public async Task What_an_operator_may_do_is_asked_of_the_platform()
    {
        await using var console = await WithWardenAsync();
        console.Management.People.Verdict = new JsonObject { ["allowed"] = true, ["rule"] = "management-keys:write", ["role"] = "key-warden", ["reason"] = "'management-keys:write' of the role 'key-warden' allows it." };
        var page = await console.OpenAsync("/roles/-/test?principal=usr_anna&area=management-keys&action=write");
        Assert.Equal("Allowed", page.QuerySelector(".verdict-word")!.TextContent.Trim());
        Assert.NotNull(page.QuerySelector($".verdict a[href='{Warden}']"));
        Assert.Contains(page.QuerySelectorAll("#areas option"), option => option.GetAttribute("value") == "platform-roles");
        Assert.Contains("POST /v1/platform/roles:testPermissions", console.Management.Asked);
        Assert.Contains("platform-roles:write", console.Management.Bodies[^1]["permissions"]!.AsArray().Select(text => (string)text!));
    }

    [Fact]
    public async Task Operators_and_management_keys_lead_to_their_roles()
    {
        await using var console = await WithWardenAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "pipeline", "active", null, null, "key-warden"));
        Assert.NotNull((await console.OpenAsync("/operators/usr_anna")).QuerySelector($"main a[href='{Warden}']"));
        Assert.NotNull((await console.OpenAsync("/operators/usr_anna")).QuerySelector("main a[href^='/roles/-/test?principal=usr_anna']"));
        Assert.NotNull((await console.OpenAsync("/management-keys/k1")).QuerySelector($"main a[href='{Warden}']"));
        Assert.Equal("page", (await console.OpenAsync("/roles")).QuerySelector(".side-nav a[href='/roles']")!.GetAttribute("aria-current"));
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_may_read_a_tenants_roles_only_is_not_led_to_operators()
    {
        await using var console = await WithWardenAsync();
        console.Management.Grants = ["tenants:read", "roles:read", "platform-principals:read", "sessions:own"];
        using var refused = await console.GetAsync("/roles");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("You need platform-roles:read", (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".empty h2")!.TextContent);
        var operators = await console.OpenAsync("/operators/usr_anna");
        Assert.Empty(operators.QuerySelectorAll("a[href^='/roles']"));
        Assert.Contains("key-warden", operators.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<ConsoleApplication> WithWardenAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Roles.Add(FakePeople.Role("key-warden", ["management-keys:write"], builtIn: false, "Keeps keys."));
        console.Management.People.Principals.Add(FakePeople.Principal("usr_anna", "Anna", "user", "key-warden"));
        return console;
    }
}
