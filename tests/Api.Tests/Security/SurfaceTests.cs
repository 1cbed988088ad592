using Platform.Api.Tests.OpenApi;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Security;

/// <summary>What each listener serves, and the headers of everything it answers.</summary>
public sealed class SurfaceTests(Product product)
{
    [Theory]
    [Trait("Control", "TR-13")]
    [InlineData("/")]
    [InlineData("/v1/tenants")]
    [InlineData("/v1/bootstrap")]
    [InlineData("/v1/sessions")]
    [InlineData("/V1/tenants")]
    [InlineData("/metrics")]
    [InlineData("/login")]
    [InlineData("/health/ready")]
    [InlineData("/health/audit")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/t/demo")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task The_data_listener_serves_nothing_of_management(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Platform.McpUrl, path));
        request.Headers.Add("Authorization", $"Bearer {product.Platform.AdminKey}");
        request.Headers.Add("Accept", "text/html");

        var reply = await product.Platform.Send(request);

        Assert.Equal((404, ""), (reply.Status, reply.Text));
    }

    [Theory]
    [Trait("Control", "TR-13")]
    [InlineData("POST", "/t/demo/mcp", 405)]
    [InlineData("GET", "/t/demo/mcp", 404)]
    [InlineData("DELETE", "/t/demo/mcp", 405)]
    [InlineData("GET", "/.well-known/oauth-protected-resource/t/demo/mcp", 404)]
    public async Task The_management_listener_serves_no_endpoint(string method, string path, int status)
    {
        var request = product.Platform.ModernRequest("tools/list");
        request.Method = new HttpMethod(method);
        request.RequestUri = new Uri(product.Platform.ManagementUrl, path);

        Assert.Equal((status, ""), (await product.Platform.Send(request)) is var reply ? (reply.Status, reply.Text) : default);
    }

    [Theory]
    [Trait("Control", "TR-13")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task The_host_header_does_not_choose_the_listener(string name)
    {
        var management = $"{name}:{product.Platform.ManagementUrl.Port}";
        var reply = await Wire.SocketAsync(product.Platform.McpUrl,
            $"GET /v1/tenants HTTP/1.1\r\nHost: {management}\r\nConnection: close\r\nAuthorization: Bearer {product.Platform.AdminKey}\r\n\r\n");

        Assert.Equal(404, reply.Status);
    }

    [Theory]
    [InlineData("/health/live", "ok")]
    [InlineData("/health/ready", "ready")]
    [InlineData("/health/audit", "ok")]
    [InlineData("/health/audit-sinks", "[]")]
    public async Task Health_is_answered_without_a_credential(string path, string text)
    {
        var reply = await product.Platform.Get(new Uri(product.Platform.ManagementUrl, path));

        Assert.Equal((200, text), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task The_data_listener_answers_liveness()
    {
        Assert.Equal((200, "ok"), (await product.Platform.Get(new Uri(product.Platform.McpUrl, "/health/live"))) is var reply ? (reply.Status, reply.Text) : default);
    }

    [Fact]
    [Trait("Control", "AL-7")]
    public async Task Metrics_of_the_gate_are_served_with_bounded_labels()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool();
        await tenant.Call("made/up/method");
        await tenant.With("").CallTool();

        var metrics = (await Wire.Until(() => product.Platform.Get(new Uri(product.Platform.ManagementUrl, "/metrics")), 200, TimeSpan.FromSeconds(5))).Text;

        Assert.Contains("platform_gate_request_duration", metrics, StringComparison.Ordinal);
        Assert.Contains("platform_gate_refusals", metrics, StringComparison.Ordinal);
        // With its quotes: an id may have the four letters in it.
        Assert.All([tenant.Slug, tenant.KeyId, "made/up/method", "\"echo\""], label => Assert.DoesNotContain(label, metrics, StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string, int> Answers => new()
    {
        { "mcp", "GET", "/t/demo/mcp", 405 },
        { "mcp", "POST", "/t/demo/mcp", 415 },
        { "mcp", "DELETE", "/t/demo/mcp", 401 },
        { "mcp", "DELETE", "/t/nobody/mcp", 404 },
        { "mcp", "GET", "/", 404 },
        { "mcp", "GET", "/health/live", 200 },
        { "mcp", "GET", "/.well-known/oauth-protected-resource/t/demo/mcp", 200 },
        { "management", "GET", "/health/live", 200 },
        { "management", "GET", "/health/ready", 200 },
        { "management", "GET", "/health/audit-sinks", 200 },
        { "management", "GET", "/metrics", 200 },
        { "management", "GET", "/v1/bootstrap", 200 },
        { "management", "GET", "/v1/tenants", 401 },
        { "management", "POST", "/v1/sessions", 400 },
        { "management", "GET", "/v1/no/such/route", 401 },
        { "management", "GET", "/no/such/page", 302 },
        { "management", "PUT", "/no/such/page", 405 },
        { "management", "PUT", "/health/live", 405 },
        { "management", "GET", "/t/demo/mcp", 404 },
        { "management", "GET", "/login", 303 },
        { "management", "GET", "/", 302 },
    };

    [Theory]
    [Trait("Control", "TR-12")]
    [MemberData(nameof(Answers))]
    public async Task Every_answer_carries_the_security_headers_and_names_no_server(string listener, string method, string path, int status)
    {
        var url = new Dictionary<string, Uri>(StringComparer.Ordinal) { ["mcp"] = product.Platform.McpUrl, ["management"] = product.Platform.ManagementUrl }[listener];
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(url, path));
        request.Headers.Add("Accept", "text/html, */*");

        AssertHeaders(status, await product.Platform.Send(request));
    }

    [Fact]
    [Trait("Control", "TR-12")]
    public async Task Answers_to_an_authenticated_client_carry_them_too()
    {
        AssertHeaders(200, await product.Lab.CallTool());
        AssertHeaders(404, await product.Lab.Call("no/such"));
        AssertHeaders(400, await product.Lab.Post("{"));
        AssertHeaders(202, await product.Lab.Send(product.Lab.Raw("""{"jsonrpc":"2.0","method":"notifications/x"}"""u8.ToArray())));
        AssertHeaders(204, await product.Lab.Delete(await product.Lab.GivenSession()));
        AssertHeaders(200, await product.Platform.Rest(HttpMethod.Get, "/v1/tenants"));
        AssertHeaders(404, await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/nobody"));
        AssertHeaders(404, await product.Platform.Rest(HttpMethod.Get, "/v1/no/such/route"));
        AssertHeaders(400, await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { }));
        AssertHeaders(409, await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = "demo" }));
        AssertHeaders(415, await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", "{}"u8.ToArray(), "text/plain"));
    }

    [Fact]
    [Trait("Control", "TR-12")]
    public async Task Every_route_of_the_description_answers_with_them_whether_it_serves_or_refuses()
    {
        var tenant = await product.GivenTenant();
        var routes = Description.Operations.Where(one => (string)one.Operation["operationId"]! != "audit/stream").ToArray();
        Assert.InRange(routes.Length, 100, 1_000);

        await Parallel.ForEachAsync(routes, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (route, _) =>
        {
            var path = Fill(route.Path, tenant.Slug);
            AssertHeaders(await product.Platform.Rest(new HttpMethod(route.Method), path, credential: "nobody's"));
            AssertHeaders(await product.Platform.RestRaw(new HttpMethod(route.Method == "GET" ? "POST" : "GET"), path, "{"u8.ToArray(), "application/json"));
            if (route.Method == "GET")
            {
                AssertHeaders(await product.Platform.Rest(HttpMethod.Get, path));
            }
        });
    }

    [Fact]
    [Trait("Control", "TR-12")]
    public async Task A_refused_host_is_answered_with_them_too()
    {
        AssertHeaders(403, await product.Platform.Get(new Uri(product.Platform.ManagementUrl, "/login"), host: "evil.example"));
        AssertHeaders(403, await product.Platform.Get(new Uri(product.Platform.ManagementUrl, "/v1/tenants"), host: "evil.example"));
        AssertHeaders(403, await product.Platform.Get(product.Platform.McpUrl, host: "evil.example"));
    }

    /// <summary>The tenant, and names that nobody has.</summary>
    private static string Fill(string path, string slug)
    {
        path = path.Replace("{tenant}", slug, StringComparison.Ordinal);
        for (var from = path.IndexOf('{', StringComparison.Ordinal); from >= 0; from = path.IndexOf('{', StringComparison.Ordinal))
        {
            path = $"{path.AsSpan(0, from)}aaaaaaaa{path.AsSpan(path.IndexOf('}', from) + 1)}";
        }

        return path;
    }

    private static void AssertHeaders(int status, Reply reply)
    {
        Assert.Equal(status, reply.Status);
        AssertHeaders(reply);
    }

    private static void AssertHeaders(Reply reply)
    {
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", reply.Header("Referrer-Policy"));
        Assert.Equal("same-origin", reply.Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", reply.Header("Cross-Origin-Resource-Policy"));
        Assert.Contains("no-store", reply.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(reply.Header("Server"));
        Assert.Null(reply.Header("X-Powered-By"));
    }
}
