using System.Text;
using System.Text.Json;
using CsCheck;
using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

public sealed class HeaderTests : IDisposable
{
    private readonly NoteWriter _notes = new();

    public void Dispose() => _notes.Dispose();

    /// <summary>The examples of the specification (2026-07-28, Streamable HTTP, Encoding examples).</summary>
    [Theory]
    [InlineData("us-west1", "us-west1")]
    [InlineData("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?=")]
    [InlineData(" padded ", "=?base64?IHBhZGRlZCA=?=")]
    [InlineData("line1\nline2", "=?base64?bGluZTEKbGluZTI=?=")]
    [InlineData("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=")]
    [InlineData("a\tb", "=?base64?YQli?=")]
    [InlineData("=?BASE64?x?=", "=?BASE64?x?=")]
    public void A_value_is_encoded_as_the_specification_shows(string value, string header) => Assert.Equal(header, HeaderValue.Encode(value));

    [Fact, Trait("Control", "IN-7")]
    public void No_value_can_break_out_of_its_header() => Gen.String.Sample(value => Assert.False(HeaderValue.Encode(value).AsSpan().ContainsAnyExceptInRange(' ', '~')));

    [Theory]
    [InlineData("tools/call", """{"name":"echo"}""", "echo")]
    [InlineData("prompts/get", """{"name":"größe"}""", "=?base64?Z3LDtsOfZQ==?=")]
    [InlineData("resources/read", """{"uri":"memory://Alpha1"}""", "memory://Alpha1")]
    [InlineData("tasks/get", """{"taskId":"t1"}""", "t1")]
    [InlineData("tools/list", """{"name":"echo"}""", null)]
    [InlineData("tools/call", """{"name":5}""", null)]
    public void The_name_header_mirrors_what_the_method_is_about(string method, string parameters, string? name)
    {
        var headers = Headers(method, parameters);
        Assert.Equal("2026-07-28", headers["MCP-Protocol-Version"]);
        Assert.Equal(method, headers["Mcp-Method"]);
        Assert.Equal(name, headers.GetValueOrDefault("Mcp-Name"));
    }

    [Fact, Trait("Control", "IN-7")]
    public void A_method_that_no_header_can_carry_is_refused() =>
        Assert.NotNull(ModernHeaders.For(Message("tools/\\r\\nX: y", "{}"), new ToolHeaders(new Diagnostics(_notes, TimeProvider.System))).Problem);

    [Fact]
    public void Annotated_arguments_travel_in_headers_too()
    {
        const string Schema = """
            {"type":"object","properties":{
              "region":{"type":"string","x-mcp-header":"Region"},
              "count":{"type":"integer","x-mcp-header":"Count"},
              "dry":{"type":["boolean","null"],"x-mcp-header":"Dry"},
              "gone":{"type":"string","x-mcp-header":"Gone"},
              "deep":{"type":"object","properties":{"in":{"type":"string","x-mcp-header":"Deep"}}},
              "plain":{"type":"string"}}}
            """;
        var headers = Headers("tools/call", """{"name":"t","arguments":{"region":"é","count":42.0,"dry":true,"gone":null,"deep":{"in":"x"},"plain":"p"}}""", Schema);
        Assert.Equal(
            ["Mcp-Param-Count=42", "Mcp-Param-Deep=x", "Mcp-Param-Dry=true", "Mcp-Param-Region==?base64?w6k=?="],
            headers.Where(header => header.Key.StartsWith("Mcp-Param-", StringComparison.Ordinal)).Select(header => $"{header.Key}={header.Value}").Order(StringComparer.Ordinal));
    }

    [Theory, Trait("Control", "IN-7")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":""}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a\r\nEvil: 1"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":5}}}""")]
    [InlineData("""{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}""")]
    [InlineData("""{"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}""")]
    [InlineData("""{"$defs":{"d":{"type":"string","x-mcp-header":"A"}}}""")]
    [InlineData("""{"type":"string","x-mcp-header":"A"}""")]
    public void A_tool_with_an_annotation_that_breaks_a_rule_is_left_out_and_the_others_stay(string schema)
    {
        var tools = new ToolHeaders(new Diagnostics(_notes, TimeProvider.System));
        var list = $$$$"""{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"bad","inputSchema":{{{{schema}}}}},{"name":"good","inputSchema":{"type":"object"}}],"nextCursor":"c"}}""";
        Assert.True(RpcMessage.Read(Encoding.UTF8.GetBytes(list)).Try(out var message, out _));
        var result = JsonSerializer.Deserialize<JsonElement>(tools.Learn(message).Span).GetProperty("result");
        Assert.Equal(["good"], result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));
        Assert.Equal("c", result.GetProperty("nextCursor").GetString());
        Assert.Contains("'bad' is left out", _notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_without_fault_passes_byte_for_byte()
    {
        const string List = """{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"properties":{"x":{"default":{"x-mcp-header":"data"}}}}}]}}""";
        Assert.True(RpcMessage.Read(Encoding.UTF8.GetBytes(List)).Try(out var message, out _));
        Assert.Equal(List, Encoding.UTF8.GetString(new ToolHeaders(new Diagnostics(_notes, TimeProvider.System)).Learn(message).Span));
    }

    private Dictionary<string, string> Headers(string method, string parameters, string? schema = null)
    {
        var tools = new ToolHeaders(new Diagnostics(_notes, TimeProvider.System));
        if (schema is not null)
        {
            Assert.True(RpcMessage.Read(Encoding.UTF8.GetBytes($$$$"""{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"t","inputSchema":{{{{schema}}}}}]}}""")).Try(out var list, out _));
            tools.Learn(list);
        }

        Assert.True(ModernHeaders.For(Message(method, parameters), tools).Try(out var headers, out var problem), problem?.Detail);
        return headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal);
    }

    private static RpcMessage Message(string method, string parameters)
    {
        var json = $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}{{(parameters == "{}" ? "" : ",")}}{{parameters[1..]}}}""";
        Assert.True(RpcMessage.Read(Encoding.UTF8.GetBytes(json)).Try(out var message, out var problem), problem?.Detail);
        return message;
    }
}
