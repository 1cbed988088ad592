using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Session;

/// <summary>Whose session ends while a form is filled in is told so, and comes back to the form.</summary>
[Trait("Control", "AU-11")]
public sealed class UnsentFormTests
{
    private const string Typed = "typed and lost";

    [Theory]
    [InlineData(true, "Your session ended before the form was sent", "Nothing was changed")]
    [InlineData(false, "Your session ended", "Look whether the step was done before you repeat it")]
    public async Task A_form_without_a_session_says_whether_anything_ran_and_leads_back_to_itself(bool ticketIsGone, string title, string text)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        const string Path = "/tenants/acme/keys/new?first=true";
        var page = await console.OpenAsync(Path);
        console.Management.Tokens.Clear();
        if (ticketIsGone)
        {
            console.Cookies.GetCookies(console.Url)["mocopr-console"]!.Expired = true;
        }

        using var sent = await console.SubmitAsync(page, Path, "new-key", ("name", Typed), ("roles", "service"), ("expires", "90d"));
        Assert.Empty(console.Management.Keys);
        var address = sent.Headers.Location!.ToString();
        Assert.DoesNotContain("lost", address, StringComparison.Ordinal);
        var login = await console.OpenAsync(address);
        var banner = login.QuerySelector(".banner-warn")!.TextContent;
        Assert.Contains(title, banner, StringComparison.Ordinal);
        Assert.Contains(text, banner, StringComparison.Ordinal);
        Assert.Contains("what you typed is not kept", banner, StringComparison.OrdinalIgnoreCase);

        using var back = await console.LoginAsync(path: address);
        Assert.Equal(Path, back.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Where_a_part_of_a_step_was_done_nobody_is_told_that_nothing_was()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Insert(0, (method, path, _) =>
        {
            if (method == "POST" && path is [.., "principals"])
            {
                console.Management.Tokens.Clear();
            }

            return null;
        });
        using var sent = await console.SubmitAsync("/tenants/acme/members/new", "new-member", ("kind", "user"), ("displayName", "Anna"), ("name", "anna"), ("roles", "user"));
        Assert.Single(console.Management.People.Principals);
        Assert.Equal("/login?reason=interrupted&returnUrl=%2Ftenants%2Facme%2Fmembers%2Fnew", sent.Headers.Location!.ToString());
        Assert.DoesNotContain("Nothing was changed", (await console.OpenAsync("/login?reason=interrupted")).QuerySelector("main")!.TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/tenants/acme/resources/files/upload", "/tenants/acme/resources/files")]
    [InlineData("/incidents/%C3%BC%20x/evidence", "/incidents/%C3%BC%20x")]
    [InlineData("/tenants/acme/keys/%C3%BC%20x/revoke", "/tenants/acme/keys/%C3%BC%20x/revoke")]
    [InlineData("/incidents/i0000000000000001/evidence", "/incidents/i0000000000000001")]
    public async Task Of_a_form_that_goes_elsewhere_the_page_that_it_stands_on_is_shown_again(string sent, string page)
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.PostAsync(sent, KeyValuePair.Create("x", "y"));
        Assert.Equal($"/login?reason=unsent&returnUrl={Uri.EscapeDataString(page)}", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Nobody_is_led_back_to_signing_out()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.PostAsync("/account/logout", KeyValuePair.Create("x", "y"));
        Assert.Equal("/login", response.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/tenants/acme/keys", "/tenants/acme/keys")]
    [InlineData("//evil.example", "/")]
    public async Task A_form_that_another_site_sent_signs_nobody_out(string wanted, string reached)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.GetAsync("/login?reason=unsent&returnUrl=" + Uri.EscapeDataString(wanted));
        Assert.Equal(reached, response.Headers.Location!.ToString());
        Assert.NotNull(console.Ticket);
    }

    [Fact]
    public async Task A_form_of_an_earlier_session_has_a_link_to_its_page()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var stale = await console.OpenAsync("/tenants/new");
        using var again = await console.LoginAsync(path: "/login?reason=ended");
        using var response = await console.SubmitAsync(stale, "/tenants/new", "new-tenant", ("slug", "later"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotNull((await ConsoleApplication.ReadAsync(response)).QuerySelector<IHtmlAnchorElement>("a[href='/tenants/new']"));
    }
}
