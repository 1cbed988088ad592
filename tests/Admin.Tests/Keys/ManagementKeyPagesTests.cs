using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;

namespace Platform.Admin.Tests.Keys;

/// <summary>The keys' pages under the platform's address.</summary>
public sealed class ManagementKeyPagesTests
{
    private static readonly (string, string)[] Form = [("name", "pipeline"), ("roles", "admin"), ("expires", "90d")];

    [Fact]
    [Trait("Control", "AU-7")]
    public async Task A_management_key_is_shown_once_behind_a_gate_with_calls_of_the_management_API()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var form = await console.OpenAsync("/management-keys/new");
        using var issued = await console.SubmitAsync(form, "/management-keys/new", "new-key", Form);
        var page = await ConsoleApplication.ReadAsync(issued);
        Assert.True(issued.Headers.CacheControl!.NoStore);
        Assert.NotNull(page.QuerySelector(".gate a.gate-link[href='/management-keys']"));
        var blocks = page.QuerySelectorAll("pre").Select(block => block.TextContent).ToArray();
        Assert.Contains(blocks, text => text.Contains("/v1/tenants", StringComparison.Ordinal) && text.Contains(FakeManagement.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(blocks, text => text.Contains("platform login", StringComparison.Ordinal) && text.Contains(FakeManagement.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(blocks, text => text.Contains("mcp.example.com", StringComparison.Ordinal));
        Assert.Contains("POST /v1/management-keys", console.Management.Asked);

        using var again = await console.SubmitAsync(form, "/management-keys/new", "new-key", Form);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Single(console.Management.Keys);
        using var list = await console.GetAsync("/management-keys");
        Assert.DoesNotContain(FakeManagement.Secret, await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kinds_are_not_searched_for_where_there_is_one()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "pipeline"));
        var page = await console.OpenAsync("/management-keys");
        Assert.Null(page.QuerySelector("[name=kind]"));
        Assert.NotNull(page.QuerySelector("form input[name=name]"));
        Assert.NotNull((await console.OpenAsync("/tenants/acme/keys")).QuerySelector("select[name=kind]"));
    }

    [Fact]
    public async Task Its_roles_say_how_far_they_reach()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        Assert.Contains("Grants everything, in every tenant.", (await console.OpenAsync("/management-keys/new")).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("/v1/tenants/acme", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Control", "AZ-2")]
    public async Task Nobody_gives_more_than_they_hold_and_the_form_says_so()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Refusal = ("/v1/management-keys", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "You cannot give what you do not hold.", ["status"] = 403 });
        using var refused = await console.SubmitAsync("/management-keys/new", "new-key", Form);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("You cannot give what you do not hold.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(console.Management.Keys);
    }

    [Fact]
    public async Task Management_keys_are_rotated_revoked_and_revoked_together()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.AddRange([FakeManagement.Key("k1", "old laptop"), FakeManagement.Key("k2", "older laptop"), FakeManagement.Key("k3", "oldest")]);
        var list = await console.OpenAsync("/management-keys");
        Assert.Equal("Management keys", list.QuerySelector("h1")!.TextContent.Trim());
        Assert.Equal("/management-keys/-/revoke", list.QuerySelector("form[method=get].card")!.GetAttribute("action"));
        using var rotated = await console.SubmitAsync("/management-keys/k1/rotate", "rotate", ("overlapSeconds", "3600"));
        Assert.Contains(FakeManagement.Secret, await rotated.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("POST /v1/management-keys/k1:rotate", console.Management.Asked);
        using var revoked = await console.SubmitAsync("/management-keys/k1/revoke", "revoke");
        Assert.Equal("/management-keys?revoked=k1", revoked.Headers.Location!.ToString());
        using var many = await console.SubmitAsync("/management-keys/-/revoke?ids=k2&ids=k3", "revoke-many");
        Assert.Equal("/management-keys?revoked=k2&revoked=k3", many.Headers.Location!.ToString());
        Assert.Equal(["k2", "k3"], console.Management.Bodies[^1]["ids"]!.AsArray().Select(id => (string?)id));
    }

    [Fact]
    public async Task A_service_of_the_operators_shows_its_keys_and_is_offered_its_first()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Principals.Add(FakePeople.Principal("svc_pipeline", "Pipeline", "service", "admin"));
        Assert.NotNull((await console.OpenAsync("/operators/svc_pipeline")).QuerySelector("a[href='/management-keys/new?principal=svc_pipeline']"));
        using var issued = await console.SubmitAsync("/management-keys/new?principal=svc_pipeline", "new-key", ("name", "first"), ("expires", "90d"));
        Assert.Equal("svc_pipeline", (string?)console.Management.Bodies[^1]["principal"]);
        Assert.Contains("first", (await console.OpenAsync("/operators/svc_pipeline")).QuerySelector("table")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_handles_keys_of_tenants_is_not_led_to_the_platforms()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "pipeline"));
        console.Management.Grants = ["tenants:*", "keys:*", "roles:*"];
        using var response = await console.GetAsync("/management-keys");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("You need management-keys:read", (await ConsoleApplication.ReadAsync(response)).QuerySelector(".empty h2")!.TextContent);

        console.Management.Grants = ["management-keys:read"];
        var page = await console.OpenAsync("/management-keys");
        Assert.Contains("pipeline", page.QuerySelector("table")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("main input[name=ids], main a[href$=new], main a[href$=revoke]"));
    }
}
