using Platform.Api.Tests.Mcp.Support;

namespace Platform.Api.Tests.Mcp.Backends;

/// <summary>What a backend answers is bounded and cleaned before a client sees it.</summary>
[Trait("Control", "IN-5")]
public sealed class OutputTests(McpProduct product)
{
    [Fact]
    public async Task Control_characters_and_halves_of_pairs_do_not_leave()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("a\ufffd[31mb\ufffdc\ufffdd\ufffde\tf\n\ud83d\ude00", (await tenant.Send(tenant.ModernTool("dirty"))).Text());
    }

    [Fact]
    public async Task A_result_of_the_promised_form_is_let_through()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("""{"value":1}""", (await tenant.Send(tenant.ModernTool("shaped", """{"mode":"good"}"""))).Result.GetProperty("structuredContent").GetRawText());
    }

    [Theory]
    [InlineData("bad")]
    [InlineData("none")]
    public async Task A_result_of_another_form_is_the_backends_failure(string mode)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("upstream-failed", (await tenant.Send(tenant.ModernTool("shaped", $$"""{"mode":"{{mode}}"}"""))).Slug);
    }
}
