using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Platform.Abstractions.IdentityProviders;

namespace Platform.Admin.Tests.IdentityProviders;

/// <summary>Providers are added, tested, changed and ended; a client's secret is typed and never seen again.</summary>
[Trait("Control", "AU-11")]
public sealed class ProviderPagesTests
{
    private const string Root = "/tenants/acme/identity-providers";
    private const string Own = Root + "/" + FakeProviders.Id;
    private const string New = Root + "/new?issuer=" + FakeProviders.Issuer;
    private const string Secret = "s3cret-of-the-client";

    private static readonly (string, string)[] Good =
    [
        ("audience", "api://mcp"), ("algorithms", "RS256"), ("algorithms", "PS256"), ("tokenType", "JWT"), ("signIn", "true"), ("signIn.clientId", "mocopr"), ("secret", "new"), ("signIn.clientSecret", Secret),
        ("rules[0].claim", "groups"), ("rules[0].value", "mcp, admins"), ("rules[0].roles", "admin, user"), ("rules[2].claim", "sub"), ("rules[2].value", "alice"), ("rules[2].roles", "user"),
    ];

    [Fact]
    public async Task The_list_says_through_which_people_sign_in_and_an_empty_one_leads_to_the_first()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Root);
        Assert.Equal(["Example login", "login.example.com"], page.QuerySelectorAll("tbody a").Select(link => link.TextContent));
        Assert.Equal(["People sign in", "Tokens only"], page.QuerySelectorAll("tbody .pill").Select(pill => pill.TextContent.Trim()));
        Assert.Contains(page.QuerySelectorAll(".side-nav a[aria-current=page]"), link => link.GetAttribute("href") == Root);

        await using var empty = await FilledAsync(fake => fake.Providers.Clear());
        Assert.Equal(Root + "/new", (await empty.OpenAsync(Root)).QuerySelector(".empty a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task What_to_register_is_said_before_anything_is_added_and_after()
    {
        await using var console = await FilledAsync();
        var first = await console.OpenAsync(Root + "/new");
        Assert.Equal("get", first.QuerySelector<IHtmlFormElement>("main form")!.Method);
        Assert.Null(first.QuerySelector("pre code"));

        var form = await console.OpenAsync(New);
        Assert.Equal(console.Management.Url + SignInRedirect.PathOf("acme", FakeProviders.Issuer), form.QuerySelector("pre code")!.TextContent);
        Assert.Equal("https://mcp.example.com/t/acme/mcp", form.QuerySelector<IHtmlInputElement>("#f-audience")!.Value);
        Assert.Equal(FakeProviders.Redirect, (await console.OpenAsync(Own)).QuerySelector("pre code")!.TextContent);
        Assert.NotNull((await console.OpenAsync(Root + "/new?issuer=http://login.example")).QuerySelector("#f-issuer-error"));
    }

    [Fact]
    public async Task A_provider_is_added_as_it_was_typed_and_the_secret_is_seen_no_more()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(New, "identity-provider", Good);
        Assert.Equal(Own + "?done=added", response.Headers.Location!.ToString());
        Assert.Equal(
            """{"issuer":"https://login.example.com","audience":"api://mcp","algorithms":["RS256","PS256"],"tokenType":"JWT","rules":[{"claim":"groups","value":"mcp, admins","roles":["admin","user"]},{"claim":"sub","value":"alice","roles":["user"]}]"""
            + ""","signIn":{"clientId":"mocopr","clientSecret":"s3cret-of-the-client","name":null,"public":false}}""",
            console.Management.Bodies[^1].ToJsonString());

        await using var refusing = await FilledAsync(fake => fake.Changed = FakeAnswer.Invalid("rules[1].value", "Too long."));
        using var refused = await refusing.SubmitAsync(New, "identity-provider", Good);
        var page = await ConsoleApplication.ReadAsync(refused);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("Too long.", page.QuerySelector("#rule-1-value-error")!.TextContent);
        Assert.Equal("alice", page.QuerySelector<IHtmlInputElement>("#rule-1-value")!.Value);
        Assert.DoesNotContain(Secret, page.Body!.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_publishes_something_else_is_told_so_and_nothing_typed_is_lost()
    {
        await using var console = await FilledAsync(fake => fake.Changed = new FakeAnswer(502));
        using var response = await console.SubmitAsync(New, "identity-provider", Good);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("The provider cannot be used as it is", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("mocopr", page.QuerySelector<IHtmlInputElement>("#f-signIn-clientId")!.Value);
        Assert.Equal(["RS256", "PS256"], page.QuerySelectorAll<IHtmlInputElement>("input[name=algorithms]").Where(box => box.IsChecked).Select(box => box.Value));
    }

    [Fact]
    public async Task More_lines_are_asked_of_nobody()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(New, "identity-provider", [.. Good, ("intent", "more")]);
        Assert.Equal(4, (await ConsoleApplication.ReadAsync(response)).QuerySelectorAll(".rule-rows > div").Length);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.StartsWith("POST /v1/tenants", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("keep", """{"clientId":"mocopr","clientSecret":null,"name":null,"public":false}""")]
    [InlineData("none", """{"clientId":"mocopr","clientSecret":null,"name":null,"public":true}""")]
    public async Task A_change_is_of_the_version_that_was_seen_and_keeps_the_secret_or_forgets_it(string choice, string client)
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Own + "/edit");
        Assert.True(page.QuerySelector<IHtmlInputElement>("input[name=secret][value=keep]")!.IsChecked);
        Assert.Null(page.QuerySelector<IHtmlInputElement>("input[type=password]")!.GetAttribute("value"));
        Assert.Equal("admin, user", page.QuerySelector<IHtmlInputElement>("#rule-0-roles")!.Value);
        using var response = await console.SubmitAsync(page, Own + "/edit", "identity-provider", [.. Good.Where(field => field.Item1 is not ("secret" or "signIn.clientSecret")), ("secret", choice)]);
        Assert.Equal(Own + "?done=saved", response.Headers.Location!.ToString());
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);
        Assert.Equal(client, console.Management.Bodies[^1]["signIn"]!.ToJsonString());
        Assert.Equal(FakeProviders.Issuer, (string?)console.Management.Bodies[^1]["issuer"]);
    }

    [Fact]
    public async Task Tokens_alone_need_no_client_and_a_client_needs_its_secret()
    {
        await using var console = await FilledAsync();
        using var alone = await console.SubmitAsync(New, "identity-provider", [.. Good.Where(field => !field.Item1.StartsWith("signIn", StringComparison.Ordinal))]);
        Assert.Null(console.Management.Bodies[^1]["signIn"]);
        using var lacking = await console.SubmitAsync(New, "identity-provider", [.. Good.Where(field => field.Item1 != "signIn.clientSecret")]);
        Assert.Equal(HttpStatusCode.BadRequest, lacking.StatusCode);
        Assert.NotNull((await ConsoleApplication.ReadAsync(lacking)).QuerySelector("#f-signIn-clientSecret-error"));
    }

    [Fact]
    public async Task Somebody_elses_change_is_not_overwritten()
    {
        await using var console = await FilledAsync(fake => fake.Changed = new FakeAnswer(412));
        using var response = await console.SubmitAsync(Own + "/edit", "identity-provider", Good);
        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
        Assert.Contains("Somebody changed this provider meanwhile", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "What it publishes is in order")]
    [InlineData("jwks_uri of the discovery document must be there, and https.", "It cannot be used as it is now")]
    public async Task A_test_says_at_once_what_was_found(string? fault, string title)
    {
        await using var console = await FilledAsync(fake => fake.Fault = fault);
        using var response = await console.SubmitAsync(Own, "test-provider");
        var told = (await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner")!.TextContent;
        Assert.Contains(title, told, StringComparison.Ordinal);
        Assert.Contains(fault ?? "found", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_is_deleted_by_its_name()
    {
        await using var console = await FilledAsync();
        using var wrong = await console.SubmitAsync(Own + "/delete", "delete-provider", ("confirm", "login.example.org"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.DoesNotContain($"DELETE /v1{Own}", console.Management.Asked);
        using var right = await console.SubmitAsync(Own + "/delete", "delete-provider", ("confirm", "login.example.com"));
        Assert.Contains($"DELETE /v1{Own}", console.Management.Asked);
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);
        Assert.Equal(Root + "?done=deleted", right.Headers.Location!.ToString());
    }

    [Theory]
    [Trait("Control", "IN-3")]
    [InlineData("/idp_..%2F..%2Fkeys")]
    [InlineData("/idp_nobody000000/edit")]
    public async Task What_is_no_provider_is_not_found(string path)
    {
        await using var console = await FilledAsync();
        using var response = await console.GetAsync(Root + path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<ConsoleApplication> FilledAsync(Action<FakeProviders>? prepare = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var providers = FakeProviders.In(console.Management);
        prepare?.Invoke(providers);
        return console;
    }
}
