using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Keys;

/// <summary>Keys that may be used from some networks only.</summary>
[Trait("Control", "AU-7")]
public sealed class KeyAddressTests(HostedProduct product)
{
    private static readonly IPAddress Allowed = IPAddress.Parse("127.0.0.5");
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.6");

    [Fact]
    public async Task A_key_works_from_its_networks_and_elsewhere_it_is_an_unknown_key()
    {
        var key = await GivenKey("127.0.0.4/31", "2001:db8::/32");

        Assert.Equal(200, (await Call(key, from: Allowed)).Status);
        var refused = await Call(key, from: Other);
        var unknown = await Call(key.With(KeyForge.UnknownId(key.Key)), from: Other);
        Assert.Equal((401, unknown.TextWithoutIds, unknown.Header("WWW-Authenticate")), (refused.Status, refused.TextWithoutIds, refused.Header("WWW-Authenticate")));
        Assert.Equal(200, (await Call(key, from: Allowed)).Status);
    }

    [Fact]
    public async Task Each_request_is_compared_though_the_verdict_is_cached()
    {
        var key = await GivenKey("127.0.0.5");
        Assert.Equal(200, (await Call(key, from: Allowed)).Status);

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Call(key, from: i % 2 == 0 ? Allowed : Other)));

        Assert.Equal([200, 401, 200, 401, 200, 401, 200, 401, 200, 401], replies.Select(reply => reply.Status));
    }

    [Theory]
    [Trait("Control", "TR-6")]
    [InlineData("203.0.113.9", 200)]
    [InlineData("203.0.113.9, 198.51.100.1", 401)]
    [InlineData("198.51.100.1, 203.0.113.9", 200)]
    [InlineData("[2001:db8::7]:443", 200)]
    public async Task Behind_the_proxy_the_clients_address_counts(string forwarded, int status)
    {
        var key = await GivenKey("203.0.113.0/24", "2001:db8::/32");

        Assert.Equal(status, (await Call(key, $"X-Forwarded-For: {forwarded}\r\n", HostedProduct.Proxy)).Status);
    }

    [Fact]
    [Trait("Control", "TR-6")]
    public async Task From_anybody_else_a_forwarded_address_is_text()
    {
        var key = await GivenKey("203.0.113.0/24");

        Assert.Equal(401, (await Call(key, "X-Forwarded-For: 203.0.113.9\r\n", Other)).Status);
    }

    [Fact]
    public async Task A_management_key_is_bound_to_its_networks_too()
    {
        var far = await Manager("192.0.2.1");
        var near = await Manager("127.0.0.0/8");

        Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: far)).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: near)).Status);
    }

    [Fact]
    public async Task A_web_socket_is_bound_to_the_networks_too()
    {
        var key = await GivenKey("192.0.2.1");

        var handshake = await Wire.SocketAsync(product.Platform.McpUrl,
            $"GET /t/{key.Slug}/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mcp\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {key.Key}\r\n\r\n");

        Assert.Equal(401, handshake.Status);
    }

    private Task<TenantClient> GivenKey(params string[] networks) => product.Lab.GivenKey(new { allowedAddresses = networks });

    private async Task<string> Manager(string network) => (await product.Platform.Rest(HttpMethod.Post, "/v1/management-keys",
        new { name = "ops", roles = new[] { "admin" }, allowedAddresses = new[] { network } })).Json.GetProperty("secret").GetString()!;

    private Task<Reply> Call(TenantClient key, string more = "", IPAddress? from = null) => product.Call(product.LabHost, more: more, from: from, client: key);
}
