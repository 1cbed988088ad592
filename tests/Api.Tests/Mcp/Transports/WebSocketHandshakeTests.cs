using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>What is decided before a connection is a WebSocket.</summary>
[Trait("Control", "TR-10")]
public sealed class WebSocketHandshakeTests(Product product)
{
    private TenantClient Lab => product.Lab;

    [Fact]
    public async Task An_honest_handshake_agrees_on_the_subprotocol()
    {
        var reply = await Lab.Handshake(protocol: "Sec-WebSocket-Protocol: other, mcp\r\n");

        Assert.Equal((101, "mcp", null), (reply.Status, reply.Header("Sec-WebSocket-Protocol"), reply.Header("Sec-WebSocket-Extensions")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authorization: Bearer mcpk_live_nonsense\r\n")]
    [InlineData("Authorization: Basic dTpw\r\n")]
    public async Task Without_a_good_credential_there_is_no_upgrade(string authorization)
    {
        var reply = await Lab.Handshake(authorization: authorization);

        Assert.Equal((401, "unauthenticated"), (reply.Status, reply.Slug));
        Assert.StartsWith("Bearer ", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenants_key_is_worth_nothing()
    {
        var other = await product.GivenTenant();

        Assert.Equal(401, (await other.With(Lab.Key).Handshake()).Status);
        Assert.Equal(101, (await other.Handshake()).Status);
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("ACCESS_TOKEN")]
    [InlineData("token")]
    [InlineData("anything")]
    [InlineData("ticket")]
    public async Task A_credential_in_the_URL_is_refused_even_beside_a_good_one(string name)
    {
        var target = $"/t/{Lab.Slug}/ws?{name}={Lab.Key}";

        Assert.Equal(401, (await Lab.Handshake(target, authorization: "")).Status);
        Assert.Equal(401, (await Lab.Handshake(target)).Status);
    }

    [Fact]
    public async Task A_query_without_a_credential_harms_nobody()
    {
        Assert.Equal(101, (await Lab.Handshake($"/t/{Lab.Slug}/ws?client=1")).Status);
    }

    [Theory]
    [Trait("Control", "TR-5")]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://app.example:8443")]
    [InlineData("https://app.example:8443.evil")]
    public async Task A_foreign_origin_is_refused_before_anything_else(string origin)
    {
        var reply = await Lab.Handshake($"/t/{Lab.Slug}/ws?access_token=x", authorization: "", protocol: "", more: $"Origin: {origin}\r\n");

        Assert.Equal((403, "origin-denied"), (reply.Status, reply.Slug));
        Assert.Equal(403, (await Lab.Handshake(more: $"Origin: {origin}\r\n")).Status);
    }

    [Fact]
    [Trait("Control", "TR-5")]
    public async Task An_allowed_origin_passes()
    {
        Assert.Equal(101, (await Lab.Handshake(more: $"Origin: {Product.AllowedOrigin}\r\n")).Status);
    }

    [Fact]
    [Trait("Control", "TR-6")]
    public async Task A_foreign_host_is_refused()
    {
        Assert.Equal("host-denied", (await Lab.Handshake(host: "Host: evil.example")).Slug);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sec-WebSocket-Protocol: other\r\n")]
    [InlineData("Sec-WebSocket-Protocol: MCP\r\n")]
    public async Task The_subprotocol_must_be_asked_for(string protocol)
    {
        Assert.Equal(400, (await Lab.Handshake(protocol: protocol)).Status);
    }

    [Fact]
    public async Task A_plain_GET_is_told_to_upgrade()
    {
        var reply = await Lab.Handshake(upgrade: "");

        Assert.Equal((426, "websocket", "13"), (reply.Status, reply.Header("Upgrade"), reply.Header("Sec-WebSocket-Version")));
    }

    [Theory]
    [InlineData("8")]
    [InlineData("14")]
    [InlineData("x")]
    public async Task Only_version_13_is_spoken(string version)
    {
        Assert.Equal(426, (await Lab.Handshake(version: version)).Status);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Another_method_is_405(string method)
    {
        var reply = await Lab.Handshake(method: method, upgrade: "", more: "Content-Length: 0\r\n");

        Assert.Equal((405, "GET"), (reply.Status, reply.Header("Allow")));
    }

    [Theory]
    [InlineData("/t/nobody-here/ws")]
    [InlineData("/t/NOT A SLUG/ws")]
    [InlineData("/t//ws")]
    [InlineData("/ws")]
    public async Task An_unknown_tenant_is_404(string target)
    {
        Assert.Equal(404, (await Lab.Handshake(target.Replace(' ', '_'))).Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task A_refused_handshake_is_on_record()
    {
        var tenant = await product.GivenTenant();
        await tenant.Handshake(authorization: "");

        var entry = Assert.Single(await tenant.SocketEvents());
        Assert.Equal(("socket/open", "unauthenticated", "authentication"),
            (entry.GetProperty("action").GetString(), entry.GetProperty("outcome").GetString(), entry.GetProperty("class").GetString()));
    }
}
