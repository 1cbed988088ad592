using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>
/// Forwarded headers: text from anybody, truth from the configured proxy, which the tests play by connecting from another loopback address. {lab} and {other} are the tenants' slugs.
/// </summary>
[Trait("Control", "TR-6")]
public sealed class ProxyTests(HostedProduct product)
{
    private static readonly IPAddress Anybody = IPAddress.Parse("127.0.0.3");

    [Theory]
    [InlineData("evil.example", "X-Forwarded-Host: {lab}.own.example\r\n", 403)]
    [InlineData("evil.example", "X-Forwarded-Host: localhost\r\n", 403)]
    [InlineData("evil.example", "X-Original-Host: {lab}.own.example\r\nX-Host: {lab}.own.example\r\nForwarded: host={lab}.own.example\r\n", 403)]
    [InlineData("{other}.own.example", "X-Forwarded-Host: {lab}.own.example\r\n", 401)]
    [InlineData("{lab}.own.example", "X-Forwarded-Host: evil.example\r\n", 200)]
    [InlineData("{lab}.own.example", "X-Forwarded-Host: a\r\nX-Forwarded-Host: b\r\nX-Forwarded-For: x\r\n", 200)]
    public async Task From_anybody_else_they_change_nothing(string host, string headers, int status)
    {
        Assert.Equal(status, (await product.Call(Fill(host), more: Fill(headers), from: Anybody)).Status);
    }

    [Theory]
    [InlineData("internal", "X-Forwarded-Host: {lab}.own.example\r\n", 200)]
    [InlineData("internal", "X-Forwarded-Host: {lab}.TENANTS.example:443\r\n", 200)]
    [InlineData("{other}.own.example", "X-Forwarded-Host: {lab}.own.example\r\n", 200)]
    [InlineData("{lab}.own.example", "X-Forwarded-Host: {other}.own.example\r\n", 401)]
    [InlineData("{lab}.own.example", "X-Forwarded-Host: evil.example\r\n", 403)]
    [InlineData("{lab}.own.example", "X-Forwarded-Host: {lab}.own.example.\r\n", 403)]
    [InlineData("{lab}.own.example", "", 200)]
    [InlineData("internal", "", 403)]
    public async Task From_the_proxy_the_forwarded_host_decides(string host, string headers, int status)
    {
        Assert.Equal(status, (await product.Call(Fill(host), more: Fill(headers), from: HostedProduct.Proxy)).Status);
    }

    [Theory]
    [InlineData("X-Forwarded-Host: {lab}.own.example\r\nX-Forwarded-Host: {lab}.own.example\r\n")]
    [InlineData("X-Forwarded-Host: {lab}.own.example, {lab}.own.example\r\n")]
    [InlineData("X-Forwarded-Host: {lab}.own.example\r\nForwarded: host={other}.own.example\r\n")]
    [InlineData("X-Forwarded-Host: \r\n")]
    [InlineData("X-Forwarded-For: 203.0.113.9, unknown\r\n")]
    [InlineData("X-Forwarded-For: \r\n")]
    [InlineData("X-Forwarded-For: 203.0.113.9,\r\n")]
    [InlineData("X-Forwarded-For: 10.1\r\n")]
    [InlineData("X-Forwarded-For: 0x0a000001\r\n")]
    [InlineData("X-Forwarded-For: evil.example\r\n")]
    public async Task A_proxy_that_says_two_things_or_none_is_refused(string headers)
    {
        var reply = await product.Call($"{product.Lab.Slug}.own.example", more: Fill(headers), from: HostedProduct.Proxy);

        Assert.Equal((400, "invalid-request"), (reply.Status, reply.Slug));
    }

    [Theory]
    [Trait("Control", "AL-1")]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1, 198.51.100.7,  203.0.113.9", "203.0.113.9")]
    [InlineData("203.0.113.9:51324", "203.0.113.9")]
    [InlineData("2001:db8::9", "2001:db8::9")]
    [InlineData("[2001:db8::9]:443", "2001:db8::9")]
    [InlineData("10.0.0.1\r\nX-Forwarded-For: 203.0.113.9", "203.0.113.9")]
    public async Task The_trail_names_the_client_that_the_proxy_saw(string forwarded, string address)
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await tenant.Socket(host: "Host: localhost", more: $"X-Forwarded-For: {forwarded}\r\n", from: HostedProduct.Proxy);

        Assert.Equal(address, Assert.Single(await tenant.McpEvents()).GetProperty("address").GetString());
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task The_trail_names_the_connection_when_anybody_else_forwards()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await tenant.Socket(host: "Host: localhost", more: "X-Forwarded-For: 203.0.113.9\r\n", from: Anybody);

        Assert.Equal(Anybody.ToString(), Assert.Single(await tenant.McpEvents()).GetProperty("address").GetString());
    }

    [Fact]
    public async Task Each_request_of_a_proxys_connection_is_judged_by_the_connection_and_not_by_the_client_before()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1, ConnectCallback = FromTheProxyAsync };
        using var proxy = new HttpClient(handler);
        foreach (var client in new[] { "203.0.113.1", "203.0.113.2", null })
        {
            var request = tenant.Request("tools/list");
            request.RequestUri = new Uri(product.Platform.McpUrl, "/mcp");
            request.Headers.Add("X-Forwarded-Host", $"{tenant.Slug}.tenants.example");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", client is null ? [] : [client]);

            Assert.Equal(200, (await Reply.ReadAsync(await proxy.SendAsync(request))).Status);
        }

        Assert.Equal(["203.0.113.1", "203.0.113.2", "127.0.0.2"], (await tenant.McpEvents()).Select(entry => entry.GetProperty("address").GetString()!));
    }

    [Fact]
    [Trait("Control", "TR-7")]
    public async Task A_flood_of_preflights_is_bounded_by_the_clients_address_and_by_no_other()
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1, ConnectCallback = FromTheProxyAsync };
        using var proxy = new HttpClient(handler);

        // More than the burst of 2 000 and what is given back meanwhile.
        var last = await PreflightAsync(proxy, "203.0.113.77");
        for (var sent = 1; sent < 20_000 && last.Status == 204; sent++)
        {
            last = await PreflightAsync(proxy, "203.0.113.77");
        }

        Assert.Equal((429, "rate-limited"), (last.Status, last.Slug));
        Assert.Null(last.Header("Access-Control-Allow-Origin"));
        Assert.Equal(204, (await PreflightAsync(proxy, "203.0.113.78")).Status);
        Assert.Equal(200, (await product.Call("localhost", $"/t/{product.Lab.Slug}/mcp", "X-Forwarded-For: 203.0.113.77\r\n", HostedProduct.Proxy)).Status);
    }

    [Fact]
    public async Task The_forwarded_scheme_changes_no_URL()
    {
        var reply = await product.Call($"{product.Lab.Slug}.own.example", more: "X-Forwarded-Proto: gopher\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /evil\r\n", from: HostedProduct.Proxy, client: product.Lab.With("none"));

        Assert.Contains($"resource_metadata=\"https://{product.LabHost}:8443/", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_management_listener_believes_no_proxy()
    {
        var reply = await Wire.SocketAsync(product.Platform.ManagementUrl,
            $"GET /v1/tenants HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\nAuthorization: Bearer {product.Platform.AdminKey}\r\n\r\n", HostedProduct.Proxy);

        Assert.Equal(403, reply.Status);
    }

    private async Task<Reply> PreflightAsync(HttpClient proxy, string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, product.Platform.McpUrlOf(product.Lab.Slug));
        request.Headers.Add("Origin", Product.AllowedOrigin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("X-Forwarded-For", client);
        return await Reply.ReadAsync(await proxy.SendAsync(request));
    }

    private static async ValueTask<Stream> FromTheProxyAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(HostedProduct.Proxy, 0));
        await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancel);
        return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
    }

    private string Fill(string text) =>
        text.Replace("{lab}", product.Lab.Slug, StringComparison.Ordinal).Replace("{other}", product.Other.Slug, StringComparison.Ordinal);
}
