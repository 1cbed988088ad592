using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Members;

/// <summary>Roles for a while, of members and of operators: given with a reason, seen while they run and after, and ended.</summary>
public sealed class ElevationPagesTests
{
    private const string Why = "restore of last night, ticket 4711";

    [Theory]
    [InlineData("/operators/usr_anna", "/v1/platform/principals/usr_anna")]
    [InlineData("/tenants/acme/members/usr_anna", "/v1/tenants/acme/principals/usr_anna")]
    public async Task A_role_is_given_for_a_while_seen_and_ended(string own, string asked)
    {
        await using var console = await WithAnnaAsync();
        Assert.Equal("Never elevated", (await console.OpenAsync(own)).QuerySelectorAll(".empty h2").Select(title => title.TextContent).Single(title => title.EndsWith("elevated", StringComparison.Ordinal)));
        using var given = await console.SubmitAsync(own + "/elevate", "elevate", ("role", "admin"), ("minutes", "240"), ("justification", Why));
        Assert.Equal(own + "?done=elevated", given.Headers.Location!.ToString());
        Assert.Contains($"POST {asked}:elevate", console.Management.Asked);
        Assert.Equal(("admin", 240, Why), ((string?)console.Management.Bodies[^1]["role"], (int)console.Management.Bodies[^1]["minutes"]!, (string?)console.Management.Bodies[^1]["justification"]));

        var page = await console.OpenAsync(own);
        Assert.Contains(Why, page.QuerySelector("main tbody")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Elevated", (await console.OpenAsync(own[..own.LastIndexOf('/')])).QuerySelector("tbody .pill-warn")!.TextContent, StringComparison.Ordinal);
        using var ended = await console.SubmitAsync(page, own, "end-elevations");
        Assert.Equal(own + "?done=elevations-ended", ended.Headers.Location!.ToString());
        Assert.Contains($"POST {asked}:endElevations", console.Management.Asked);
        var after = await console.OpenAsync(own);
        Assert.Contains("Before: 1", after.QuerySelector("main details summary")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(after.QuerySelectorAll<IHtmlInputElement>("input[name=_handler][value=end-elevations]"));
    }

    [Theory]
    [InlineData("", "60", Why, "Choose a role")]
    [InlineData("admin", "100000", Why, "Choose one of these")]
    [InlineData("admin", "60", "short", "Say why in 10 to 500")]
    public async Task A_mistake_stands_at_its_field_and_what_was_typed_stays(string role, string minutes, string why, string message)
    {
        await using var console = await WithAnnaAsync();
        using var response = await console.SubmitAsync("/operators/usr_anna/elevate", "elevate", ("role", role), ("minutes", minutes), ("justification", why));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, string.Concat(page.QuerySelectorAll(".error").Select(error => error.TextContent)), StringComparison.Ordinal);
        Assert.Equal(why, page.QuerySelector<IHtmlInputElement>("input[name=justification]")!.Value);
        Assert.Empty(console.Management.People.Principals[0]["elevations"]!.AsArray());
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        await using var console = await WithAnnaAsync();
        using var response = await console.SubmitAsync("/operators/usr_anna/elevate", "elevate", ("minutes", "100000"), ("justification", "short"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(["Choose a role.", "Choose one of these.", "Say why in 10 to 500 characters without control characters."], page.QuerySelectorAll("form .error").Select(error => error.TextContent.Trim()));
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Nobody_gives_for_a_while_what_they_do_not_hold_and_what_elevates_nobody_is_not_offered()
    {
        await using var console = await WithAnnaAsync();
        var denies = FakePeople.Role("no-salaries", ["tools:read"], builtIn: false);
        denies["deny"] = new JsonArray("resources:read:salaries/*");
        console.Management.People.Roles.Add(denies);
        var form = await console.OpenAsync("/operators/usr_anna/elevate");
        Assert.Equal(["admin", "service"], form.QuerySelectorAll<IHtmlInputElement>("input[name=role]").Select(choice => choice.Value));
        console.Management.Refusal = ("/v1/platform/principals/usr_anna:elevate", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "You cannot give what you do not hold.", ["status"] = 403 });
        using var refused = await console.SubmitAsync(form, "/operators/usr_anna/elevate", "elevate", ("role", "admin"), ("minutes", "60"), ("justification", Why));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("You cannot give what you do not hold.", (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_not_elevated()
    {
        await using var console = await WithAnnaAsync();
        console.Management.People.Principals.Add(FakePeople.Principal("grp_staff", "Staff", "group"));
        using var response = await console.GetAsync("/tenants/acme/members/grp_staff/elevate");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty((await console.OpenAsync("/tenants/acme/members/grp_staff")).QuerySelectorAll("a[href$='/elevate']"));
    }

    private static async Task<ConsoleApplication> WithAnnaAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        console.Management.People.Principals.Add(FakePeople.Principal("usr_anna", "Anna", "user", "user"));
        return console;
    }
}
