using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>Who may not stay does not stay.</summary>
[Trait("Control", "TR-10")]
public sealed class WebSocketEndTests(SocketProduct product)
{
    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_revoked_key_loses_its_connection_and_another_key_keeps_its_own()
    {
        var tenant = await product.GivenTenant();
        var other = await tenant.GivenKey();
        await using var client = await SocketClient.OpenAsync(tenant);
        await using var neighbor = await SocketClient.OpenAsync(other);
        await client.SendAsync(SocketClient.ModernCall("1", "wait", """{"name":"revoked"}"""));
        await SlowBackend.Started("revoked");

        await tenant.Revoke();

        Assert.Equal(4401, (await client.ClosedAsync()).Code);
        Assert.Equal("unauthenticated", Assert.Single(client.Passed).SlugOf());
        await SlowBackend.Cancelled("revoked");
        Assert.Equal("on", (await neighbor.AskAsync(SocketClient.Echo("1", "on"))).TextOf());
        await tenant.SocketEvent("socket/close", "unauthenticated");
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_key_that_expires_loses_its_connection()
    {
        var tenant = await (await product.GivenTenant()).GivenKey(new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(3) });
        await using var client = await SocketClient.OpenAsync(tenant);

        Assert.Equal(4401, (await client.ClosedAsync()).Code);
    }

    [Fact]
    [Trait("Control", "AZ-6")]
    public async Task A_suspended_tenant_loses_its_connections_and_another_tenant_keeps_its_own()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);
        await using var neighbor = await SocketClient.OpenAsync(await product.GivenTenant());

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { });

        Assert.Equal(4403, (await client.ClosedAsync()).Code);
        Assert.Equal("on", (await neighbor.AskAsync(SocketClient.Echo("1", "on"))).TextOf());
        await tenant.SocketEvent("socket/close", "tenant-suspended");
    }

    [Fact]
    public async Task A_revoked_ticket_holder_is_closed_too()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant, Product.AllowedOrigin, await tenant.GivenTicket());
        await client.AskAsync(SocketClient.Echo("1", "x"));

        await tenant.Revoke();

        Assert.Equal(4401, (await client.ClosedAsync()).Code);
    }
}

/// <summary>Each with a product of its own: with short limits, and to be stopped.</summary>
public sealed class WebSocketLifeTests
{
    [Fact]
    [Trait("Control", "TR-9")]
    public async Task An_idle_connection_is_closed_and_one_with_a_subscription_stays()
    {
        await using var platform = await Start(options => (options.StreamBeat, options.SocketIdle) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));
        var tenant = await TenantClient.MakeAsync(platform);
        await using var listening = await SocketClient.OpenAsync(tenant);
        await listening.SendAsync(Listen);
        await listening.NotificationAsync("notifications/subscriptions/acknowledged");
        await using var idle = await SocketClient.OpenAsync(tenant);

        Assert.Equal((1000, "Idle."), await idle.ClosedAsync());
        Assert.Equal("on", (await listening.AskAsync(SocketClient.Echo("1", "on"))).TextOf());
    }

    [Fact]
    [Trait("Control", "TR-9")]
    public async Task A_message_that_does_not_end_is_not_waited_for()
    {
        await using var platform = await Start(options => (options.StreamBeat, options.RequestTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)));
        await using var client = await SocketClient.OpenAsync(await TenantClient.MakeAsync(platform));

        await client.SendAsync("{"u8.ToArray(), isEnd: false);

        Assert.Equal(1008, (await client.ClosedAsync()).Code);
    }

    [Fact]
    [Trait("Control", "TR-9")]
    public async Task A_credential_holds_so_many_connections_and_no_more()
    {
        await using var platform = await Start(options => options.StreamsPerCredential = 2);
        var tenant = await TenantClient.MakeAsync(platform);
        await using var first = await SocketClient.OpenAsync(tenant);
        await using var second = await SocketClient.OpenAsync(tenant);

        Assert.Equal((429, "rate-limited"), await tenant.Handshake() is var full ? (full.Status, full.Slug) : default);
        await first.CloseAsync();
        Assert.Equal(101, (await Wire.Until(() => tenant.Handshake(), 101, Wire.Patience)).Status);
    }

    [Fact]
    public async Task A_server_that_stops_ends_subscriptions_and_says_goodbye()
    {
        var platform = await Start(_ => { });
        var tenant = await TenantClient.MakeAsync(platform);
        await using var modern = await SocketClient.OpenAsync(tenant);
        await using var legacy = await SocketClient.InitializedAsync(tenant);
        await modern.SendAsync(Listen);
        await modern.NotificationAsync("notifications/subscriptions/acknowledged");

        var stopping = platform.DisposeAsync();

        Assert.Equal("complete", (await modern.ResponseAsync("sub")).GetProperty("result").GetProperty("resultType").GetString());
        Assert.Equal(1001, (await modern.ClosedAsync()).Code);
        Assert.Equal(1001, (await legacy.ClosedAsync()).Code);
        await stopping;
    }

    [Fact]
    [Trait("Control", "AL-3")]
    public async Task A_credential_in_the_URL_and_a_ticket_are_in_no_log_and_no_trail()
    {
        using var log = new LogText();
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton<ILoggerProvider>(log));
        var tenant = await TenantClient.MakeAsync(platform);
        var ticket = await tenant.GivenTicket();
        await tenant.Handshake($"/t/{tenant.Slug}/ws?access_token={tenant.Key}", authorization: "");
        await tenant.OpenByTicket(ticket);

        var seen = log + string.Concat((await tenant.SocketEvents()).Select(entry => entry.ToString()));

        Assert.NotEmpty(await tenant.SocketEvents());
        Assert.DoesNotContain(tenant.Key, seen, StringComparison.Ordinal);
        Assert.DoesNotContain(ticket, seen, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AL-5")]
    public async Task What_cannot_be_recorded_is_not_answered_and_nobody_gets_in()
    {
        var faults = new Faults();
        await using var platform = await PlatformApplication.StartAsync(configure: faults.Install);
        var tenant = await TenantClient.MakeAsync(platform);
        await using var client = await SocketClient.OpenAsync(tenant);
        await client.AskAsync(SocketClient.Echo("1", "x"));
        faults.AuditFails = true;

        var reply = await client.AskAsync(SocketClient.Echo("2", "unseen"));
        var handshake = await tenant.Handshake();

        faults.AuditFails = false;
        Assert.Equal(50301, reply.CodeOf());
        Assert.Equal((503, "unavailable"), (handshake.Status, handshake.Slug));
    }

    private const string Listen = """{"jsonrpc":"2.0","id":"sub","method":"subscriptions/listen","params":{"notifications":{"resourcesListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private static Task<PlatformApplication> Start(Action<ApiOptions> configure) => PlatformApplication.StartAsync(configure: services => services.Configure(configure));
}
