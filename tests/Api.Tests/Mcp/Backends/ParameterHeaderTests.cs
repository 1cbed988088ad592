using System.Text;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Backends;

/// <summary>Arguments that are repeated in headers (MCP 2026-07-28, Custom Headers from Tool Parameters).</summary>
[Trait("Control", "IN-7")]
public sealed class ParameterHeaderTests(McpProduct product)
{
    [Theory]
    [InlineData("""{"region":"eu"}""", "Region", "eu")]
    [InlineData("""{"region":"=?x"}""", "Region", "=?x")]
    [InlineData("""{"region":"é\n"}""", "Region", "=?base64?w6kK?=")]
    [InlineData("""{"region":"eu"}""", "region", "eu")]
    [InlineData("""{"count":10}""", "Count", "10")]
    [InlineData("""{"count":10}""", "Count", "1e1")]
    [InlineData("""{"count":1.0e1}""", "Count", "10")]
    [InlineData("""{"dry":true}""", "Dry", "true")]
    [InlineData("""{"where":{"zone":"z1"}}""", "Zone", "z1")]
    public async Task A_header_that_says_what_the_argument_says_is_let_through(string arguments, string name, string header) =>
        Assert.Equal("routed", (await Call(arguments, name, header)).Text());

    [Theory]
    [InlineData("""{"region":"eu"}""", "Region", "us")]
    [InlineData("""{"region":"eu"}""", "Region", "EU")]
    [InlineData("""{"region":"eu"}""", "Region", "=?base64?dXM=?=")]
    [InlineData("""{"region":"eu"}""", "Region", "=?base64?***?=")]
    [InlineData("""{"count":10}""", "Count", "11")]
    [InlineData("""{"count":10}""", "Count", "ten")]
    [InlineData("""{"dry":true}""", "Dry", "false")]
    [InlineData("""{"dry":true}""", "Dry", "True")]
    [InlineData("""{"where":{"zone":"z1"}}""", "Zone", "z2")]
    [InlineData("""{"region":"eu"}""", null, null)]
    [InlineData("{}", "Region", "eu")]
    [InlineData("""{"where":{}}""", "Zone", "z1")]
    [InlineData("""{"region":null}""", "Region", "null")]
    public async Task A_header_that_contradicts_or_is_missing_is_refused(string arguments, string? name, string? header)
    {
        var reply = await Call(arguments, name, header);

        Assert.Equal((400, -32020), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_header_that_comes_twice_is_refused()
    {
        var tenant = await product.GivenTenant();
        var request = tenant.ModernTool("routed", """{"region":"eu"}""");
        request.Headers.TryAddWithoutValidation("Mcp-Param-Region", ["eu", "us"]);

        Assert.Equal(-32020, (await tenant.Send(request)).Code);
    }

    [Fact]
    public async Task An_argument_that_is_null_needs_no_header()
    {
        // The schema still has its say.
        Assert.True((await Call("""{"region":null}""", null, null)).Result.GetProperty("isError").GetBoolean());
    }

    [Fact]
    public async Task The_eras_before_know_no_such_headers()
    {
        var tenant = await product.GivenTenant();

        Assert.Equal("routed", (await tenant.Send(tenant.LegacyTool(await tenant.GivenSession(), "routed", """{"region":"eu"}"""))).Text());
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"const":{"x-mcp-header":5}}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"boolean","x-mcp-header":"B"}}}}}""")]
    public void A_good_annotation_is_registered(string schema) => Assert.True(ToolDefinition.TryCompile(Encoding.UTF8.GetBytes(schema), out _, out _, out _));

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"number","x-mcp-header":"A"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","x-mcp-header":"A"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"x-mcp-header":"A"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":""}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A B"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A\r\nB"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":5}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}""")]
    [InlineData("""{"type":"object","anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}""")]
    [InlineData("""{"type":"object","x-mcp-header":"A"}""")]
    public void A_bad_annotation_refuses_the_tool(string schema) => Assert.False(ToolDefinition.TryCompile(Encoding.UTF8.GetBytes(schema), out _, out _, out _));

    private async Task<Reply> Call(string arguments, string? name, string? header)
    {
        var tenant = await product.GivenTenant();
        var request = tenant.ModernTool("routed", arguments);
        request.Headers.TryAddWithoutValidation($"Mcp-Param-{name ?? "None"}", header is null ? [] : [header]);
        return await tenant.Send(request);
    }
}
