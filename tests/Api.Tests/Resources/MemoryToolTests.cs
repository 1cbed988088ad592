using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Resources;

/// <summary>Memory resources over MCP: bytes, versions, lists and proposals.</summary>
[Trait("Control", "RS-3")]
public sealed class MemoryToolTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Bytes_are_read_as_base64_under_their_media_type()
    {
        byte[] bytes = [0, 255, 0xC3, 0x28];
        await new MemoryClient(_tenant).Put("Image", bytes, "image/png");

        var read = Assert.Single((await _tenant.Read("memory://Image")).Result.GetProperty("contents").EnumerateArray());
        var recalled = (await _tenant.CallTool("memory_get", new { key = "Image" })).Result.GetProperty("content")[0].GetProperty("resource");

        Assert.All([read, recalled], body =>
        {
            Assert.Equal(("memory://Image", "image/png"), (body.GetProperty("uri").GetString(), body.GetProperty("mimeType").GetString()));
            Assert.Equal(bytes, body.GetProperty("blob").GetBytesFromBase64());
            Assert.False(body.TryGetProperty("text", out _));
        });
    }

    [Fact]
    public async Task A_tool_stores_bytes_too()
    {
        await _tenant.CallTool("memory_set", new { key = "Blob", blob = "AP/DKA==" });

        var body = (await _tenant.Read("memory://Blob")).Result.GetProperty("contents")[0];

        Assert.Equal(("AP/DKA==", "application/octet-stream"), (body.GetProperty("blob").GetString(), body.GetProperty("mimeType").GetString()));
    }

    [Theory]
    [InlineData("""{"key":"K"}""")]
    [InlineData("""{"key":"K","value":"x","blob":"eA=="}""")]
    [InlineData("""{"key":"K","blob":"not base64!"}""")]
    [InlineData("""{"key":"K","value":"x","mimeType":"Text/Plain"}""")]
    [InlineData("""{"key":"K","value":"x","priority":2}""")]
    [InlineData("""{"key":"K","value":"x","ttlSeconds":0}""")]
    [InlineData("""{"key":"K","value":"x","expectedVersion":-1}""")]
    [InlineData("""{"key":"٣","value":"x"}""")]
    public async Task What_cannot_be_stored_comes_back_to_the_model(string arguments)
    {
        var reply = await _tenant.CallTool("memory_set", JsonSerializer.Deserialize<JsonElement>(arguments));

        Assert.True(reply.Result.GetProperty("isError").GetBoolean(), reply.Text);
        Assert.False((await _tenant.CallTool("memory_list", new { })).Result.GetProperty("structuredContent").TryGetProperty("next", out _));
        Assert.Empty((await _tenant.Call("resources/list")).Result.GetProperty("resources").EnumerateArray());
    }

    [Fact]
    public async Task An_update_that_another_overtook_is_refused_and_says_so_to_the_model()
    {
        await _tenant.CallTool("memory_set", new { key = "K", value = "one", expectedVersion = 0 });
        var read = (await _tenant.CallTool("memory_get", new { key = "K" })).Result.GetProperty("structuredContent").GetProperty("version").GetInt64();
        Assert.False(IsError(await _tenant.CallTool("memory_set", new { key = "K", value = "two", expectedVersion = read })));

        Assert.True(IsError(await _tenant.CallTool("memory_set", new { key = "K", value = "three", expectedVersion = read })));
        Assert.True(IsError(await _tenant.CallTool("memory_set", new { key = "K", value = "three", expectedVersion = 0 })));
        Assert.True(IsError(await _tenant.CallTool("memory_delete", new { key = "K", expectedVersion = read })));
        Assert.Equal("two", (await _tenant.Read("memory://K")).Result.GetProperty("contents")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_list_shows_size_priority_end_and_version()
    {
        await _tenant.CallTool("memory_set", new { key = "K", value = "größe", priority = 0.5, ttlSeconds = 60 });

        var listed = Assert.Single((await _tenant.Call("resources/list")).Result.GetProperty("resources").EnumerateArray());
        var read = (await _tenant.Read("memory://K")).Result.GetProperty("contents")[0];

        Assert.Equal((7, 0.5), (listed.GetProperty("size").GetInt32(), listed.GetProperty("annotations").GetProperty("priority").GetDouble()));
        Assert.InRange(listed.GetProperty("_meta").GetProperty("mocopr/expiresAt").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddSeconds(20), DateTimeOffset.UtcNow.AddSeconds(61));
        Assert.Equal(listed.GetProperty("_meta").ToString(), read.GetProperty("_meta").ToString());
    }

    [Fact]
    public async Task Lists_and_proposals_go_by_prefix()
    {
        await Task.WhenAll(Enumerable.Range(0, 105).Select(i => _tenant.CallTool("memory_set", new { key = $"many{i:D3}", value = "v" })).Append(_tenant.CallTool("memory_set", new { key = "other", value = "v" })));

        var page = (await _tenant.CallTool("memory_list", new { prefix = "many" })).Result.GetProperty("structuredContent");
        var rest = (await _tenant.CallTool("memory_list", new { prefix = "many", after = page.GetProperty("next").GetString() })).Result.GetProperty("structuredContent");
        var (all, exact) = (await Complete("many"), await Complete("other"));

        Assert.Equal((100, 5), (page.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength()));
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal((100, true), (all.GetProperty("values").GetArrayLength(), all.GetProperty("hasMore").GetBoolean()));
        Assert.Equal(("other", false), (Assert.Single(exact.GetProperty("values").EnumerateArray()).GetString(), exact.GetProperty("hasMore").GetBoolean()));
    }

    private async Task<JsonElement> Complete(string value) =>
        (await _tenant.Call("completion/complete", new { @ref = new { type = "ref/resource", uri = "memory://{key}" }, argument = new { name = "key", value } })).Result.GetProperty("completion");

    private static bool IsError(Reply reply) => reply.Result.GetProperty("isError").GetBoolean();
}
