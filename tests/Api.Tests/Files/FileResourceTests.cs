using System.Globalization;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

/// <summary>Files as agents see them: <c>file:///{path}</c>, read-only.</summary>
public sealed class FileResourceTests(Product product)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0, 255, 13, 10];

    [Fact, Trait("Control", "RS-2")]
    public async Task A_text_is_read_as_text_and_bytes_as_base64_in_both_eras()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("public/bücher 1.md", "# héllo\n");
        await tenant.PutFile("logo.png", new ByteArrayContent(Png));
        await tenant.PutFile("empty.txt", "");
        var session = await tenant.GivenSession();

        foreach (var read in new Func<string, Task<Reply>>[] { tenant.Read, uri => tenant.ReadLegacy(session, uri) })
        {
            var text = (await read("file:///public/b%C3%BCcher%201.md")).Content();
            var bytes = (await read("file:///logo.png")).Content();

            Assert.Equal(("file:///public/b%C3%BCcher%201.md", "text/markdown", "# héllo\n"), (Of(text, "uri"), Of(text, "mimeType"), Of(text, "text")));
            Assert.False(text.TryGetProperty("blob", out _));
            Assert.Equal(("image/png", Convert.ToBase64String(Png)), (Of(bytes, "mimeType"), Of(bytes, "blob")));
            Assert.False(bytes.TryGetProperty("text", out _));
            Assert.Equal("", Of((await read("file:///empty.txt")).Content(), "text"));
        }
    }

    [Fact, Trait("Control", "RS-2")]
    public async Task What_calls_itself_text_and_is_none_is_given_as_it_is()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("latin.txt", new ByteArrayContent([(byte)'b', 0xfc, (byte)'c', (byte)'h']));

        Assert.Equal("YvxjaA==", Of((await tenant.Read("file:///latin.txt")).Content(), "blob"));
    }

    [Fact]
    public async Task A_list_shows_name_type_size_and_age()
    {
        var tenant = await product.GivenTenant();
        var put = (await tenant.PutFile("public/report.md", "# hello")).Json;

        var listed = Assert.Single(await tenant.ListResources());

        Assert.Equal(("file:///public/report.md", "report.md", "text/markdown", 7), (Of(listed, "uri"), Of(listed, "name"), Of(listed, "mimeType"), listed.GetProperty("size").GetInt32()));
        Assert.Equal(put.GetProperty("modifiedAt").GetDateTimeOffset(), listed.GetProperty("annotations").GetProperty("lastModified").GetDateTimeOffset());
        Assert.Equal(put.GetProperty("version").GetInt64(), listed.GetProperty("_meta").GetProperty("mocopr/version").GetInt64());
    }

    [Fact]
    public async Task One_cursor_leads_through_memory_and_files_and_what_changes_meanwhile_hides_nothing_else()
    {
        var tenant = await product.GivenTenant();
        var keys = Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i:00}")).ToArray();
        await Task.WhenAll(keys.Select(key => tenant.CallTool("memory_set", new { key, value = "v" })));
        await Task.WhenAll(keys.Select(key => tenant.PutFile($"f/{key}.md", "x")));

        var listed = await tenant.ListResources(async () =>
        {
            await tenant.DeleteFile("f/k39.md", "*");
            await tenant.PutFile("a.md", "x");
            await tenant.PutFile("f/k99.md", "x");
        });

        Assert.Equal([.. keys.Select(key => $"memory://{key}"), .. keys.Select(key => $"file:///f/{key}.md"), "file:///f/k99.md"], listed.Select(resource => Of(resource, "uri")));
    }

    [Fact, Trait("Control", "RS-5")]
    public async Task A_cursor_serves_nobody_else()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => mine.CallTool("memory_set", new { key = $"k{i}", value = "v" })));
        await mine.PutFile("a.md", "x");
        var cursor = (await mine.Call("resources/list")).Result.GetProperty("nextCursor").GetString();

        Assert.Equal(-32602, (await theirs.Call("resources/list", new { cursor })).Code);
        Assert.Equal(-32602, (await (await mine.GivenKey()).Call("resources/list", new { cursor })).Code);
        Assert.Equal("file:///a.md", Of(Assert.Single((await mine.Call("resources/list", new { cursor })).Result.GetProperty("resources").EnumerateArray()), "uri"));
    }

    [Fact]
    public async Task The_template_is_listed_and_its_path_completed()
    {
        var tenant = await product.GivenTenant();
        foreach (var path in new[] { "public/a.md", "public/b.md", "pub.md", "other.md", "x%5B1%5D.md" })
        {
            Assert.Equal(201, (await tenant.PutFile(path, "x")).Status);
        }

        Assert.Contains("file:///{+path}", (await tenant.Call("resources/templates/list")).Result.GetProperty("resourceTemplates").EnumerateArray().Select(template => Of(template, "uriTemplate")));
        Assert.Equal(["pub.md", "public/a.md", "public/b.md"], await tenant.CompletePath("pub"));
        Assert.Equal(["public/a.md", "public/b.md"], await tenant.CompletePath("public/"));
        Assert.Equal(5, (await tenant.CompletePath("")).Length);
        Assert.Empty(await tenant.CompletePath("../"));

        // Put into the template as it stands, each proposal is a URI that is served.
        var proposed = Assert.Single(await tenant.CompletePath("x["));
        Assert.Equal(proposed, Assert.Single(await tenant.CompletePath(proposed!)));
        Assert.Equal("x", (await tenant.Read($"file:///{proposed}")).TextContent());
    }

    [Fact, Trait("Control", "AZ-2"), Trait("Control", "AZ-5")]
    public async Task Who_may_read_a_folder_sees_and_reads_that_folder_and_nothing_else()
    {
        var tenant = await product.GivenTenant();
        foreach (var path in new[] { "public/a.md", "public/b/c.md", "publicX/a.md", "secret.md" })
        {
            await tenant.PutFile(path, "x");
        }

        var reader = await tenant.GivenReader(["resources:read:public/*"], ["resources:read:public/b/*"]);
        var session = await reader.GivenSession();

        Assert.Equal("x", (await reader.Read("file:///public/a.md")).TextContent());
        Assert.Equal(["file:///public/a.md"], await reader.ListUris());
        Assert.Equal(["public/a.md"], await reader.CompletePath(""));
        foreach (var uri in new[] { "file:///public/b/c.md", "file:///public/b%2Fc.md", "file:///publicX/a.md", "file:///secret.md", "file:///%73ecret.md", "file:///PUBLIC/a.md", "file:///nothing.md" })
        {
            var (modern, legacy, subscribed) = (await reader.Read(uri), await reader.ReadLegacy(session, uri), await reader.Legacy(session, null, Subscribe(uri)));
            Assert.All([modern, legacy, subscribed], refused => Assert.True(refused.Status == 403 || refused.Code is -32602 or -32002, $"{uri} {refused}"));
            Assert.All([modern, legacy, subscribed], refused => Assert.False(refused.Json.TryGetProperty("result", out _)));
        }

        Assert.Equal((await reader.Read("file:///nothing.md")).TextWithoutIds, (await reader.Read("file:///secret.md")).TextWithoutIds);
    }

    [Theory, Trait("Control", "RS-1"), Trait("Control", "IN-3")]
    [InlineData("file:///../secret.md")]
    [InlineData("file:///public/../secret.md")]
    [InlineData("file:///public/%2e%2e/secret.md")]
    [InlineData("file:///public%2f..%2fsecret.md")]
    [InlineData("file:///%252e%252e/secret.md")]
    [InlineData("file:///..%c0%afsecret.md")]
    [InlineData("file:///..%5Csecret.md")]
    [InlineData("file:///..\\secret.md")]
    [InlineData("file:////secret.md")]
    [InlineData("file:////etc/passwd")]
    [InlineData("file:///%2Fetc/passwd.md")]
    [InlineData("file:///public//secret.md")]
    [InlineData("file:///./secret.md")]
    [InlineData("file:///secret.md/")]
    [InlineData("file:///secret.md/.")]
    [InlineData("file:///secret.md%00")]
    [InlineData("file:///secret.md%00.md")]
    [InlineData("file:///secret.md\0")]
    [InlineData("file:///secret.md:stream")]
    [InlineData("file:///secret.md%3Astream.md")]
    [InlineData("file:///secret.md?x=1")]
    [InlineData("file:///secret.md#part")]
    [InlineData("file:///secret%E2%80%A4md")]
    [InlineData("file:///%EF%BC%8E%EF%BC%8E/secret.md")]
    [InlineData("file:///")]
    [InlineData("file://")]
    [InlineData("file:/secret.md")]
    [InlineData("file:secret.md")]
    [InlineData("file://localhost/secret.md")]
    [InlineData("file://127.0.0.1/secret.md")]
    [InlineData("file://{slug}/secret.md")]
    [InlineData("file://user@/secret.md")]
    [InlineData("FILE:///secret.md")]
    [InlineData("File:///secret.md")]
    [InlineData(" file:///secret.md")]
    [InlineData("files:///secret.md")]
    [InlineData("jar:file:///secret.md")]
    [InlineData("http://127.0.0.1/secret.md")]
    [InlineData("memory:///secret.md")]
    [InlineData("memory://../secret.md")]
    [InlineData("secret.md")]
    [InlineData("/secret.md")]
    public async Task No_other_spelling_reads_or_watches_anything(string written)
    {
        var lab = product.Lab;
        await lab.PutFile("secret.md", "the secret", ifNoneMatch: "*");
        var uri = written.Replace("{slug}", lab.Slug, StringComparison.Ordinal);
        var session = await lab.GivenSession();

        // Without headers: what they cannot carry is read in the body all the same.
        var read = await lab.ReadLegacy(session, uri);

        Assert.Equal((200, -32002, "resource-not-found"), (read.Status, read.Code, read.Slug));
        Assert.DoesNotContain("the secret", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mocopr-test", read.Text, StringComparison.Ordinal);
        Assert.Equal(-32002, (await lab.Legacy(session, null, Subscribe(uri))).Code);
        Assert.Equal("the secret", (await lab.Read("file:///secret.md")).TextContent());
    }

    [Theory, Trait("Control", "RS-1")]
    [InlineData("etc/passwd")]
    [InlineData("proc/self/environ")]
    [InlineData("dev/stdin")]
    public async Task The_root_is_the_tenants_own(string path)
    {
        Assert.Equal("resource-not-found", (await product.Lab.Read($"file:///{path}")).Slug);
        Assert.Equal("resource-not-found", (await product.Lab.Read($"file:///{path}.md")).Slug);
    }

    [Fact, Trait("Control", "IN-3")]
    public async Task A_uri_has_a_longest_length()
    {
        var longest = "file:///" + new string('a', 2_048 - 8);

        Assert.Equal("resource-not-found", (await product.Lab.Read(longest)).Slug);
        Assert.Equal((-32602, "invalid-params"), ((await product.Lab.Read(longest + "a")).Code, (await product.Lab.Read(longest + "a")).Slug));
    }

    [Fact, Trait("Control", "IN-3")]
    public async Task Another_way_to_write_a_path_is_the_same_file_to_permissions_and_to_the_trail()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("public/a.md", "x");
        var reader = await tenant.GivenReader(["resources:read:public/a.md"]);

        var read = await reader.Read("file:///%70ublic/a%2Emd");

        Assert.Equal(("x", "file:///public/a.md"), (read.TextContent(), Of(read.Content(), "uri")));
        Assert.Contains(await tenant.McpEvents(), entry => Of(entry, "action") == "resources/read" && Of(entry, "target") == "file:///public/a.md" && Of(entry, "outcome") == "ok");
    }

    [Fact, Trait("Control", "AL-1")]
    public async Task Every_read_is_on_record_those_that_were_refused_too()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("a.md", "x");
        var reader = await tenant.GivenReader(["resources:read:public/*"]);

        await tenant.Read("file:///a.md");
        await tenant.Read("file:///b.md");
        await reader.Read("file:///a.md");

        var events = (await tenant.McpEvents()).Where(entry => Of(entry, "action") == "resources/read").Select(entry => (Of(entry, "target"), Of(entry, "outcome"))).ToArray();
        Assert.Equal(3, events.Length);
        Assert.Equal(("file:///a.md", "ok"), events[0]);
        Assert.All(events[1..], refused => Assert.NotEqual("ok", refused.Item2));
        Assert.Equal(["file:///b.md", "file:///a.md"], events[1..].Select(refused => refused.Item1));
    }

    [Fact, Trait("Control", "RS-4")]
    public async Task The_same_path_is_another_file_for_each_tenant_however_many_ask_at_once()
    {
        TenantClient[] tenants = [await product.GivenTenant(), await product.GivenTenant(), await product.GivenTenant()];
        await Task.WhenAll(tenants.Select(tenant => tenant.PutFile("same/path.md", $"of {tenant.Slug}")));

        var read = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i => (Of: tenants[i % 3], Reply: await tenants[i % 3].Read("file:///same/path.md"))));

        Assert.All(read, answer => Assert.Equal($"of {answer.Of.Slug}", answer.Reply.TextContent()));
        Assert.All(read, answer => Assert.Equal("private", answer.Reply.Result.GetProperty("cacheScope").GetString()));
        Assert.Equal(["file:///same/path.md"], await tenants[0].ListUris());
        Assert.Equal(401, (await (tenants[0] with { Slug = tenants[1].Slug }).Read("file:///same/path.md")).Status);
    }

    [Fact]
    public async Task A_file_that_was_deleted_is_gone_and_one_that_was_replaced_is_new()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("a.md", "old");
        await tenant.PutFile("a.md", "new", ifMatch: "*");
        var replaced = await tenant.Read("file:///a.md");
        await tenant.DeleteFile("a.md", "*");

        Assert.Equal("new", replaced.TextContent());
        Assert.Equal("resource-not-found", (await tenant.Read("file:///a.md")).Slug);
        Assert.Empty(await tenant.ListUris());
    }

    private static string Subscribe(string uri) => JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 7, method = "resources/subscribe", @params = new { uri } });

    private static string? Of(JsonElement element, string member) => element.GetProperty(member).GetString();
}
