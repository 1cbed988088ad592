using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Settings;

/// <summary>What signing in takes of operators.</summary>
[Trait("Control", "AU-4")]
public sealed class OperatorSignInTests
{
    private const string Path = "/sign-in-policy";

    [Fact]
    public async Task An_authenticator_is_required_of_operators()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Path);
        Assert.Equal("recommended", page.QuerySelector<IHtmlInputElement>("input[name=secondFactor]:checked")!.Value);
        using var saved = await console.SubmitAsync(page, Path, "login-policy", ("secondFactor", "everyone"));
        Assert.Equal(Path + "?done=saved", saved.Headers.Location!.ToString());
        Assert.Contains("PUT /v1/tenants/_sys/login-policy", console.Management.Asked);
        Assert.Equal("everyone", (await console.OpenAsync(Path)).QuerySelector<IHtmlInputElement>("input[name=secondFactor]:checked")!.Value);
    }

    [Fact]
    public async Task What_the_configuration_asks_for_beyond_the_choice_is_said()
    {
        await using var console = await FilledAsync(strict: true);
        using var saved = await console.SubmitAsync(Path, "login-policy", ("secondFactor", "recommended"));
        Assert.Equal(Path + "?done=stricter", saved.Headers.Location!.ToString());
        Assert.Contains("stricter than what you chose", (await console.OpenAsync(Path + "?done=stricter")).QuerySelector(".banner-warn")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_who_are_signed_in_without_one_are_named()
    {
        await using var console = await FilledAsync();
        console.Management.Sessions.Add(FakeManagement.Session("aaaaaaaaaaaaaaaa", "Firefox", current: true));
        var safe = FakeManagement.Session("bbbbbbbbbbbbbbbb", "Firefox");
        (safe["principal"], safe["secondFactor"]) = ("usr_ben", true);
        console.Management.Sessions.Add(safe);
        var page = await console.OpenAsync(Path);
        Assert.Equal(["usr_admin"], page.QuerySelectorAll("main .feed li").Select(line => line.TextContent.Trim()));
        Assert.NotNull(page.QuerySelector("main .feed a[href='/operators/usr_admin']"));
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(201, true)]
    public async Task Of_sessions_that_were_not_looked_at_nothing_is_said(int sessions, bool more)
    {
        await using var console = await FilledAsync();
        for (var number = 0; number < sessions; number++)
        {
            var safe = FakeManagement.Session($"{number:x16}", "Firefox");
            safe["secondFactor"] = true;
            console.Management.Sessions.Add(safe);
        }

        var text = (await console.OpenAsync(Path)).QuerySelector("main")!.TextContent;
        Assert.Equal(!more, text.Contains("every operator who is signed in now came with one", StringComparison.Ordinal));
        Assert.Equal(more, text.Contains("Nobody in the first 200 sessions. There are more", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.BadRequest, "Choose one of these")]
    [InlineData("admins", HttpStatusCode.PreconditionFailed, "Somebody changed this meanwhile")]
    public async Task What_is_not_saved_says_why(string chosen, HttpStatusCode status, string message)
    {
        await using var console = await FilledAsync(stale: true);
        using var response = await console.SubmitAsync(Path, "login-policy", ("secondFactor", chosen));
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(message, (await ConsoleApplication.ReadAsync(response)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_only_reads_it_is_offered_no_change_and_who_holds_a_tenants_does_not_see_it()
    {
        await using var console = await FilledAsync();
        console.Management.Grants = ["platform-login-policy:read"];
        var page = await console.OpenAsync(Path);
        Assert.True(page.QuerySelector("main fieldset.form")!.HasAttribute("disabled"));
        Assert.Empty(page.QuerySelectorAll("main form, main .feed"));
        console.Management.Grants = ["login-policy:*", "tenants:read"];
        using var refused = await console.GetAsync(Path);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static async Task<ConsoleApplication> FilledAsync(bool strict = false, bool stale = false)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var fake = FakeSettings.In(console.Management);
        (fake.Strict, fake.Stale) = (strict, stale);
        return console;
    }
}
