using System.Text.Json;
using Platform.Api.Tests.Files;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.HttpsResources;

/// <summary>Pages of listed hosts, as agents read them. What agents and hosts try beyond that is in <see cref="HttpsAttackTests"/>.</summary>
[Trait("Control", "IN-4")]
public sealed class HttpsResourceTests(HttpsProduct product)
{
    [Fact]
    public async Task A_text_is_read_as_text_and_bytes_as_base64_in_both_eras()
    {
        var tenant = await product.GivenReader();
        var session = await tenant.GivenSession();

        foreach (var read in new Func<string, Task<Reply>>[] { tenant.Read, uri => tenant.ReadLegacy(session, uri) })
        {
            var text = (await read(product.Url("docs/guide"))).Content();
            var bytes = (await read(product.Url("logo.png"))).Content();

            Assert.Equal((product.Url("docs/guide"), "text/markdown", "# héllo\n"), (Of(text, "uri"), Of(text, "mimeType"), Of(text, "text")));
            Assert.Equal(("image/png", "iVBORwD/"), (Of(bytes, "mimeType"), Of(bytes, "blob")));
            Assert.Equal("""{"a":1}""", (await read(product.Url("data.json"))).TextContent());
            Assert.Equal("front", (await read($"https://{product.Authority}")).TextContent());
        }
    }

    [Fact]
    public async Task What_is_not_UTF8_or_says_so_is_given_as_it_is_and_controls_are_taken_out()
    {
        var tenant = await product.GivenReader();

        Assert.Equal("Yvw=", Of((await tenant.Read(product.Url("latin"))).Content(), "blob"));
        Assert.Equal("cGxhaW4=", Of((await tenant.Read(product.Url("latin-said"))).Content(), "blob"));
        Assert.Equal("a\ufffd[31m\ufffdb", (await tenant.Read(product.Url("controls"))).TextContent());
    }

    [Fact, Trait("Control", "IN-3")]
    public async Task Another_way_to_write_a_page_is_the_same_page()
    {
        var tenant = await product.GivenReader();
        var reader = await tenant.GivenReader([$"resources:read:https/{product.Authority}/docs/bücher 1"]);

        var read = await reader.Read($"https://{product.Authority.ToUpperInvariant()}/%64ocs/b%c3%bccher%201");

        Assert.Equal(("books", product.Url("docs/b%C3%BCcher%201")), (read.TextContent(), Of(read.Content(), "uri")));
    }

    [Fact]
    public async Task Nothing_of_the_caller_goes_out()
    {
        var tenant = await product.GivenReader(new { contentTypes = new[] { "text/plain", "text/markdown" } });
        var target = product.Url("docs/guide");
        await tenant.Read(target);

        var headers = product.Asked.Last(asked => asked.Target == "/docs/guide" && asked.Headers["Accept"] == "text/plain, text/markdown").Headers;

        Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("identity", product.Authority, "MoCoPr"), (headers["Accept-Encoding"], headers["Host"], headers["User-Agent"]));
    }

    [Fact]
    public async Task What_the_host_does_not_have_is_not_found()
    {
        var tenant = await product.GivenReader();

        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("nothing"))).Slug);
        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("gone"))).Slug);
    }

    [Fact]
    public async Task An_answer_of_the_largest_size_is_read_and_one_byte_more_is_not()
    {
        var tenant = await product.GivenReader(new { maxBytes = 2_097_152 });
        var small = await product.GivenReader(new { maxBytes = 1000 });

        Assert.Equal(2_097_152, (await tenant.Read(product.Url("bytes/2097152"))).TextContent()!.Length);
        Assert.Equal("upstream-failed", (await tenant.Read(product.Url("bytes/2097153"))).Slug);
        Assert.Equal(1000, (await small.Read(product.Url("bytes/1000"))).TextContent()!.Length);
        Assert.Equal("upstream-failed", (await small.Read(product.Url("bytes/1001"))).Slug);
    }

    [Fact]
    public async Task Changes_of_the_list_are_effective_at_the_next_read()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("docs/guide"))).Slug);

        var made = await tenant.PutHost(product.Authority, ifNoneMatch: "*");
        Assert.Equal("# héllo\n", (await tenant.Read(product.Url("docs/guide"))).TextContent());

        var moved = await tenant.PutHost(product.Authority, new { pathPrefix = "/other" }, ifMatch: made.Header("ETag"));
        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("docs/guide"))).Slug);

        var typed = await tenant.PutHost(product.Authority, new { contentTypes = new[] { "text/csv" } }, ifMatch: moved.Header("ETag"));
        Assert.Equal("upstream-failed", (await tenant.Read(product.Url("docs/guide"))).Slug);

        var back = await tenant.PutHost(product.Authority, ifMatch: typed.Header("ETag"));
        Assert.Equal("# héllo\n", (await tenant.Read(product.Url("docs/guide"))).TextContent());

        await tenant.DeleteHost(product.Authority, back.Header("ETag"));
        Assert.Equal("resource-not-found", (await tenant.Read(product.Url("docs/guide"))).Slug);
    }

    [Fact, Trait("Control", "AZ-5")]
    public async Task Completion_names_the_bases_that_the_caller_may_read_below()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutHost("docs.example.com", new { pathPrefix = "/v1" }, ifNoneMatch: "*");
        await tenant.PutHost("dev.example.com:8443", ifNoneMatch: "*");
        await tenant.PutHost("secret.example.com", ifNoneMatch: "*");
        var reader = await tenant.GivenReader(["resources:read:https/docs.example.com/v1/guide/*", "resources:read:https/dev.example.com:8443/*"]);
        var without = await tenant.GivenReader(["resources:read"], ["resources:read:https/secret.example.com/*"]);
        var wholly = await tenant.GivenReader(["resources:read"], ["resources:read:https/*"]);

        Assert.Equal(["dev.example.com:8443", "docs.example.com/v1", "secret.example.com"], await tenant.CompleteBase(""));
        Assert.Equal(["docs.example.com/v1"], await tenant.CompleteBase("doc"));
        Assert.Empty(await tenant.CompleteBase("x"));
        Assert.Equal(["dev.example.com:8443", "docs.example.com/v1"], await reader.CompleteBase(""));
        Assert.Equal(["dev.example.com:8443", "docs.example.com/v1"], await without.CompleteBase(""));
        Assert.Empty(await wholly.CompleteBase(""));
    }

    [Fact]
    public async Task The_template_is_listed_and_each_proposal_makes_it_a_page()
    {
        var tenant = await product.GivenReader(new { pathPrefix = "/docs" });

        Assert.Contains("https://{+base}/{+path}", (await tenant.Call("resources/templates/list")).Result.GetProperty("resourceTemplates").EnumerateArray().Select(template => Of(template, "uriTemplate")));
        Assert.Equal("# héllo\n", (await tenant.Read($"https://{Assert.Single(await tenant.CompleteBase(""))}/guide")).TextContent());
    }

    [Fact, Trait("Control", "AL-1")]
    public async Task A_read_is_on_record_with_its_host_and_never_with_what_may_be_a_secret()
    {
        var tenant = await product.GivenReader();
        foreach (var uri in (string[])
        [
            product.Url("docs/guide"),
            product.Url("redirect"),
            product.Url("docs/guide?token=s3cret"),
            product.Url("docs/guide#s3cret"),
            $"https://user:s3cret@{product.Authority}/docs/guide?a=s3cret",
            $"https:\\\\s3cret@{product.Authority}/docs/guide",
            "https://other.example.com/a",
        ])
        {
            await tenant.Read(uri);
        }

        var events = (await tenant.McpEvents()).Where(entry => Of(entry, "action") == "resources/read").Select(entry => (Of(entry, "target"), Of(entry, "outcome"))).ToArray();

        Assert.Equal(
            [
                (product.Url("docs/guide"), "ok"),
                (product.Url("redirect"), "upstream-failed"),
                (product.Url("docs/guide"), "resource-not-found"),
                (product.Url("docs/guide"), "resource-not-found"),
                (product.Url("docs/guide"), "resource-not-found"),
                ($"https:\\\\{product.Authority}/docs/guide", "resource-not-found"),
                ("https://other.example.com/a", "resource-not-found"),
            ],
            events);
    }

    private static string? Of(JsonElement element, string member) => element.GetProperty(member).GetString();
}
