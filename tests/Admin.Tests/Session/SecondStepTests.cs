using System.Net;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Session;

[Trait("Control", "AU-11")]
public sealed class SecondStepTests
{
    [Fact]
    public async Task A_code_is_asked_for_after_the_password_which_is_not_on_the_page()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.SecondFactor = true;
        using var first = await console.LoginAsync();
        var html = await first.Content.ReadAsStringAsync();
        Assert.Null(console.Ticket);
        Assert.DoesNotContain(FakeManagement.Password, html, StringComparison.Ordinal);

        using var second = await console.SubmitAsync(await ConsoleApplication.ReadAsync(first), "/login", "login", ("code", FakeManagement.Code));

        Assert.Equal("/tenants", second.Headers.Location!.ToString());
        Assert.NotNull(console.Ticket);
    }

    [Fact]
    public async Task A_wrong_code_signs_nobody_in_and_asks_again()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.SecondFactor = true;
        using var first = await console.LoginAsync();
        using var second = await console.SubmitAsync(await ConsoleApplication.ReadAsync(first), "/login", "login", ("code", "000000"));
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.Null(console.Ticket);

        using var third = await console.SubmitAsync(await ConsoleApplication.ReadAsync(second), "/login", "login", ("code", FakeManagement.Code));

        Assert.NotNull(console.Ticket);
    }

    [Fact]
    public async Task A_first_step_that_the_console_did_not_seal_is_refused_unasked()
    {
        await using var console = await ConsoleApplication.StartAsync();
        var page = await console.OpenAsync("/login");
        console.Management.Asked.Clear();

        using var response = await console.SubmitAsync(page, "/login", "login", ("half", "forged"), ("code", FakeManagement.Code));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(console.Management.Asked);
    }

    [Fact]
    public async Task A_tenants_user_begins_in_the_tenant_and_is_led_nowhere_else()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.TenantSlug = "acme";
        console.Management.Tenants.Add(FakeManagement.Tenant("acme", "Acme Robotics"));
        using var wrong = await console.LoginAsync();
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var response = await console.SubmitAsync("/login", "login", ("tenant", "acme"), ("user", "admin"), ("password", FakeManagement.Password));
        Assert.Equal("/tenants/acme", response.Headers.Location!.ToString());

        var page = await console.OpenAsync("/tenants/acme");

        Assert.Null(page.QuerySelector("nav.side-nav a[href='/audit']"));
        Assert.NotNull(page.QuerySelector("nav.side-nav a[href='/tenants/acme']"));
    }

    [Fact]
    public async Task Who_needs_an_authenticator_is_led_to_it()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.SecondFactorNeeded = true;
        using var response = await console.LoginAsync();

        Assert.Equal("/account/authenticator", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_invitation_sets_a_password_and_signs_in()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var wrong = await console.SubmitAsync("/invitation", "invitation", ("user", "anna"), ("secret", "wrong"), ("password", "a long enough one"), ("confirm", "a long enough one"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Null(console.Ticket);

        using var right = await console.SubmitAsync("/invitation", "invitation", ("tenant", "acme"), ("user", "anna"), ("secret", "invitation"), ("password", "a long enough one"), ("confirm", "a long enough one"));

        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
        Assert.NotNull(console.Ticket);
    }
}
