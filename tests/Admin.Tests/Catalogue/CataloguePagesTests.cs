using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;

namespace Platform.Admin.Tests.Catalogue;

/// <summary>The catalogue, and the playground: forms from schemas, calls as whoever is signed in, both messages as they were.</summary>
public sealed class CataloguePagesTests
{
    private const string Echo = "/tenants/acme/catalogue/tool?name=echo";
    private const string Many = "/tenants/acme/catalogue/tool?name=many";
    private const string Attack = "\"><script>alert(1)</script>";

    [Fact]
    public async Task Tools_prompts_and_resources_are_listed_and_each_leads_to_its_page()
    {
        await using var console = await ServedAsync();
        var page = await console.OpenAsync("/tenants/acme/catalogue");
        Assert.Equal([Echo, Many, "/tenants/acme/catalogue/tool?name=a%20text", "/tenants/acme/catalogue/prompt?name=sum", "/tenants/acme/catalogue/resource?uri=memory%3A%2F%2F%7Bkey%7D"],
            page.QuerySelectorAll("a.row-link").Select(link => link.GetAttribute("href")));
        Assert.Equal(["Reads", "May overwrite or delete", "May overwrite or delete"], page.QuerySelectorAll("tbody .pill").Select(pill => pill.TextContent));
    }

    [Fact]
    public async Task Who_may_not_see_one_list_sees_the_others()
    {
        await using var console = await ServedAsync();
        console.Management.More.Insert(0, (_, path, _) => path is [.., "prompts"] ? new FakeAnswer(403) : null);
        var page = await console.OpenAsync("/tenants/acme/catalogue");
        Assert.Contains("You may not see these", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(4, page.QuerySelectorAll("a.row-link").Length);
    }

    [Fact]
    public async Task A_call_is_sent_as_typed_and_both_messages_are_shown()
    {
        await using var console = await ServedAsync();
        using var response = await console.SubmitAsync(Echo, "call", ("arg.message", "  two\r\nlines  "));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"method":"tools/call","params":{"name":"echo","arguments":{"message":"  two\nlines  "}}}""", console.Management.Bodies[^1].ToJsonString());
        Assert.Contains("It was answered", page.QuerySelector(".banner-good")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("\"method\": \"tools/call\"", page.GetElementById("code-Request")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("\"text\": \"a text\"", page.GetElementById("code-Responsestatus200")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("  two\nlines  ", page.QuerySelector("textarea[name='arg.message']")!.TextContent);
    }

    [Fact]
    public async Task A_tool_may_take_longer_than_a_page_waits_for_REST_and_it_is_said_how_long()
    {
        await using var console = await ConsoleApplication.StartAsync(timeout: TimeSpan.FromSeconds(1));
        console.Management.Tenants.Add(FakeManagement.Tenant("acme"));
        FakeCatalogue.In(console.Management);
        console.Management.More.Insert(0, (_, path, _) =>
        {
            Thread.Sleep(path is [.., "mcp:send"] ? 1_200 : 0);
            return null;
        });
        using var signedIn = await console.SubmitAsync("/login", "login", ("user", "admin"), ("password", FakeManagement.Password));
        var page = await console.OpenAsync(Echo);
        Assert.Equal("Running…", page.QuerySelector("form.try")!.GetAttribute("data-running"));
        using var response = await console.SubmitAsync(page, Echo, "call", ("arg.message", "x"));
        Assert.Matches("It was answered, after [1-9]", (await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner-good")!.TextContent);
    }

    [Fact]
    public async Task Every_kind_of_argument_has_its_control_and_goes_out_as_its_type()
    {
        await using var console = await ServedAsync();
        var form = await console.OpenAsync(Many);
        Assert.Equal(["a text", "list"], form.QuerySelectorAll("form[method=post] textarea").Select(area => area.GetAttribute("name")![4..]));
        Assert.Equal(["", "\"a text\"", "2", "null"], form.QuerySelectorAll("select[name='arg.choice'] option").Select(option => option.GetAttribute("value")));
        Assert.Contains("A whole number, 1 to 9.", form.GetElementById("arg-2-hint")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("a text", form.GetElementById("arg-0")!.TextContent);

        using var sent = await console.SubmitAsync(Many, "call", ("arg.a text", ""), ("arg.choice", "null"), ("arg.count", "12345678901234567890"), ("arg.flag", "false"), ("arg.list", "[1, {\"a\": true}]"));
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        Assert.Equal("""{"choice":null,"count":12345678901234567890,"flag":false,"list":[1,{"a":true}]}""", console.Management.Bodies[^1]["params"]!["arguments"]!.ToJsonString());
    }

    [Theory]
    [InlineData("arg.count", "nine", "arg-2", "Write a number.")]
    [InlineData("arg.count", "\"9\"", "arg-2", "Write a number.")]
    [InlineData("arg.list", "[1,", "arg-4", "This is not JSON")]
    [InlineData("arg.list", "{\"a\":1,\"a\":2}", "arg-4", "This is not JSON")]
    [InlineData("arg.choice", "<b>", "arg-1", "This is not JSON")]
    public async Task What_is_no_JSON_is_told_beside_its_field_and_nothing_is_sent(string name, string value, string id, string message)
    {
        await using var console = await ServedAsync();
        using var response = await console.SubmitAsync(Many, "call", (name, value));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, (await ConsoleApplication.ReadAsync(response)).GetElementById(id + "-error")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("mcp:send", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/tenants/acme/catalogue/tool?name=echo&mode=json")]
    [InlineData("/tenants/acme/catalogue/tool?name=a%20text")]
    public async Task Arguments_are_written_as_JSON_where_one_likes_or_a_form_cannot_hold_them(string path)
    {
        await using var console = await ServedAsync();
        using var sent = await console.SubmitAsync(path, "call", ("arguments", "{\"any\":[1]}"));
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        Assert.Equal("""{"any":[1]}""", console.Management.Bodies[^1]["params"]!["arguments"]!.ToJsonString());
        using var wrong = await console.SubmitAsync(path, "call", ("arguments", "[1]"));
        Assert.Contains("Write one JSON object.", (await ConsoleApplication.ReadAsync(wrong)).GetElementById("f-arguments-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_failed_and_an_endpoint_that_refused_are_told_apart()
    {
        await using var console = await ServedAsync(catalogue => catalogue.Response = FakeCatalogue.Answered("no such key", isError: true));
        using var failed = await console.SubmitAsync(Echo, "call", ("arg.message", "x"));
        Assert.Contains("answered that it failed", (await ConsoleApplication.ReadAsync(failed)).QuerySelector(".banner-warn")!.TextContent, StringComparison.Ordinal);

        await using var other = await ServedAsync(catalogue => (catalogue.Code, catalogue.Response) = ("permission-denied", new JsonObject { ["error"] = new JsonObject { ["code"] = 40301, ["message"] = "Not yours." } }));
        using var refused = await other.SubmitAsync(Echo, "call", ("arg.message", "x"));
        var banner = (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".banner-bad")!.TextContent;
        Assert.Contains("permission-denied", banner, StringComparison.Ordinal);
        Assert.Contains("Not yours.", banner, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "Permission denied")]
    [InlineData(429, "Rate limit reached")]
    public async Task A_request_that_REST_refuses_keeps_what_was_typed(int status, string title)
    {
        await using var console = await ServedAsync();
        console.Management.Refusal = ("/v1/tenants/acme/mcp:send", status, new JsonObject { ["title"] = title, ["requestId"] = "req-9" });
        using var response = await console.SubmitAsync(Echo, "call", ("arg.message", "kept"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(title, page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("kept", page.QuerySelector("textarea")!.TextContent);
    }

    [Fact]
    public async Task Whether_somebody_else_may_call_it_is_asked_of_REST_and_nothing_is_called()
    {
        await using var console = await ServedAsync();
        console.Management.People.Verdict = new() { ["allowed"] = false, ["reason"] = "Nothing allows it." };
        var page = await console.OpenAsync(Echo + "&principal=usr_x");
        Assert.Contains("Denied", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("""{"principal":"usr_x","area":"tools","action":"call","target":"echo","address":null,"time":null,"trustLevel":null,"permissions":null}""", console.Management.Bodies[^1].ToJsonString());
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("mcp:send", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_prompt_is_fetched_and_a_resource_read()
    {
        await using var console = await ServedAsync();
        using var prompt = await console.SubmitAsync("/tenants/acme/catalogue/prompt?name=sum", "get-prompt", ("arg.a text", "notes"));
        Assert.Equal(HttpStatusCode.OK, prompt.StatusCode);
        Assert.Equal("""{"method":"prompts/get","params":{"name":"sum","arguments":{"a text":"notes"}}}""", console.Management.Bodies[^1].ToJsonString());

        Assert.Equal("memory://{key}", (await console.OpenAsync("/tenants/acme/catalogue/resource?uri=memory%3A%2F%2F%7Bkey%7D")).QuerySelector("input[name=uri]")!.GetAttribute("value"));
        using var braces = await console.SubmitAsync("/tenants/acme/catalogue/resource", "read", ("uri", "memory://{key}"));
        Assert.Equal(HttpStatusCode.BadRequest, braces.StatusCode);
        using var read = await console.SubmitAsync("/tenants/acme/catalogue/resource", "read", ("uri", "memory://notes"));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal("memory://notes", (string?)console.Management.Bodies[^1]["params"]!["uri"]);
    }

    [Fact]
    [Trait("Control", "IN-5")]
    public async Task What_a_tool_answers_is_text()
    {
        await using var console = await ServedAsync(catalogue => catalogue.Response = FakeCatalogue.Answered(Attack));
        using var response = await console.SubmitAsync(Echo, "call", ("arg.message", Attack));
        var html = await response.Content.ReadAsStringAsync();
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Equal(Attack, page.QuerySelector(".answer-text")!.TextContent);
        Assert.Equal(Attack, page.QuerySelector("textarea")!.TextContent);
    }

    [Theory]
    [InlineData("/tenants/acme/catalogue/tool", "tool")]
    [InlineData("/tenants/acme/catalogue/tool?name=..%2f..%2fkeys", "tool")]
    [InlineData("/tenants/acme/catalogue/prompt?name=nothing", "prompt")]
    [InlineData("/tenants/nobody/catalogue/resource", "tenant")]
    public async Task What_is_not_served_is_a_404_page(string path, string what)
    {
        await using var console = await ServedAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains($"There is no such {what}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task A_call_is_tried_within_somebody_elses_rights()
    {
        await using var console = await ServedAsync();

        using var sent = await console.SubmitAsync(Echo, "call", ("arg.message", "x"), ("as", " usr_x "));

        Assert.Equal("usr_x", (string?)console.Management.Bodies[^1]["as"]);
        Assert.Equal("usr_x", (await ConsoleApplication.ReadAsync(sent)).QuerySelector("[name=as]")!.GetAttribute("value"));
        using var alone = await console.SubmitAsync(Echo, "call", ("arg.message", "x"), ("as", ""));
        Assert.Null((string?)console.Management.Bodies[^1]["as"]);
    }

    private static async Task<ConsoleApplication> ServedAsync(Action<FakeCatalogue>? change = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var catalogue = FakeCatalogue.In(console.Management);
        change?.Invoke(catalogue);
        return console;
    }
}
