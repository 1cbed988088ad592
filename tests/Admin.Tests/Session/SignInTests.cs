using System.Net;

namespace Platform.Admin.Tests.Session;

[Trait("Control", "AU-11")]
public sealed class SignInTests
{
    [Fact]
    public async Task The_first_visit_leads_to_set_up()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.PasswordSet = false;
        using var home = await console.GetAsync("/");
        Assert.StartsWith("/login", home.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var login = await console.GetAsync("/login");
        Assert.Equal("/setup", login.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/login?reason=account")]
    [InlineData("/login?reason=out")]
    [InlineData("/login?reason=ended")]
    [InlineData("/login?tenant=acme")]
    public async Task Who_was_invited_before_the_admin_set_a_password_signs_in(string path)
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.PasswordSet = false;
        using var setup = await console.GetAsync("/setup");
        Assert.Contains("href=\"/login?reason=account\"", await setup.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var login = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        using var answer = await console.LoginAsync(path: path);
        Assert.Equal("/tenants", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Set_up_uses_the_secret_and_signs_in()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.PasswordSet = false;
        using var response = await console.SubmitAsync("/setup", "setup", ("secret", "bootstrap-secret"), ("password", "a long enough one"), ("confirm", "a long enough one"));
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/tenants", response.Headers.Location!.ToString());
        using var tenants = await console.GetAsync("/tenants");
        Assert.Equal(HttpStatusCode.OK, tenants.StatusCode);
    }

    [Theory]
    [InlineData("wrong-secret", "a long enough one", "a long enough one", "The bootstrap secret is wrong or was used before")]
    [InlineData("bootstrap-secret", "short", "short", "Use at least 12 characters.")]
    [InlineData("bootstrap-secret", "a long enough one", "another long one", "The two passwords differ.")]
    public async Task Set_up_says_what_is_wrong_and_signs_nobody_in(string secret, string password, string confirm, string message)
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.PasswordSet = false;
        using var response = await console.SubmitAsync("/setup", "setup", ("secret", secret), ("password", password), ("confirm", confirm));
        var html = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, html, StringComparison.Ordinal);
        Assert.DoesNotContain(password, html, StringComparison.Ordinal);
        Assert.Null(console.Ticket);
    }

    [Fact]
    public async Task Set_up_is_closed_once_a_password_is_set()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.GetAsync("/setup");
        Assert.Equal("/login", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_saying_which_part_was_wrong()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.LoginAsync("not the password");
        var html = await response.Content.ReadAsStringAsync();
        Assert.Contains("Wrong user or password", html, StringComparison.Ordinal);
        Assert.Contains("req-4711", html, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", html, StringComparison.Ordinal);
        Assert.Null(console.Ticket);
    }

    [Fact]
    public async Task Too_many_attempts_are_told_with_the_time_to_wait()
    {
        await using var console = await ConsoleApplication.StartAsync();
        console.Management.Refusal = ("/v1/sessions", 429, new() { ["title"] = "Too many requests", ["status"] = 429, ["requestId"] = "req-1" });
        using var response = await console.LoginAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Contains("Too many requests", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ticket_is_a_http_only_session_cookie_and_holds_no_readable_token()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.LoginAsync();
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), value => value.StartsWith("mocopr-console=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("mcps_", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_https_the_ticket_is_secure_and_bound_to_the_host()
    {
        await using var console = await ConsoleApplication.StartAsync(https: true);

        // .NET's cookie container keeps Secure cookies from plain http, so the antiforgery cookie is carried by hand.
        using var page = await console.GetAsync("/login");
        var form = page.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("mocopr-console-form=", StringComparison.Ordinal)).Split(';')[0];
        var document = await ConsoleApplication.ReadAsync(page);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = console.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "login",
                ["__RequestVerificationToken"] = document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!,
                ["user"] = "admin",
                ["password"] = FakeManagement.Password,
            }),
        };
        request.Headers.Add("Cookie", form);
        using var response = await client.SendAsync(request);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), value => value.StartsWith("__Host-mocopr-console=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Each_sign_in_makes_a_new_ticket()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var first = console.Ticket;
        using var again = await console.LoginAsync(path: "/login?reason=ended");
        Assert.NotNull(first);
        Assert.NotEqual(first, console.Ticket);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_drops_the_cookie()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync("/tenants");
        var token = page.QuerySelector("form[action='/account/logout'] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var response = await console.PostAsync("/account/logout", KeyValuePair.Create("__RequestVerificationToken", token));
        Assert.Equal("/login?reason=out", response.Headers.Location!.ToString());
        Assert.Null(console.Ticket);
        Assert.Empty(console.Management.Tokens);
    }

    [Theory]
    [InlineData("/tenants")]
    [InlineData("/tenants/acme/keys")]
    public async Task A_session_that_REST_ended_drops_the_cookie_and_asks_again(string path)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Tokens.Clear();
        using var response = await console.GetAsync(path);
        Assert.StartsWith("/login?reason=ended", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Null(console.Ticket);
        var login = await console.OpenAsync(response.Headers.Location.ToString());
        Assert.Contains("Your session has ended", login.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("tenants")]
    public async Task A_foreign_return_address_is_ignored(string target)
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.LoginAsync(path: "/login?returnUrl=" + Uri.EscapeDataString(target));
        Assert.Equal("/tenants", response.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/%C3%BC", "/tenants")]
    [InlineData("/a%20b", "/tenants")]
    [InlineData("/%7F", "/tenants")]
    [InlineData("/%25C3%25BC", "/%C3%BC")]
    public async Task What_no_header_can_carry_costs_nobody_the_new_session(string escaped, string reached)
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.LoginAsync(path: "/login?returnUrl=" + escaped);
        Assert.Equal(reached, response.Headers.Location!.OriginalString);
        Assert.NotNull(console.Ticket);
    }

    [Fact]
    public async Task A_local_return_address_is_followed()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var denied = await console.GetAsync("/tenants/acme/audit?pageToken=7");
        using var response = await console.LoginAsync(path: denied.Headers.Location!.ToString());
        Assert.Equal("/tenants/acme/audit?pageToken=7", response.Headers.Location!.ToString());
    }
}
