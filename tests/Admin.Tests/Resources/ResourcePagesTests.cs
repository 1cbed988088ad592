using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Resources;

/// <summary>Memory is found, given another life and ended; files go through the console without being kept there (RS-2, RS-3).</summary>
[Trait("Control", "RS-3")]
public sealed class ResourcePagesTests
{
    private const string Root = "/tenants/acme/resources";

    [Fact]
    public async Task Keys_are_found_by_how_they_begin_with_the_time_that_is_left_and_the_quota()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Root + "?prefix=Pl");
        Assert.Contains(console.Management.Asked, asked => asked.StartsWith("GET /v1/tenants/acme/resources/memory?", StringComparison.Ordinal) && asked.EndsWith("&prefix=Pl", StringComparison.Ordinal));
        Assert.Equal(2, page.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("in 2 min", page.QuerySelectorAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("4.5 KiB of 50 MiB", page.QuerySelector(".meters")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_begin_a_key_is_not_asked_for()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Root + "?prefix=..%2F");
        Assert.NotNull(page.QuerySelector(".empty"));
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("prefix=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_value_is_read_only_when_it_is_asked_for()
    {
        await using var console = await FilledAsync();
        await console.OpenAsync(Root + "/memory/Plan");
        Assert.DoesNotContain("GET /v1/tenants/acme/resources/memory/Plan", console.Management.Asked);
        var shown = await console.OpenAsync(Root + "/memory/Plan?show=true");
        Assert.Contains("a text", shown.QuerySelector("pre code")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/remove", "DELETE /v1/tenants/acme/resources/memory/Plan", "?done=deleted")]
    [InlineData("/remove?how=expire", "POST /v1/tenants/acme/resources/memory/Plan:expire", "?done=expired")]
    public async Task A_key_ends_when_that_was_confirmed_by_its_name_and_it_is_still_what_was_seen(string page, string asked, string then)
    {
        await using var console = await FilledAsync();
        Assert.Contains("Plan", (await console.OpenAsync(Root + "/memory/Plan" + page)).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        using var response = await console.SubmitAsync(Root + "/memory/Plan" + page, "remove");
        Assert.Contains(asked, console.Management.Asked);
        Assert.Equal("\"1764403200123456\"", console.Management.Headers["If-Match"]);
        Assert.Equal(Root + then, response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_life_is_one_of_those_that_are_offered()
    {
        await using var console = await FilledAsync();
        using var wrong = await console.SubmitAsync(Root + "/memory/Plan", "extend", ("ttlSeconds", "99999999"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var longer = await console.SubmitAsync(Root + "/memory/Plan", "extend", ("ttlSeconds", "86400"));
        Assert.Equal(86400, (int)console.Management.Bodies[^1]["ttlSeconds"]!);
        Assert.Equal(Root + "/memory/Plan?done=extended", longer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_value_is_stored_as_it_was_written_and_never_over_another()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var resources = FakeResources.In(console.Management);
        (string, string)[] form = [("key", "Plan"), ("value", "two\r\nlines "), ("mimeType", "text/markdown"), ("ttlSeconds", "600")];
        using var stored = await console.SubmitAsync(Root + "/memory/-/new", "store", form);
        Assert.Equal(Root + "/memory/Plan?done=stored", stored.Headers.Location!.ToString());
        Assert.Equal("two\nlines ", console.Management.Values[^1]);
        Assert.Equal("*", console.Management.Headers["If-None-Match"]);
        resources.Written = 412;
        using var taken = await console.SubmitAsync(Root + "/memory/-/new", "store", form);
        Assert.Contains("There is a value under this key already", await taken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "RS-2")]
    public async Task A_file_goes_through_to_REST_under_its_folder_and_name()
    {
        await using var console = await FilledAsync();
        using var response = await UploadAsync(console, await TokenAsync(console), "C:\\docs\\notes.md", "the content", ("folder", "public"));
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal(Root + "/files?done=uploaded&folder=public", response.Headers.Location!.ToString());
        Assert.Contains("PUT /v1/tenants/acme/resources/files/public/notes.md", console.Management.Asked);
        Assert.Equal("the content", console.Management.Values[^1]);
        Assert.Equal("*", console.Management.Headers["If-None-Match"]);
    }

    [Fact]
    [Trait("Control", "RS-2")]
    public async Task A_file_that_is_larger_than_any_form_goes_through_and_is_replaced_by_the_version_that_was_seen()
    {
        await using var console = await FilledAsync();
        var large = new string('x', 300_000);
        using var response = await UploadAsync(console, await TokenAsync(console), "any.md", large, ("path", "public/report.md"), ("version", "12"));
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal(large.Length, console.Management.Values[^1].Length);
        Assert.Equal("\"12\"", console.Management.Headers["If-Match"]);
    }

    [Theory]
    [Trait("Control", "AU-11")]
    [InlineData(null)]
    [InlineData("CfDJ8forged")]
    public async Task A_file_without_the_forms_token_reaches_nothing(string? token)
    {
        await using var console = await FilledAsync();
        console.Management.Asked.Clear();
        using var response = await UploadAsync(console, token, "notes.md", "x");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This form is out of date", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(console.Management.Asked);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task A_token_behind_the_file_comes_too_late()
    {
        await using var console = await FilledAsync();
        var token = await TokenAsync(console);
        console.Management.Asked.Clear();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "file", "notes.md" }, { new StringContent(token), "__RequestVerificationToken" } };
        using var response = await console.SendAsync(Root + "/files/upload", form);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(console.Management.Asked);
    }

    [Theory]
    [Trait("Control", "IN-3")]
    [InlineData("../../keys", "notes.md")]
    [InlineData("a//b", "notes.md")]
    [InlineData("", "..")]
    public async Task What_is_no_path_is_not_sent(string folder, string name)
    {
        await using var console = await FilledAsync();
        using var response = await UploadAsync(console, await TokenAsync(console), name, "x", ("folder", folder));
        var page = await BackAsync(console, response);
        Assert.Contains($"“{name}” was not taken", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(folder, page.QuerySelector<IHtmlInputElement>("#f-folder")!.Value);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Control", "RS-2")]
    public async Task What_REST_refuses_of_a_file_is_told_once_on_the_page_that_it_was_chosen_on()
    {
        await using var console = await FilledAsync(written: 412);
        using var response = await UploadAsync(console, await TokenAsync(console), "notes.md", "x", ("folder", "public"));
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), value => value.StartsWith("mocopr-console-upload=", StringComparison.Ordinal));
        Assert.Contains($"path={Root}/files; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("notes", cookie, StringComparison.Ordinal);

        var page = await BackAsync(console, response);
        Assert.Contains("“public/notes.md” was not taken", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("There is a file of this name already", page.QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("public", page.QuerySelector<IHtmlInputElement>("#f-folder")!.Value);
        Assert.Null((await console.OpenAsync(response.Headers.Location!.ToString())).QuerySelector(".banner-bad"));
    }

    [Theory]
    [Trait("Control", "RS-2")]
    [InlineData("<script>alert(1)</script>.md")]
    [InlineData("a name that goes on and on ")]
    public async Task A_name_that_is_refused_is_text_and_short(string part)
    {
        await using var console = await FilledAsync();
        var name = string.Concat(Enumerable.Repeat(part, 60)) + "\u0007";
        using var response = await UploadAsync(console, await TokenAsync(console), "", "x", ("path", name));
        var page = await BackAsync(console, response);
        var told = page.QuerySelector(".banner-bad")!;
        Assert.Contains("No file was chosen", told.TextContent, StringComparison.Ordinal);
        Assert.InRange(told.TextContent.Length, 100, 1000);
        Assert.Empty(told.QuerySelectorAll("script"));
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task A_reason_that_was_not_sealed_here_is_not_shown()
    {
        await using var console = await FilledAsync();
        console.Cookies.Add(console.Url, new Cookie("mocopr-console-upload", "CfDJ8forged", "/"));
        Assert.Null((await console.OpenAsync(Root + "/files?done=refused")).QuerySelector(".banner-bad"));
    }

    [Theory]
    [Trait("Control", "RS-2")]
    [InlineData("/files/download?path=public%2Freport.md")]
    [InlineData("/memory/Plan/value")]
    public async Task What_is_downloaded_is_never_rendered_here(string path)
    {
        await using var console = await FilledAsync();
        using var response = await console.GetAsync(Root + path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    [Trait("Control", "RS-2")]
    public async Task A_file_is_deleted_in_the_version_that_was_listed()
    {
        await using var console = await FilledAsync();
        var link = (await console.OpenAsync(Root + "/files")).QuerySelector<IHtmlAnchorElement>("a.danger-link")!.GetAttribute("href")!;
        using var response = await console.SubmitAsync(link, "delete-file");
        Assert.Contains("DELETE /v1/tenants/acme/resources/files/public/report.md", console.Management.Asked);
        Assert.Equal("\"12\"", console.Management.Headers["If-Match"]);
    }

    [Fact]
    [Trait("Control", "IN-4")]
    public async Task A_host_is_listed_changed_and_taken_off()
    {
        await using var console = await FilledAsync();
        (string, string)[] form = [("host", "docs.example.org"), ("pathPrefix", "/docs"), ("contentTypes", "text/html\r\ntext/plain"), ("maxBytes", "1000")];
        using var listed = await console.SubmitAsync(Root + "/hosts/new", "host", form);
        Assert.Equal(Root + "/hosts?done=saved", listed.Headers.Location!.ToString());
        Assert.Equal("*", console.Management.Headers["If-None-Match"]);
        Assert.Equal("text/plain", (string?)console.Management.Bodies[^1]["contentTypes"]![1]);
        using var wrong = await console.SubmitAsync(Root + "/hosts/new", "host", [("host", "127.0.0.1"), .. form[1..]]);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var changed = await console.SubmitAsync(Root + "/hosts/docs.example.com/edit", "host", form[1..]);
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);
        using var gone = await console.SubmitAsync(Root + "/hosts/docs.example.com/delete", "delete-host");
        Assert.Equal(Root + "/hosts?done=deleted", gone.Headers.Location!.ToString());
    }

    /// <summary>The list of files, to which the browser is led.</summary>
    private static Task<IHtmlDocument> BackAsync(ConsoleApplication console, HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.StartsWith(Root + "/files?done=refused", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        return console.OpenAsync(response.Headers.Location!.ToString());
    }

    private static async Task<string> TokenAsync(ConsoleApplication console) =>
        (await console.OpenAsync(Root + "/files")).QuerySelector<IHtmlInputElement>("form[enctype] input[type=hidden]")!.Value;

    private static async Task<HttpResponseMessage> UploadAsync(ConsoleApplication console, string? token, string name, string content, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        if (token is not null)
        {
            form.Add(new StringContent(token), "__RequestVerificationToken");
        }

        foreach (var (field, value) in fields)
        {
            form.Add(new StringContent(value), field);
        }

        var file = new StringContent(content);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "file", FileName = $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal)}\"" };
        form.Add(file);
        return await console.SendAsync(Root + "/files/upload", form);
    }

    private static async Task<ConsoleApplication> FilledAsync(int written = 201)
    {
        var console = await ConsoleApplication.SignedInAsync();
        FakeResources.In(console.Management).Written = written;
        return console;
    }
}
