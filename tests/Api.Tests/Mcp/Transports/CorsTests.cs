using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>What browsers are let do, and that everybody else is told nothing.</summary>
[Trait("Control", "TR-7")]
public sealed class CorsTests(Product product)
{
    private const string Metadata = "/.well-known/oauth-protected-resource";

    private static readonly string[] Foreign =
    [
        "https://evil.example",
        "https://app.example:8443.evil",
        "https://app.example.evil:8443",
        "https://sub.app.example:8443",
        "http://app.example:8443",
        "https://app.example",
        "https://app.example:8444",
        "HTTPS://APP.EXAMPLE:8443",
        "https://app.example.:8443",
        "null",
        "*",
    ];

    public static TheoryData<string, string, int> Preflights
    {
        get
        {
            var rows = new TheoryData<string, string, int>();
            foreach (var method in new[] { "POST", "GET", "DELETE", "PUT" })
            {
                rows.Add(Product.AllowedOrigin, method, method == "PUT" ? 403 : 204);
                foreach (var origin in Foreign)
                {
                    rows.Add(origin, method, 403);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Preflights))]
    public async Task A_preflight_is_answered_to_the_allowed_origin_for_methods_that_are_served(string origin, string method, int status)
    {
        var reply = await Preflight(origin, method);

        Assert.Equal(status, reply.Status);
        Assert.Equal("Origin", reply.Header("Vary"));
        if (status == 204)
        {
            AssertAllowed(reply, "POST, GET, DELETE");
        }
        else
        {
            AssertSilent(reply);
        }
    }

    [Theory]
    [InlineData("post")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("POST, GET")]
    [InlineData("POST\r\nAccess-Control-Request-Method: POST")]
    public async Task A_preflight_for_what_is_no_method_of_ours_is_refused(string method)
    {
        var reply = await Preflight(Product.AllowedOrigin, method);

        Assert.Equal(403, reply.Status);
        AssertSilent(reply);
    }

    [Fact]
    public async Task A_preflight_with_two_origins_is_refused()
    {
        var reply = await Preflight($"{Product.AllowedOrigin}\r\nOrigin: {Product.AllowedOrigin}", "POST");

        Assert.Equal(403, reply.Status);
        AssertSilent(reply);
    }

    [Fact]
    public async Task A_preflight_at_a_tenant_that_does_not_exist_is_refused_as_a_foreign_origin_is()
    {
        var nobody = await Preflight(Product.AllowedOrigin, "POST", path: "/t/nobody/mcp");
        var foreign = await Preflight("https://evil.example", "POST");

        Assert.Equal((foreign.Status, foreign.TextWithoutIds), (nobody.Status, nobody.TextWithoutIds));
        AssertSilent(nobody);
    }

    [Fact]
    public async Task A_preflight_for_a_foreign_host_is_refused()
    {
        var reply = await Preflight(Product.AllowedOrigin, "POST", host: "evil.example");

        Assert.Equal((403, "host-denied"), (reply.Status, reply.Slug));
        AssertSilent(reply);
    }

    [Theory]
    [InlineData("authorization,content-type,mcp-param-region,mcp-param-Size", ", mcp-param-region, mcp-param-Size")]
    [InlineData("x-custom,cookie", "")]
    [InlineData("mcp-param-", "")]
    [InlineData("mcp-param-a b,xmcp-param-a,mcp-param-ä", "")]
    [InlineData("mcp-param-ok, *", ", mcp-param-ok")]
    public async Task Only_headers_of_MCP_and_parameters_of_tools_may_be_sent(string requested, string more)
    {
        var reply = await Preflight(Product.AllowedOrigin, "POST", requested);

        Assert.Equal(204, reply.Status);
        Assert.Equal("Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID" + more, reply.Header("Access-Control-Allow-Headers"));
    }

    [Fact]
    public async Task The_names_of_parameters_that_are_repeated_are_bounded()
    {
        var reply = await Preflight(Product.AllowedOrigin, "POST", string.Join(',', Enumerable.Range(0, 100).Select(i => $"mcp-param-{i}")));

        Assert.Equal(8 + 32, reply.Header("Access-Control-Allow-Headers")!.Split(',').Length);
    }

    [Fact]
    public async Task A_refused_preflight_is_in_the_trail_and_an_answered_one_is_not()
    {
        var tenant = await product.GivenTenant();
        var path = $"/t/{tenant.Slug}/mcp";

        Assert.Equal(204, (await Preflight(Product.AllowedOrigin, "POST", path: path)).Status);
        Assert.Equal(403, (await Preflight("https://evil.example", "POST", path: path)).Status);

        Assert.Equal("origin-denied", Assert.Single(await tenant.McpEvents()).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_page_of_the_allowed_origin_may_read_what_was_served_and_what_was_refused()
    {
        var origin = $"Origin: {Product.AllowedOrigin}\r\n";
        var served = await product.Lab.Socket(more: origin);
        var unauthenticated = await product.Lab.With("none").Socket(more: origin);
        var malformed = await product.Lab.Socket(more: origin, body: "{");

        Assert.Equal((200, 401, 400), (served.Status, unauthenticated.Status, malformed.Status));
        Assert.All([served, unauthenticated, malformed], reply =>
        {
            Assert.Equal(Product.AllowedOrigin, reply.Header("Access-Control-Allow-Origin"));
            Assert.Equal("Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy", reply.Header("Access-Control-Expose-Headers"));
            Assert.Equal("Origin", reply.Header("Vary"));
            Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
        });
    }

    [Theory]
    [InlineData("Origin: https://evil.example\r\n", 403)]
    [InlineData("Origin: null\r\n", 403)]
    [InlineData("", 200)]
    public async Task Nobody_else_is_told_anything(string origin, int status)
    {
        var reply = await product.Lab.Socket(more: origin);

        Assert.Equal(status, reply.Status);
        Assert.Equal("Origin", reply.Header("Vary"));
        AssertSilent(reply);
    }

    [Theory]
    [InlineData("GET", Product.AllowedOrigin, 200, Product.AllowedOrigin)]
    [InlineData("GET", "https://evil.example", 200, null)]
    [InlineData("OPTIONS", Product.AllowedOrigin, 204, Product.AllowedOrigin)]
    [InlineData("OPTIONS", "https://evil.example", 404, null)]
    [InlineData("OPTIONS", "null", 404, null)]
    public async Task Metadata_are_public_and_only_pages_of_the_allowed_origin_may_read_them(string method, string origin, int status, string? allowed)
    {
        var reply = await Wire.SocketAsync(product.Platform.McpUrl,
            $"{method} {Metadata}/t/{product.Lab.Slug}/mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: GET\r\n\r\n");

        Assert.Equal((status, allowed), (reply.Status, reply.Header("Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("OPTIONS", "/v1/tenants")]
    [InlineData("OPTIONS", "/login")]
    [InlineData("GET", "/v1/tenants")]
    [InlineData("GET", "/health/live")]
    public async Task The_management_listener_sends_no_such_header(string method, string path)
    {
        foreach (var origin in new[] { Product.AllowedOrigin, "https://evil.example", product.Platform.ManagementUrl.GetLeftPart(UriPartial.Authority) })
        {
            AssertSilent(await Wire.SocketAsync(product.Platform.ManagementUrl,
                $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST\r\nAuthorization: Bearer {product.Platform.AdminKey}\r\n\r\n"));
        }
    }

    private Task<Reply> Preflight(string origin, string method, string? headers = null, string? path = null, string host = "localhost") =>
        Wire.SocketAsync(product.Platform.McpUrl,
            $"OPTIONS {path ?? $"/t/{product.Lab.Slug}/mcp"} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: {method}\r\n"
            + (headers is null ? "" : $"Access-Control-Request-Headers: {headers}\r\n") + "\r\n");

    private static void AssertAllowed(Reply reply, string methods)
    {
        Assert.Equal("", reply.Text);
        Assert.Equal(Product.AllowedOrigin, reply.Header("Access-Control-Allow-Origin"));
        Assert.Equal(methods, reply.Header("Access-Control-Allow-Methods"));
        Assert.Equal("600", reply.Header("Access-Control-Max-Age"));
        Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
    }

    private static void AssertSilent(Reply reply) =>
        Assert.DoesNotContain(reply.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
}
