using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>MCP 2026-07-28: request metadata headers equal the body, and the metadata every request carries (IN-7).</summary>
[Trait("Control", "IN-7")]
public sealed class RequestMetadataTests(Product product)
{
    private TenantClient Lab => product.Lab;

    [Theory]
    [InlineData("MCP-Protocol-Version", "2025-11-25")]
    [InlineData("MCP-Protocol-Version", "2026-07-29")]
    [InlineData("MCP-Protocol-Version", "2026-07-28x")]
    [InlineData("Mcp-Method", "tools/list")]
    [InlineData("Mcp-Method", "TOOLS/CALL")]
    [InlineData("Mcp-Method", "tools/call x")]
    [InlineData("Mcp-Method", "=?base64?dG9vbHMvY2FsbA==?=")]
    [InlineData("Mcp-Name", "memory_set")]
    [InlineData("Mcp-Name", "Echo")]
    [InlineData("Mcp-Name", "echo,echo")]
    [InlineData("Mcp-Name", "=?base64?bWVtb3J5X3NldA==?=")]
    [InlineData("Mcp-Name", "=?base64?ZWNobw=?=")]
    [InlineData("Mcp-Name", "=?base64?ZWNobw?=")]
    [InlineData("Mcp-Name", "=?base64?ZWN obw==?=")]
    [InlineData("Mcp-Name", "=?base64?!!!!?=")]
    [InlineData("Mcp-Name", "=?base64??=")]
    [InlineData("Mcp-Name", "=?base64?/w==?=")]
    [InlineData("Mcp-Name", "=?BASE64?ZWNobw==?=")]
    [InlineData("Mcp-Name", "=?base64?ZWNobw==")]
    [InlineData("Mcp-Name", "ZWNobw==")]
    public async Task A_header_that_says_something_else_than_the_body_is_refused(string header, string value)
    {
        var request = Lab.ToolRequest();
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);

        var reply = await Lab.Send(request);

        Assert.Equal((400, -32020, 1), (reply.Status, reply.Code, reply.Json.GetProperty("id").GetInt32()));
    }

    [Theory]
    [InlineData("MCP-Protocol-Version")]
    [InlineData("Mcp-Method")]
    [InlineData("Mcp-Name")]
    public async Task A_missing_header_is_refused(string header)
    {
        var request = Lab.ToolRequest();
        request.Headers.Remove(header);

        var reply = await Lab.Send(request);

        Assert.Equal((400, -32020), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("MCP-Protocol-Version: 2026-07-28\r\n")]
    [InlineData("Mcp-Method: tools/list\r\n")]
    [InlineData("mcp-method: tools/call\r\n")]
    public async Task A_duplicated_header_is_refused_even_when_both_agree(string again)
    {
        var reply = await Lab.Socket(more: again);

        Assert.Equal((400, -32020), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_header_for_a_list_does_not_let_a_call_through()
    {
        var tenant = await product.GivenTenant();
        var request = tenant.ToolRequest("memory_set", new { key = "smuggled", value = "v" });
        request.Headers.Remove("Mcp-Method");
        request.Headers.Add("Mcp-Method", "tools/list");

        Assert.Equal(-32020, (await tenant.Send(request)).Code);
        Assert.Equal("resource-not-found", (await tenant.Read("memory://smuggled")).Slug);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("=?base64?ZWNobw==?=")]
    public async Task A_name_passes_plain_and_encoded(string value)
    {
        var request = Lab.ToolRequest();
        request.Headers.Remove("Mcp-Name");
        request.Headers.TryAddWithoutValidation("Mcp-Name", value);

        Assert.Equal(200, (await Lab.Send(request)).Status);
    }

    [Theory]
    [InlineData("memory://schlüssel 世界")]
    [InlineData(" padded ")]
    [InlineData("line1\nline2")]
    [InlineData("=?base64?literal?=")]
    public async Task A_name_outside_ASCII_passes_encoded(string uri)
    {
        var reply = await Lab.Call("resources/read", new { uri }, $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(uri))}?=");

        Assert.Equal((200, "resource-not-found"), (reply.Status, reply.Slug));
    }

    [Fact]
    public async Task Header_names_are_not_case_sensitive()
    {
        var body = Wire.Body();
        var reply = await Wire.SocketAsync(product.Platform.McpUrl,
            $"POST /t/{Lab.Slug}/mcp HTTP/1.1\r\nhOST: localhost\r\nCONNECTION: close\r\nAUTHORIZATION: Bearer {Lab.Key}\r\ncontent-TYPE: application/json\r\nACCEPT: */*\r\n"
            + $"mcp-PROTOCOL-version: 2026-07-28\r\nMCP-METHOD: tools/list\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData("1900-01-01")]
    [InlineData("2024-11-05")]
    [InlineData("2027-01-01")]
    [InlineData("DRAFT")]
    public async Task An_unsupported_version_is_answered_with_what_discover_lists(string version)
    {
        var request = Lab.Raw(Encoding.UTF8.GetBytes(Wire.Body().Replace("2026-07-28", version, StringComparison.Ordinal)));
        request.Headers.Remove("MCP-Protocol-Version");
        request.Headers.Add("MCP-Protocol-Version", version);

        var reply = await Lab.Send(request);

        Assert.Equal((400, -32022, version), (reply.Status, reply.Code, reply.Data.GetProperty("requested").GetString()));
        Assert.Equal(
            (await Lab.Call("server/discover")).Result.GetProperty("supportedVersions").GetRawText(),
            reply.Data.GetProperty("supported").GetRawText());
    }

    [Fact]
    public async Task An_unsupported_version_is_answered_before_headers_that_this_version_asks_for()
    {
        var request = Lab.Raw(Encoding.UTF8.GetBytes(Wire.Body("tools/call").Replace("2026-07-28", "2027-01-01", StringComparison.Ordinal)), null);
        request.Headers.Remove("MCP-Protocol-Version");
        request.Headers.Add("MCP-Protocol-Version", "2027-01-01");

        Assert.Equal(-32022, (await Lab.Send(request)).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"_meta":{}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/protocolVersion":5,"io.modelcontextprotocol/clientCapabilities":{}}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":null}}""")]
    [InlineData("""{"_meta":[]}""")]
    [InlineData("""{"_meta":{"IO.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}""")]
    public async Task Missing_request_metadata_is_400_and_minus_32602(string parameters)
    {
        var reply = await Lab.Post($$"""{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{{parameters}}}""");

        Assert.Equal((400, -32602, "a"), (reply.Status, reply.Code, reply.Json.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_request_without_parameters_lacks_its_metadata()
    {
        Assert.Equal(-32602, (await Lab.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""")).Code);
    }

    [Theory]
    [InlineData("no/such")]
    [InlineData("Tools/List")]
    [InlineData("")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    public async Task A_method_this_era_does_not_have_is_404_and_minus_32601(string method)
    {
        var request = Lab.Raw(Encoding.UTF8.GetBytes(Wire.Body(method)), null);
        request.Headers.TryAddWithoutValidation("Mcp-Method", method);

        var reply = await Lab.Send(request);

        Assert.Equal((404, -32601, 1), (reply.Status, reply.Code, reply.Json.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task A_client_that_answers_is_refused()
    {
        Assert.Equal(400, (await Lab.Post("""{"jsonrpc":"2.0","id":1,"result":{}}""")).Status);
    }

    [Fact]
    public async Task A_notification_is_taken_with_202_and_no_body()
    {
        var reply = await Lab.Send(Lab.Raw(Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"""), "notifications/cancelled"));

        Assert.Equal((202, ""), (reply.Status, reply.Text));
    }

    [Theory]
    [InlineData("Mcp-Session-Id", "whatever")]
    [InlineData("Last-Event-ID", "1.1")]
    public async Task Headers_of_older_eras_are_ignored_and_no_session_is_minted(string header, string value)
    {
        var request = Lab.Request("tools/list");
        request.Headers.Add(header, value);

        var reply = await Lab.Send(request);

        Assert.Equal((200, null), (reply.Status, reply.Header("Mcp-Session-Id")));
    }

    [Fact]
    public async Task No_answer_uses_a_code_that_MCP_keeps_for_itself()
    {
        var codes = new List<int>
        {
            (await Lab.With("").Call("tools/list")).Code,
            (await (Lab with { Slug = "nobody" }).Call("tools/list")).Code,
            (await Lab.Read("memory://missing")).Code,
            (await Lab.Call("no/such")).Code,
        };

        Assert.DoesNotContain(codes, code => code is >= -32099 and <= -32000);
    }
}
