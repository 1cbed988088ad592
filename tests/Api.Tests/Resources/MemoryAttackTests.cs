using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Resources;

/// <summary>Who tries to get at memory that is not theirs, or to put in what does not belong there.</summary>
[Trait("Control", "RS-3")]
public sealed class MemoryAttackTests(Product product) : IAsyncLifetime
{
    private MemoryClient _memory = null!;

    public async ValueTask InitializeAsync() => _memory = new MemoryClient(await product.GivenTenant());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_key_of_another_tenant_is_as_if_it_did_not_exist()
    {
        await _memory.Put("Secret", "theirs");
        var mine = await new MemoryClient(await product.GivenTenant()).GivenManager(["resources:read", "resources:write"]);
        var trespasser = _memory with { Credential = mine.Credential };

        Assert.Equal(404, (await mine.Get("Secret")).Status);
        Assert.Empty(MemoryClient.KeysOf(await mine.List()));
        Assert.All([await trespasser.Get("Secret"), await trespasser.Get("Nothing"), await trespasser.Put("Secret", "x"), await trespasser.Delete("Secret"), await trespasser.List(), await trespasser.Usage()], reply =>
            Assert.Equal(404, reply.Status));
        Assert.Equal((await trespasser.Get("Secret")).TextWithoutIds, (await trespasser.Get("Nothing")).TextWithoutIds);
        Assert.Equal("theirs", (await _memory.Get("Secret")).Text);
    }

    [Theory]
    [InlineData("%D9%A3")]
    [InlineData("%EF%BC%A1")]
    [InlineData("a%2Fb")]
    [InlineData("a%252Fb")]
    [InlineData("..%2F..%2Fkeys")]
    [InlineData("memory:")]
    [InlineData("memory:%2F%2FKey")]
    [InlineData("Key%20")]
    [InlineData("Key:unknown")]
    [InlineData("*")]
    public async Task A_key_of_another_form_names_nothing(string key)
    {
        Assert.Equal(404, (await _memory.Get(key)).Status);
        Assert.Equal(404, (await _memory.Delete(key)).Status);
        Assert.Equal(400, (await _memory.Put(key, "x")).Status);
        Assert.Empty(MemoryClient.KeysOf(await _memory.List()));
    }

    [Theory]
    [InlineData("memory:Key")]
    [InlineData("memory:/Key")]
    [InlineData("memory:///Key")]
    [InlineData("MEMORY://Key")]
    [InlineData("memory://Key/")]
    [InlineData("memory://Key?x")]
    [InlineData("memory://Key#x")]
    [InlineData("memory://u@Key")]
    [InlineData("memory://%4Bey")]
    [InlineData("memory://Key:80")]
    [InlineData("memory://\u0661")]
    [InlineData("memory://memory/Key")]
    [InlineData("file:///memory/Key")]
    public async Task A_URI_of_another_form_is_not_the_resource(string uri)
    {
        await _memory.Put("Key", "value");

        var read = await _memory.Tenant.Call("resources/read", new { uri }, Encoding.UTF8.GetByteCount(uri) == uri.Length ? uri : null);

        Assert.False(read.Json.TryGetProperty("result", out _), read.Text);
        Assert.DoesNotContain("value", read.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_has_at_most_128_characters()
    {
        Assert.Equal(201, (await _memory.Put(new string('k', 128), "x")).Status);
        Assert.Equal(400, (await _memory.Put(new string('k', 129), "x")).Status);
    }

    [Fact]
    public async Task A_value_of_a_mebibyte_is_kept_and_one_byte_more_is_refused()
    {
        Assert.Equal(201, (await _memory.Put("Most", new byte[1024 * 1024], "application/zip")).Status);
        Assert.Equal(413, (await _memory.Put("More", new byte[(1024 * 1024) + 1], "application/zip")).Status);
        Assert.Equal(404, (await _memory.Get("More")).Status);
    }

    [Fact]
    public async Task A_body_that_does_not_say_how_long_it_is_ends_at_the_same_bound()
    {
        var request = _memory.Request(HttpMethod.Put, "/Chunked");
        request.Content = new StreamContent(new MemoryStream(new byte[(1024 * 1024) + 1]));
        request.Headers.TransferEncodingChunked = true;

        Assert.Equal(413, (await product.Platform.Send(request)).Status);
        Assert.Equal(404, (await _memory.Get("Chunked")).Status);
    }

    [Theory]
    [InlineData("text/plain; charset=utf-16")]
    [InlineData("text/plain; boundary=x")]
    [InlineData("text")]
    [InlineData("*/*")]
    public async Task A_media_type_that_would_not_come_back_is_refused(string type) => Assert.Equal(415, (await _memory.Put("Note", "x", type)).Status);

    [Fact]
    public async Task A_text_that_is_not_UTF_8_is_refused_and_bytes_are_not_judged()
    {
        Assert.Equal(400, (await _memory.Put("Note", [0xC3, 0x28], "text/plain")).Status);
        Assert.Equal(201, (await _memory.Put("Note", [0xC3, 0x28], "image/png")).Status);
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Content-Range", "bytes 0-0/9")]
    public async Task What_is_not_the_whole_value_as_it_is_is_refused(string header, string value) =>
        Assert.Equal(415, (await _memory.Put("Note", "x", headers: (header, value))).Status);

    [Fact, Trait("Control", "AZ-2")]
    public async Task Who_was_given_one_key_has_that_key_and_no_other()
    {
        await Task.WhenAll(new[] { "Given", "Givenn", "given", "Other" }.Select(key => _memory.Put(key, key)));
        var one = await _memory.GivenManager(["resources:read:memory/Given", "resources:write:memory/Given"]);

        Assert.Equal(["Given"], MemoryClient.KeysOf(await one.List()));
        Assert.Equal("Given", (await one.Get("Given")).Text);
        Assert.Equal(200, (await one.Put("Given", "changed")).Status);
        foreach (var key in new[] { "Givenn", "given", "Other", "Missing" })
        {
            Assert.Equal([403, 403, 403, 403, 403], new[] { await one.Get(key), await one.Put(key, "x"), await one.Delete(key), await one.Post($"{key}:extend", "{}"), await one.Post($"{key}:expire", "") }.Select(reply => reply.Status));
        }

        Assert.Equal(403, (await one.Usage()).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task A_deny_of_one_key_takes_it_by_every_door()
    {
        await Task.WhenAll(new[] { "Hidden", "Shown" }.Select(key => _memory.Put(key, key)));
        var most = await _memory.GivenManager(["resources:read", "resources:write"], ["resources:*:memory/Hidden"]);
        var agent = await _memory.Tenant.GivenKey(null, await _memory.Tenant.GivenRole(["tools:call", "prompts:read", "resources:read", "resources:write:memory/*"], ["resources:*:memory/Hidden"]));

        Assert.Equal(["Shown"], MemoryClient.KeysOf(await most.List()));
        Assert.Equal((403, 403, 200), ((await most.Get("Hidden")).Status, (await most.Put("Hidden", "x")).Status, (await most.Put("Shown", "x")).Status));
        Assert.Equal(403, (await agent.Read("memory://Hidden")).Status);
        Assert.Equal(403, (await agent.CallTool("memory_set", new { key = "Hidden", value = "x" })).Status);
        Assert.Equal(403, (await agent.CallTool("memory_delete", new { key = "Hidden" })).Status);
        Assert.True((await agent.CallTool("memory_get", new { key = "Hidden" })).Result.GetProperty("isError").GetBoolean());
        Assert.DoesNotContain("Hidden", (await agent.CallTool("memory_list", new { })).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", (await agent.Call("resources/list")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", (await agent.Call("completion/complete", new { @ref = new { type = "ref/resource", uri = "memory://{key}" }, argument = new { name = "key", value = "H" } })).Text, StringComparison.Ordinal);
        Assert.Equal("Hidden", (await _memory.Get("Hidden")).Text);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task A_permission_that_was_taken_is_gone_within_five_seconds()
    {
        await _memory.Put("Key", "value");
        var agent = await _memory.Tenant.GivenKey(null, "power-user");
        Assert.Equal(200, (await agent.CallTool("memory_set", new { key = "Key", value = "x" })).Status);
        await agent.SetRoles(new { roles = new[] { "user", "service" } });

        var refused = await Wire.Until(() => agent.CallTool("memory_set", new { key = "Key", value = "y" }), 403, TimeSpan.FromSeconds(5));

        Assert.Equal(403, refused.Status);
        Assert.Contains("scope=\"resources:write:memory/Key\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "AZ-1")]
    [InlineData("user")]
    [InlineData("service")]
    public async Task To_call_a_tool_is_not_to_write_memory(string role)
    {
        await _memory.Put("Key", "value");
        var agent = await _memory.Tenant.GivenKey(null, role);

        Assert.Equal(403, (await agent.CallTool("memory_set", new { key = "Key", value = "x" })).Status);
        Assert.Equal(403, (await agent.CallTool("memory_delete", new { key = "Key" })).Status);
        Assert.Equal("value", (await _memory.Get("Key")).Text);
    }
}
