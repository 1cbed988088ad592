using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp;

/// <summary>A key that may call tools but not read memory learns nothing of it, by any door (AZ-5).</summary>
[Trait("Control", "AZ-5")]
public sealed class HiddenMemoryTests(Product product)
{
    [Fact]
    public async Task The_tools_hide_what_resources_read_hides()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("memory_set", new { key = "hidden", value = "secret text" });
        var service = await tenant.GivenKey(null, "service");

        var get = await service.CallTool("memory_get", new { key = "hidden" });
        var list = await service.CallTool("memory_list", new { });

        Assert.Equal(403, (await service.Read("memory://hidden")).Status);
        Assert.True(get.Result.GetProperty("isError").GetBoolean());
        Assert.DoesNotContain("secret text", get.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", list.Text, StringComparison.Ordinal);
        Assert.Equal("secret text", (await tenant.CallTool("memory_get", new { key = "hidden" })).Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_list_of_hidden_resources_has_no_entry_and_no_cursor()
    {
        var tenant = await product.GivenTenant();
        await Task.WhenAll(Enumerable.Range(0, 120).Select(i => tenant.CallTool("memory_set", new { key = $"k{i}", value = "v" })));
        var service = await tenant.GivenKey(null, "service");

        var hidden = await service.Call("resources/list");
        var shown = await tenant.Call("resources/list");

        Assert.Empty(hidden.Result.GetProperty("resources").EnumerateArray());
        Assert.False(hidden.Result.TryGetProperty("nextCursor", out _));
        Assert.Equal(100, shown.Result.GetProperty("resources").GetArrayLength());
        Assert.True(shown.Result.TryGetProperty("nextCursor", out _));
    }

    [Fact]
    [Trait("Control", "IN-7")]
    public async Task A_metadata_header_must_not_lie_in_any_era()
    {
        var tenant = await product.GivenTenant();
        var session = await tenant.GivenSession();
        var request = tenant.Platform.RawRequest("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"x"}}}""", tenant.Slug, tenant.Key);
        request.Headers.Add("Mcp-Session-Id", session);
        request.Headers.Add("Mcp-Method", "tools/list");

        Assert.Equal(-32020, (await tenant.Send(request)).Code);
    }
}
