using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp;

/// <summary>What the methods of 2026-07-28 answer.</summary>
public sealed class MethodTests(Product product)
{
    private TenantClient Lab => product.Lab;

    [Fact]
    public async Task Discover_says_what_the_specification_asks_for()
    {
        var result = (await Lab.Call("server/discover")).Result;

        Assert.Equal(["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"], result.GetProperty("supportedVersions").EnumerateArray().Select(version => version.GetString()));
        Assert.Equal(["tools", "prompts", "resources", "completions", "logging", "extensions"], result.GetProperty("capabilities").EnumerateObject().Select(capability => capability.Name));
        Assert.NotEmpty(result.GetProperty("instructions").GetString()!);
    }

    [Theory]
    [Trait("Control", "RS-4")]
    [InlineData("server/discover", null)]
    [InlineData("tools/list", null)]
    [InlineData("prompts/list", null)]
    [InlineData("resources/list", null)]
    [InlineData("resources/templates/list", null)]
    [InlineData("resources/read", "memory://cached")]
    public async Task A_cacheable_result_says_for_how_long_and_for_whom(string method, string? uri)
    {
        await Lab.CallTool("memory_set", new { key = "cached", value = "v" });

        var result = (await Lab.Call(method, uri is null ? null : new { uri }, uri)).Result;

        Assert.Equal("private", result.GetProperty("cacheScope").GetString());
        Assert.InRange(result.GetProperty("ttlMs").GetInt64(), 0, 300_000);
    }

    [Theory]
    [InlineData("server/discover")]
    [InlineData("tools/list")]
    [InlineData("prompts/list")]
    [InlineData("resources/list")]
    [InlineData("resources/templates/list")]
    public async Task Every_result_is_complete_and_names_the_server(string method)
    {
        var result = (await Lab.Call(method)).Result;

        Assert.Equal("complete", result.GetProperty("resultType").GetString());
        var server = result.GetProperty("_meta").GetProperty("io.modelcontextprotocol/serverInfo");
        Assert.Equal("mocopr-platform", server.GetProperty("name").GetString());
        Assert.NotEmpty(server.GetProperty("version").GetString()!);
    }

    [Fact]
    public async Task A_tool_result_is_complete_names_the_server_and_is_not_cacheable()
    {
        var result = (await Lab.CallTool()).Result;

        Assert.Equal(
            ["resultType", "content", "isError", "_meta"],
            result.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Tools_are_listed_by_name_and_the_same_each_time()
    {
        var first = await Lab.Call("tools/list");
        var names = first.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!).ToArray();

        Assert.Equal(["echo", "memory_delete", "memory_get", "memory_list", "memory_set"], names);
        Assert.Equal(first.Text, (await Lab.Call("tools/list")).Text);
        Assert.All(first.Result.GetProperty("tools").EnumerateArray(), tool => Assert.Equal("object", tool.GetProperty("inputSchema").GetProperty("type").GetString()));
    }

    [Theory]
    [Trait("Control", "IN-2")]
    [InlineData("echo", "{}")]
    [InlineData("echo", """{"message":5}""")]
    [InlineData("echo", """{"message":null}""")]
    [InlineData("echo", """{"message":"x","more":1}""")]
    [InlineData("echo", """{"Message":"x"}""")]
    [InlineData("memory_set", """{"key":"a/b","value":"x"}""")]
    [InlineData("memory_set", """{"key":"٣","value":"x"}""")]
    [InlineData("memory_set", """{"key":"a\n","value":"x"}""")]
    [InlineData("memory_set", """{"key":"","value":"x"}""")]
    [InlineData("memory_set", """{"key":"a","value":"x","ttlSeconds":0}""")]
    [InlineData("memory_set", """{"key":"a","value":"x","ttlSeconds":1.5}""")]
    [InlineData("memory_set", """{"key":"a","value":"x","ttlSeconds":2592001}""")]
    [InlineData("memory_set", """{"key":"a","value":"x","mimeType":"text/html\r\nX: y"}""")]
    public async Task Arguments_the_schema_refuses_are_a_result_for_the_model(string tool, string arguments)
    {
        var reply = await Lab.CallTool(tool, JsonSerializer.Deserialize<JsonElement>(arguments));

        Assert.Equal((200, true), (reply.Status, reply.Result.GetProperty("isError").GetBoolean()));
        Assert.StartsWith("Invalid arguments: ", reply.Result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "IN-2")]
    public async Task Arguments_that_are_missing_are_judged_as_an_empty_object()
    {
        var reply = await Lab.Call("tools/call", new { name = "echo" }, "echo");

        Assert.True(reply.Result.GetProperty("isError").GetBoolean());
    }

    [Theory]
    [InlineData("no_such_tool")]
    [InlineData("Echo")]
    [InlineData("echo ")]
    [InlineData("../echo")]
    public async Task An_unknown_tool_is_minus_32602(string tool)
    {
        var reply = await Lab.Call("tools/call", new { name = tool, arguments = new { message = "x" } }, $"=?base64?{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(tool))}?=");

        Assert.Equal((200, -32602), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("tools/list")]
    [InlineData("prompts/list")]
    [InlineData("resources/list")]
    [InlineData("resources/templates/list")]
    public async Task A_cursor_nobody_gave_out_is_minus_32602(string method)
    {
        string[] forged = ["", "!!!!", "AAAA", "Li4vLi4v", new('A', 5_000), "eyJ0ZW5hbnQiOiJfc3lzIn0"];

        var replies = await Task.WhenAll(forged.Select(cursor => Lab.Call(method, new { cursor })));

        Assert.All(replies, reply => Assert.Equal((200, -32602), (reply.Status, reply.Code)));
    }

    [Fact]
    public async Task Pages_of_resources_show_each_resource_once_and_in_order()
    {
        var tenant = await product.GivenTenant();
        var keys = Enumerable.Range(0, 250).Select(i => $"k{i:D3}").ToArray();
        foreach (var part in keys.Chunk(25))
        {
            await Task.WhenAll(part.Select(key => tenant.CallTool("memory_set", new { key, value = "v" })));
        }

        var first = (await tenant.Call("resources/list")).Result;
        var second = (await tenant.Call("resources/list", new { cursor = first.GetProperty("nextCursor").GetString() })).Result;
        var third = (await tenant.Call("resources/list", new { cursor = second.GetProperty("nextCursor").GetString() })).Result;

        Assert.Equal(keys, new[] { first, second, third }.SelectMany(page => page.GetProperty("resources").EnumerateArray()).Select(entry => entry.GetProperty("name").GetString()));
        Assert.Equal([100, 100, 50], new[] { first, second, third }.Select(page => page.GetProperty("resources").GetArrayLength()));
        Assert.False(third.TryGetProperty("nextCursor", out _));
    }

    [Fact]
    [Trait("Control", "RS-5")]
    [Trait("Control", "AZ-4")]
    public async Task A_cursor_of_another_tenant_or_principal_is_refused()
    {
        var theirs = await product.GivenTenant();
        var stranger = await product.GivenTenant();
        var neighbour = await theirs.GivenKey(null, "admin");
        foreach (var part in Enumerable.Range(0, 101).Chunk(25))
        {
            await Task.WhenAll(part.Select(i => theirs.CallTool("memory_set", new { key = $"k{i:D3}", value = "v" })));
        }

        var cursor = (await theirs.Call("resources/list")).Result.GetProperty("nextCursor").GetString();

        Assert.Equal(1, (await theirs.Call("resources/list", new { cursor })).Result.GetProperty("resources").GetArrayLength());
        Assert.Equal(-32602, (await stranger.Call("resources/list", new { cursor })).Code);
        Assert.Equal(-32602, (await neighbour.Call("resources/list", new { cursor })).Code);
        Assert.Equal(-32602, (await theirs.Call("tools/list", new { cursor })).Code);
    }

    [Fact]
    [Trait("Control", "RS-3")]
    public async Task Keys_of_resources_are_case_sensitive()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "Key", value = "upper" });
        await tenant.CallTool("memory_set", new { key = "key", value = "lower" });

        Assert.Equal(("upper", "lower"), (TextOf(await tenant.Read("memory://Key")), TextOf(await tenant.Read("memory://key"))));
        Assert.Equal("resource-not-found", (await tenant.Read("memory://KEY")).Slug);
    }

    [Theory]
    [Trait("Control", "IN-3")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://public/report.md")]
    [InlineData("https://example.com/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("MEMORY://known")]
    [InlineData("Memory://known")]
    [InlineData("memory:known")]
    [InlineData("memory:///known")]
    [InlineData("memory://%6bnown")]
    [InlineData("memory://known/")]
    [InlineData("memory://known/../known")]
    [InlineData("memory://user@known")]
    [InlineData("memory://known?x=1")]
    [InlineData("memory://known#x")]
    [InlineData("memory://known\\")]
    [InlineData("memory://")]
    [InlineData("known")]
    [InlineData("//known")]
    public async Task A_URI_that_is_not_the_one_form_of_ours_is_not_found(string uri)
    {
        await Lab.CallTool("memory_set", new { key = "known", value = "v" });

        var reply = await Lab.Read(uri);

        Assert.Equal((200, -32602, "resource-not-found"), (reply.Status, reply.Code, reply.Slug));
    }

    [Theory]
    [Trait("Control", "IN-3")]
    [InlineData(2048, "resource-not-found")]
    [InlineData(2049, "invalid-params")]
    public async Task A_URI_is_at_most_2048_characters(int length, string slug)
    {
        var reply = await Lab.Read("memory://".PadRight(length, 'a'));

        Assert.Equal((-32602, slug), (reply.Code, reply.Slug));
    }

    [Fact]
    public async Task What_a_tool_stored_is_read_as_a_resource()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "note", value = "<b>\"ü\"</b>", mimeType = "text/markdown" });

        var contents = (await tenant.Read("memory://note")).Result.GetProperty("contents")[0];

        Assert.Equal(("memory://note", "text/markdown", "<b>\"ü\"</b>"),
            (contents.GetProperty("uri").GetString(), contents.GetProperty("mimeType").GetString(), contents.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task The_templates_are_listed_in_order()
    {
        var templates = (await Lab.Call("resources/templates/list")).Result.GetProperty("resourceTemplates");

        Assert.Equal(["file:///{+path}", "https://{+base}/{+path}", "memory://{key}"], templates.EnumerateArray().Select(template => template.GetProperty("uriTemplate").GetString()));
    }

    [Fact]
    public async Task A_prompt_is_listed_and_rendered()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "story", value = "once upon a time" });

        var prompts = (await tenant.Call("prompts/list")).Result.GetProperty("prompts");
        var rendered = (await tenant.Call("prompts/get", new { name = "summarize_memory", arguments = new { key = "story" } }, "summarize_memory")).Result;

        Assert.Equal(["summarize_memory"], prompts.EnumerateArray().Select(prompt => prompt.GetProperty("name").GetString()));
        Assert.EndsWith("once upon a time", rendered.GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("complete", rendered.GetProperty("resultType").GetString());
    }

    [Theory]
    [InlineData("no_such_prompt", """{"key":"a"}""")]
    [InlineData("summarize_memory", "{}")]
    [InlineData("summarize_memory", """{"key":"../a"}""")]
    [InlineData("summarize_memory", """{"key":5}""")]
    [InlineData("summarize_memory", """{"key":"nothingThere"}""")]
    public async Task A_prompt_that_cannot_be_rendered_is_minus_32602(string name, string arguments)
    {
        var reply = await Lab.Call("prompts/get", new { name, arguments = JsonSerializer.Deserialize<JsonElement>(arguments) }, name);

        Assert.Equal((200, -32602), (reply.Status, reply.Code));
    }

    private static string? TextOf(Reply reply) => reply.Result.GetProperty("contents")[0].GetProperty("text").GetString();
}
