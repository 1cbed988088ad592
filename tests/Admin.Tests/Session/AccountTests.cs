using System.Net;
using AngleSharp.Dom;
using Platform.Hosting.Listeners;

namespace Platform.Admin.Tests.Session;

[Trait("Control", "AU-11")]
public sealed class AccountTests
{
    [Fact]
    public async Task An_authenticator_is_shown_once_confirmed_and_gives_recovery_codes_and_a_new_ticket()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var before = console.Ticket;
        using var enrolled = await console.SubmitAsync("/account/authenticator", "enrol-totp", ("password", FakeManagement.Password));
        var page = await ConsoleApplication.ReadAsync(enrolled);
        Assert.Equal("GEZDGNBVGY3TQOJQ", page.QuerySelector("#code-Secret")!.TextContent);
        Assert.StartsWith("otpauth://totp/", page.QuerySelector("#code-Address")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("GEZDGNBVGY3TQOJQ", await (await console.GetAsync("/account/authenticator")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var confirmed = await console.SubmitAsync(page, "/account/authenticator", "confirm-totp", ("code", FakeManagement.Code));

        Assert.Contains("abcde-fghjk", await confirmed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(before, console.Ticket);
        using var account = await console.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, account.StatusCode);
    }

    [Fact]
    public async Task A_wrong_code_turns_nothing_on()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/account/authenticator", "confirm-totp", ("code", "000000"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This is not the code.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_password_goes_on_with_a_new_ticket_and_a_wrong_one_says_so()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var before = console.Ticket;
        using var wrong = await console.SubmitAsync("/account", "change-password", ("oldPassword", "wrong"), ("newPassword", "another good password"), ("confirm", "another good password"));
        Assert.Contains("This is not your present password.", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(before, console.Ticket);

        using var right = await console.SubmitAsync("/account", "change-password", ("oldPassword", FakeManagement.Password), ("newPassword", "another good password"), ("confirm", "another good password"));

        Assert.Equal("/account?done=password", right.Headers.Location!.ToString());
        Assert.NotEqual(before, console.Ticket);
    }

    [Fact]
    public async Task An_authenticator_is_turned_off_with_the_password_and_a_code()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.SecondFactor = true;
        using var response = await console.SubmitAsync("/account", "disable-totp", ("password", FakeManagement.Password), ("code", FakeManagement.Code));
        Assert.Equal("/account?done=off", response.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/account", "/account?done=ended")]
    [InlineData("/tenants/acme/sessions", "/tenants/acme/sessions?ended=true")]
    public async Task A_session_is_ended_from_the_list(string path, string next)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Sessions.Add(FakeManagement.Session("aaaaaaaaaaaaaaaa", "here", current: true));
        console.Management.Sessions.Add(FakeManagement.Session("bbbbbbbbbbbbbbbb", "elsewhere"));
        var page = await console.OpenAsync(path);
        Assert.Equal("bbbbbbbbbbbbbbbb", Assert.Single(page.QuerySelectorAll("button[name=session]")).GetAttribute("value"));

        using var response = await console.SubmitAsync(page, path, "end-session", ("session", "bbbbbbbbbbbbbbbb"));

        Assert.Equal(next, response.Headers.Location!.ToString());
        Assert.Single(console.Management.Sessions);
    }

    [Theory]
    [InlineData("../tenants/acme")]
    [InlineData("")]
    [InlineData("current")]
    public async Task What_is_no_id_of_a_session_is_not_sent(string id)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/account", "end-session", ("session", id));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_out_everywhere_drops_the_cookie_here_too()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/account", "end-all");
        Assert.Equal("/login?reason=out", response.Headers.Location!.ToString());
        Assert.Null(console.Ticket);
    }

    [Fact]
    public async Task REST_hears_whose_browser_it_is()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.LoginAsync();

        Assert.True(console.Seal.TryOpen(console.Management.Headers[ClientAddressSeal.Header], out var address));
        Assert.Equal(IPAddress.Loopback, address);
    }
}
