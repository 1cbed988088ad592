using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Validation;

/// <summary>The guard's verdicts as a client sees them (IN-1), and the JSON-RPC envelope.</summary>
[Trait("Control", "IN-1")]
public sealed class BodyOverHttpTests(Product product)
{
    private TenantClient Lab => product.Lab;

    public static TheoryData<string, byte[], int, string> Bodies => new()
    {
        { "empty", [], -32700, "malformed" },
        { "cut", "{"u8.ToArray(), -32700, "malformed" },
        { "trailing data", Utf8(Wire.Body() + "{}"), -32700, "malformed" },
        { "trailing comma", Utf8("""{"jsonrpc":"2.0","id":1,"method":"tools/list",}"""), -32700, "malformed" },
        { "comment", Utf8("/**/" + Wire.Body()), -32700, "malformed" },
        { "byte order mark", [0xEF, 0xBB, 0xBF, .. Utf8(Wire.Body())], -32700, "malformed" },
        { "invalid UTF-8", [.. "{\"jsonrpc\":\"2.0\",\"id\":\""u8, 0xFF, .. "\"}"u8], -32700, "malformed" },
        { "overlong UTF-8", [.. "{\"jsonrpc\":\"2.0\",\"id\":\""u8, 0xC0, 0xAF, .. "\"}"u8], -32700, "malformed" },
        { "UTF-16", Encoding.Unicode.GetBytes(Wire.Body()), -32700, "malformed" },
        { "lone surrogate", Utf8(Wire.Body(id: "\"\\ud800\"")), -32700, "malformed" },
        { "number beyond a double", Utf8(Wire.Body(parameters: "\"n\":1e400,")), -32700, "malformed" },
        { "not a number", Utf8(Wire.Body(parameters: "\"n\":NaN,")), -32700, "malformed" },
        { "batch", Utf8($"[{Wire.Body()}]"), -32600, "invalid-request" },
        { "empty batch", "[]"u8.ToArray(), -32600, "invalid-request" },
        { "string", "\"x\""u8.ToArray(), -32600, "invalid-request" },
        { "null", "null"u8.ToArray(), -32600, "invalid-request" },
        { "duplicate key", Utf8("""{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}"""), -32600, "invalid-request" },
        { "duplicate key, escaped", Utf8("""{"jsonrpc":"2.0","id":1,"method":"tools/list","m\u0065thod":"tools/call"}"""), -32600, "invalid-request" },
        { "duplicate key, nested", Utf8(Wire.Body("tools/call", "\"name\":\"echo\",\"arguments\":{\"message\":\"a\",\"message\":\"b\"},")), -32600, "invalid-request" },
        { "depth 11", Utf8(Wire.Body(parameters: $"\"x\":{Nested(9)},")), -32600, "too-deep" },
        { "101 properties", Utf8(Wire.Body(parameters: $"\"x\":{{{Properties(101)}}},")), -32600, "too-deep" },
        { "string of 10001", Utf8(Wire.Body(parameters: $"\"x\":\"{new string('a', 10_001)}\",")), -32600, "too-deep" },
        { "10001 items", Utf8(Wire.Body(parameters: $"\"x\":[{string.Join(',', Enumerable.Repeat('1', 10_001))}],")), -32600, "too-deep" },
        { "a mebibyte of brackets", Utf8(new string('[', 1024 * 1024)), -32600, "invalid-request" },
    };

    public static TheoryData<string, string> Honest => new()
    {
        { "depth 10", Wire.Body(parameters: $"\"x\":{Nested(8)},") },
        { "100 properties", Wire.Body(parameters: $"\"x\":{{{Properties(100)}}},") },
        { "string of 10000", Wire.Body(parameters: $"\"x\":\"{new string('a', 10_000)}\",") },
        { "10000 items", Wire.Body(parameters: $"\"x\":[{string.Join(',', Enumerable.Repeat('1', 10_000))}],") },
        { "1e308", Wire.Body(parameters: "\"n\":1e308,") },
        { "surrogate pair", Wire.Body(parameters: "\"n\":\"\\ud83d\\ude00\",") },
        { "white space", "\r\n\t " + Wire.Body() + " \r\n" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_hostile_body_is_refused(string what, byte[] body, int code, string slug)
    {
        var reply = await Lab.Post(body);

        Assert.Equal((what, 400, code, slug), (what, reply.Status, reply.Code, reply.Slug));
    }

    [Theory]
    [MemberData(nameof(Honest))]
    public async Task A_body_at_its_limits_passes(string what, string body)
    {
        Assert.Equal((what, 200), (what, (await Lab.Post(body)).Status));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"Method":"tools/list","params":{}}""")]
    [InlineData("""{"JsonRpc":"2.0","id":1,"method":"tools/list","params":{}}""")]
    [InlineData("""{"id":1,"method":"tools/list","params":{}}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"tools/list","params":{}}""")]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"tools/list","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":null,"params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":["tools/list"],"params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":"x"}""")]
    [InlineData("""{}""")]
    public async Task What_is_no_JSON_RPC_request_is_refused(string body)
    {
        var reply = await Lab.Post(body);

        Assert.Equal((400, -32600), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_wrong_case_member_beside_the_right_one_is_not_honoured()
    {
        var body = Wire.Body().Replace("\"id\":1,", "\"id\":1,\"Method\":\"tools/call\",\"METHOD\":\"prompts/get\",\"ID\":2,", StringComparison.Ordinal);

        var reply = await Lab.Post(body);

        Assert.Equal(1, reply.Json.GetProperty("id").GetInt32());
        Assert.NotEmpty(reply.Result.GetProperty("tools").EnumerateArray());
    }

    [Fact]
    public async Task A_wrong_case_parameter_is_not_honoured()
    {
        var reply = await Lab.Post(Utf8(Wire.Body("tools/call", "\"Name\":\"echo\",\"Arguments\":{\"message\":\"x\"},")), "tools/call");

        Assert.Equal(-32602, reply.Code);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1.5")]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public async Task An_id_that_is_no_string_and_no_integer_is_refused_and_not_echoed(string id)
    {
        var reply = await Lab.Post(Wire.Body(id: id));

        Assert.Equal((400, -32600), (reply.Status, reply.Code));
        Assert.False(reply.Json.TryGetProperty("id", out _));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-7")]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("\"\"")]
    [InlineData("\"1\"")]
    [InlineData("\"a\\u0062c \\\"q\\\" \\/ é\"")]
    public async Task An_id_is_echoed_byte_for_byte(string id)
    {
        Assert.StartsWith($$"""{"jsonrpc":"2.0","id":{{id}},"result":""", (await Lab.Post(Wire.Body(id: id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_echoes_the_id_too()
    {
        var reply = await Lab.Send(Lab.Raw(Utf8(Wire.Body("no/such", id: "\"my \\u0069d\"")), "no/such"));

        Assert.StartsWith("""{"jsonrpc":"2.0","id":"my \u0069d","error":""", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools/call", "\"name\":5,")]
    [InlineData("tools/call", "\"name\":null,")]
    [InlineData("tools/call", "\"name\":{\"a\":1},")]
    [InlineData("tools/call", "\"name\":\"\",")]
    [InlineData("tools/call", "")]
    [InlineData("resources/read", "\"uri\":5,")]
    [InlineData("resources/read", "\"uri\":[\"memory://a\"],")]
    [InlineData("resources/read", "")]
    [InlineData("prompts/get", "\"name\":true,")]
    [InlineData("tools/list", "\"cursor\":5,")]
    public async Task A_parameter_of_the_wrong_type_is_minus_32602(string method, string parameters)
    {
        var request = Lab.Raw(Utf8(Wire.Body(method, parameters)), method, "");

        var reply = await Lab.Send(request);

        Assert.Equal((200, -32602), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("5")]
    public async Task Arguments_that_are_no_object_are_minus_32602(string arguments)
    {
        var reply = await Lab.Post(Utf8(Wire.Body("tools/call", $"\"name\":\"echo\",\"arguments\":{arguments},")), "tools/call", "echo");

        Assert.Equal(-32602, reply.Code);
    }

    [Fact]
    public async Task A_request_without_an_id_is_a_notification_and_runs_nothing()
    {
        var tenant = await product.GivenTenant();
        var body = Wire.Body("tools/call", "\"name\":\"memory_set\",\"arguments\":{\"key\":\"quiet\",\"value\":\"v\"},").Replace("\"id\":1,", "", StringComparison.Ordinal);

        var reply = await tenant.Post(Utf8(body), "tools/call", "memory_set");

        Assert.Equal((202, ""), (reply.Status, reply.Text));
        Assert.Equal("resource-not-found", (await tenant.Read("memory://quiet")).Slug);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);

    private static string Properties(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":1"));
}
