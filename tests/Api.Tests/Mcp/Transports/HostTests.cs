using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

[Trait("Control", "TR-6")]
public sealed class HostTests(Product product)
{
    [Theory]
    [InlineData("Host: evil.example")]
    [InlineData("Host: 127.0.0.1.evil.example")]
    [InlineData("Host: localhost.evil.example:80")]
    [InlineData("Host: localhost.")]
    [InlineData("Host: 169.254.169.254")]
    [InlineData("Host:")]
    [InlineData("Host: evil.example\r\nX-Forwarded-Host: 127.0.0.1")]
    [InlineData("Host: evil.example\r\nForwarded: host=127.0.0.1")]
    public async Task A_host_that_is_not_ours_is_refused_on_the_endpoint(string host)
    {
        var reply = await product.Lab.Socket(host: host);

        Assert.Equal((403, "host-denied"), (reply.Status, reply.Slug));
    }

    [Theory]
    [InlineData("Host: 127.0.0.1")]
    [InlineData("Host: localhost:9999")]
    [InlineData("Host: LOCALHOST")]
    [InlineData("Host: [::1]:5080")]
    [InlineData("Host: localhost\r\nX-Forwarded-Host: evil.example")]
    public async Task Our_own_names_pass_and_forwarded_names_are_ignored(string host)
    {
        Assert.Equal(200, (await product.Lab.Socket(host: host)).Status);
    }

    [Theory]
    [InlineData("Host: 127.0.0.1\r\nHost: evil.example")]
    [InlineData("Host: 127.0.0.1\r\nHost: 127.0.0.1")]
    [InlineData("X-No-Host: 1")]
    public async Task Two_hosts_or_none_are_a_bad_request(string host)
    {
        Assert.Equal(400, (await product.Lab.Socket(host: host)).Status);
    }

    [Fact]
    public async Task An_absolute_target_for_another_host_is_a_bad_request()
    {
        Assert.Equal(400, (await product.Lab.Socket(target: $"http://evil.example/t/{product.Lab.Slug}/mcp")).Status);
    }

    [Fact]
    public async Task An_absolute_target_and_host_that_agree_on_a_foreign_name_are_refused()
    {
        var reply = await product.Lab.Socket(target: $"http://evil.example/t/{product.Lab.Slug}/mcp", host: "Host: evil.example");

        Assert.Equal((403, "host-denied"), (reply.Status, reply.Slug));
    }

    [Fact]
    public async Task An_absolute_target_for_our_own_host_passes()
    {
        Assert.Equal(200, (await product.Lab.Socket(target: $"{product.Platform.McpUrlOf(product.Lab.Slug)}")).Status);
    }

    [Theory]
    [InlineData("/v1/tenants", "evil.example", 403)]
    [InlineData("/v1/tenants", "localhost", 200)]
    [InlineData("/health/live", "evil.example", 403)]
    [InlineData("/health/live", "localhost", 200)]
    [InlineData("/metrics", "evil.example", 403)]
    [InlineData("/metrics", "localhost", 200)]
    [InlineData("/login", "evil.example", 403)]
    [InlineData("/no/such/page", "evil.example", 403)]
    public async Task The_management_listener_serves_our_own_names_only(string path, string host, int status)
    {
        var reply = await Wire.SocketAsync(product.Platform.ManagementUrl,
            $"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\nAuthorization: Bearer {product.Platform.AdminKey}\r\n\r\n");

        Assert.Equal(status, reply.Status);
    }

    [Theory]
    [InlineData("GET /v1/tenants HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n")]
    [InlineData("GET http://evil.example/v1/tenants HTTP/1.1\r\nHost: localhost\r\n")]
    public async Task The_management_listener_refuses_two_truths_about_the_host(string head)
    {
        var reply = await Wire.SocketAsync(product.Platform.ManagementUrl, $"{head}Connection: close\r\nAuthorization: Bearer {product.Platform.AdminKey}\r\n\r\n");

        Assert.Equal(400, reply.Status);
    }

    [Fact]
    public async Task Metadata_names_the_configured_host_whatever_the_request_says()
    {
        var url = new Uri(product.Platform.McpUrl, $"/.well-known/oauth-protected-resource/t/{product.Lab.Slug}/mcp");

        Assert.Equal(404, (await product.Platform.Get(url, host: "evil.example")).Status);
        Assert.Equal(product.Platform.McpUrlOf(product.Lab.Slug).ToString(), (await product.Platform.Get(url, host: "localhost")).Json.GetProperty("resource").GetString());
    }
}
