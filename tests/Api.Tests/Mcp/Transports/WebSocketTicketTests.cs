using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>Browsers come with a ticket: good once, for 30 s, for one tenant and one origin.</summary>
[Trait("Control", "TR-10"), Trait("Control", "RS-5")]
public sealed class WebSocketTicketTests(Product product)
{
    private TenantClient Lab => product.Lab;

    [Fact]
    public async Task A_page_opens_a_connection_with_a_ticket_and_is_who_asked_for_it()
    {
        var user = await Lab.GivenKey(null, "user");
        await using var client = await SocketClient.OpenAsync(user, Product.AllowedOrigin, await user.GivenTicket());

        Assert.Equal("mcp", client.Protocol);
        Assert.Equal(40301, (await client.AskAsync(SocketClient.Echo("1", "x"))).CodeOf());
        Assert.True((await client.AskAsync(Wire.Body(id: "2"))).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task A_ticket_says_how_long_it_lives_and_holds_no_key()
    {
        var reply = await Lab.AskTicket();

        Assert.Equal((200, 30), (reply.Status, reply.Json.GetProperty("expiresInSeconds").GetInt32()));
        Assert.Matches("^[0-9A-Za-z_-]{100,200}$", reply.Json.GetProperty("ticket").GetString());
        Assert.Equal("no-store", reply.Header("Cache-Control"));
    }

    [Fact]
    public async Task A_ticket_is_good_once()
    {
        var ticket = await Lab.GivenTicket();

        Assert.Equal(101, await Lab.OpenByTicket(ticket));
        Assert.Equal(401, await Lab.OpenByTicket(ticket));
    }

    [Fact]
    public async Task Of_many_who_use_a_ticket_at_once_one_gets_in()
    {
        var ticket = await Lab.GivenTicket();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Lab.OpenByTicket(ticket)));

        Assert.Single(statuses, 101);
    }

    [Fact]
    [Trait("Control", "TR-5")]
    public async Task Another_origin_a_foreign_one_and_none_are_refused()
    {
        const string Second = "https://second.example";
        var tenant = await product.GivenTenant();
        var slug = tenant.Slug + "b";
        await product.Platform.GivenTenant(slug, new { allowedOrigins = new[] { Product.AllowedOrigin, Second } });
        var two = tenant with { Slug = slug, Key = (await product.Platform.IssueKey(slug)).Secret };
        var ticket = await two.GivenTicket();

        Assert.Equal(401, await two.OpenByTicket(ticket, Second));
        Assert.Equal(403, await two.OpenByTicket(ticket, "https://evil.example"));
        Assert.Equal(403, await two.OpenByTicket(ticket, null));
        Assert.Equal(101, await two.OpenByTicket(ticket));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task Another_tenant_is_refused()
    {
        var other = await product.GivenTenant();
        var ticket = await Lab.GivenTicket();

        Assert.Equal(401, await other.OpenByTicket(ticket));
        Assert.Equal(101, await Lab.OpenByTicket(ticket));
    }

    [Fact]
    public async Task A_ticket_is_no_credential_anywhere_else()
    {
        var ticket = await Lab.GivenTicket();

        Assert.Equal(401, (await Lab.With(ticket).Call("tools/list")).Status);
        Assert.Equal(401, (await Lab.With(ticket).Handshake()).Status);
        Assert.Equal(401, (await Lab.With(ticket).AskTicket()).Status);
        Assert.Equal(401, (await Lab.Handshake($"/t/{Lab.Slug}/ws?ticket={ticket}", authorization: "", more: $"Origin: {Product.AllowedOrigin}\r\n")).Status);
        Assert.Equal(101, await Lab.OpenByTicket(ticket));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAA")]
    public async Task A_made_up_ticket_is_refused(string ticket)
    {
        Assert.Equal(401, await Lab.OpenByTicket(ticket));
    }

    [Fact]
    public async Task A_changed_ticket_is_refused()
    {
        var ticket = await Lab.GivenTicket();

        Assert.Equal(401, await Lab.OpenByTicket(ticket[..40] + (ticket[40] == 'A' ? 'B' : 'A') + ticket[41..]));
    }

    [Fact]
    public async Task Two_credentials_are_refused()
    {
        var ticket = await Lab.GivenTicket();
        var protocol = $"Sec-WebSocket-Protocol: mcp, mcp-ticket.{ticket}\r\n";

        Assert.Equal(400, (await Lab.Handshake(protocol: protocol, more: $"Origin: {Product.AllowedOrigin}\r\n")).Status);
        Assert.Equal(400, (await Lab.Handshake(authorization: "", protocol: protocol.TrimEnd() + $", mcp-ticket.{ticket}\r\n", more: $"Origin: {Product.AllowedOrigin}\r\n")).Status);
    }

    [Fact]
    public async Task Asking_for_a_ticket_needs_a_key_an_allowed_origin_and_a_POST()
    {
        Assert.Equal(401, (await Lab.With("").AskTicket()).Status);
        Assert.Equal(403, (await Lab.AskTicket("https://evil.example")).Status);
        Assert.Equal(400, (await Lab.AskTicket(null)).Status);
        Assert.Equal(405, (await Lab.Handshake($"/t/{Lab.Slug}/ws-ticket", upgrade: "", more: $"Origin: {Product.AllowedOrigin}\r\n")).Status);
    }

    [Fact]
    public async Task The_ticket_of_a_key_that_was_revoked_since_is_refused()
    {
        var colleague = await Lab.GivenKey();
        var ticket = await colleague.GivenTicket();
        await colleague.Revoke();

        Assert.Equal(401, await colleague.OpenByTicket(ticket));
    }
}

/// <summary>Under a clock that tests move.</summary>
[Collection(ClockedTests.Name)]
[Trait("Control", "TR-10"), Trait("Control", "RS-5")]
public sealed class WebSocketTicketLifeTests(ClockedProduct product)
{
    [Theory]
    [InlineData(29, 101)]
    [InlineData(30, 401)]
    public async Task A_ticket_lives_30_seconds(int seconds, int status)
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var ticket = await tenant.GivenTicket();

        product.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(status, await tenant.OpenByTicket(ticket));
    }
}
