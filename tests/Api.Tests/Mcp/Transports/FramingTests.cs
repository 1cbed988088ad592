using System.Net.Http.Headers;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>What belongs to HTTP: method, media type, accept, size, and which check comes first.</summary>
public sealed class FramingTests(Product product)
{
    private const int Limit = 1024 * 1024;

    private TenantClient Lab => product.Lab;

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    public async Task Other_methods_than_POST_and_those_of_a_session_are_refused(string method)
    {
        var request = Lab.Request("tools/list");
        request.Method = new HttpMethod(method);
        request.Content = null;

        var reply = await Lab.Send(request);

        Assert.Equal((405, "POST, GET, DELETE"), (reply.Status, reply.Header("Allow")));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json-patch+json")]
    [InlineData("application/jsonx")]
    [InlineData("text/plain; application/json")]
    public async Task A_body_that_is_not_declared_as_JSON_is_refused(string type)
    {
        var request = Lab.Request("tools/list");
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);

        Assert.Equal(415, (await Lab.Send(request)).Status);
    }

    [Fact]
    public async Task A_body_without_a_type_is_refused()
    {
        var request = Lab.Request("tools/list");
        request.Content!.Headers.ContentType = null;

        Assert.Equal(415, (await Lab.Send(request)).Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON;charset=UTF-8")]
    public async Task JSON_passes_however_it_is_written(string type)
    {
        var request = Lab.Request("tools/list");
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);

        Assert.Equal(200, (await Lab.Send(request)).Status);
    }

    [Theory]
    [InlineData("application/json", 406)]
    [InlineData("text/event-stream", 406)]
    [InlineData("text/html", 406)]
    [InlineData("application/json, text/event-stream", 200)]
    [InlineData("text/event-stream;q=0.5, APPLICATION/JSON", 200)]
    [InlineData("*/*", 200)]
    public async Task Both_answers_of_the_transport_must_be_acceptable(string accept, int status)
    {
        var request = Lab.Request("tools/list");
        request.Headers.Accept.Clear();
        request.Headers.TryAddWithoutValidation("Accept", accept);

        Assert.Equal(status, (await Lab.Send(request)).Status);
    }

    [Theory]
    [Trait("Control", "TR-8")]
    [InlineData(Limit - 1, 200)]
    [InlineData(Limit, 200)]
    [InlineData(Limit + 1, 413)]
    public async Task A_body_is_at_most_one_mebibyte(int size, int status)
    {
        Assert.Equal(status, (await Lab.Post(Padded(size))).Status);
    }

    [Theory]
    [Trait("Control", "TR-8")]
    [InlineData(Limit, 200)]
    [InlineData(Limit + 1, 413)]
    public async Task A_body_without_a_declared_size_is_counted_as_it_comes(int size, int status)
    {
        var request = Lab.Raw(Padded(size));
        request.Headers.TransferEncodingChunked = true;

        Assert.Equal(status, (await Lab.Send(request)).Status);
    }

    [Theory]
    [Trait("Control", "TR-8")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task An_encoded_body_is_refused(string encoding)
    {
        var request = Lab.Request("tools/list");
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        Assert.Equal((415, "unsupported-media-type"), (await Lab.Send(request)) is var reply ? (reply.Status, reply.Slug) : default);
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task A_size_that_is_declared_too_large_is_refused_before_a_byte_is_read()
    {
        var reply = await Wire.SocketAsync(product.Platform.McpUrl,
            $"POST /t/{Lab.Slug}/mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: {Limit + 1}\r\n\r\n");

        Assert.Equal((413, "too-large"), (reply.Status, reply.Slug));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n")]
    [InlineData("Content-Length: abc\r\n")]
    [InlineData("Transfer-Encoding: gzip, x\r\n")]
    public async Task Two_truths_about_the_length_are_a_bad_request(string more)
    {
        Assert.Equal(400, (await Lab.Socket(more: more)).Status);
    }

    [Fact]
    public async Task A_foreign_origin_is_answered_before_a_bad_key()
    {
        var request = Lab.With("mcpk_live_bad").Request("tools/list");
        request.Headers.Add("Origin", "https://evil.example");

        Assert.Equal("origin-denied", (await Lab.Send(request)).Slug);
    }

    [Fact]
    public async Task A_foreign_host_is_answered_before_a_foreign_origin()
    {
        Assert.Equal("host-denied", (await Lab.Socket(host: "Host: evil.example", more: "Origin: https://evil.example\r\n")).Slug);
    }

    [Fact]
    public async Task The_media_type_is_answered_before_a_bad_key()
    {
        var request = Lab.With("").Request("tools/list");
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain");

        Assert.Equal("unsupported-media-type", (await Lab.Send(request)).Slug);
    }

    [Fact]
    public async Task An_unknown_tenant_is_answered_before_a_bad_key()
    {
        Assert.Equal("tenant-not-found", (await (Lab with { Slug = "nobody" }).With("").Call("tools/list")).Slug);
    }

    [Fact]
    public async Task A_bad_key_is_answered_before_a_malformed_body()
    {
        Assert.Equal("unauthenticated", (await Lab.With("").Post("{")).Slug);
    }

    [Fact]
    [Trait("Control", "IN-8")]
    public async Task A_spent_limit_is_answered_before_a_malformed_body()
    {
        var poor = await Lab.GivenKey(new { rateLimit = new { permitsPerMinute = 1, burst = 1 } });
        await poor.Call("tools/list");

        Assert.Equal("rate-limited", (await poor.Post("{")).Slug);
    }

    [Fact]
    public async Task A_malformed_body_is_answered_before_headers_that_differ()
    {
        Assert.Equal("malformed", (await Lab.Post("{"u8.ToArray(), "tools/call")).Slug);
    }

    [Fact]
    public async Task Headers_that_differ_are_answered_before_a_missing_permission()
    {
        var user = await Lab.GivenKey(null, "user");
        var request = user.ToolRequest();
        request.Headers.Remove("Mcp-Name");

        Assert.Equal("header-mismatch", (await user.Send(request)).Slug);
    }

    [Fact]
    public async Task A_missing_permission_is_answered_before_bad_arguments()
    {
        var user = await Lab.GivenKey(null, "user");

        Assert.Equal("permission-denied", (await user.CallTool("echo", new { wrong = 1 })).Slug);
    }

    [Theory]
    [InlineData("/t/{0}/mcp/")]
    [InlineData("/t/{0}/MCP")]
    [InlineData("/T/{0}/mcp")]
    [InlineData("/t/{0}/mcp/x")]
    [InlineData("/t/x/../{0}/mcp/..")]
    [InlineData("//t/{0}/mcp")]
    [InlineData("/t/{0}%2Fmcp")]
    [InlineData("/t//mcp")]
    [InlineData("/t/_sys/mcp")]
    [InlineData("/")]
    public async Task There_is_one_path_to_an_endpoint(string path)
    {
        Assert.Equal(404, (await Lab.Socket(target: string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Lab.Slug))).Status);
    }

    private static byte[] Padded(int size) => Encoding.UTF8.GetBytes(Wire.Body().PadRight(size));
}
