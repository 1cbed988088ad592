using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>How much one connection may ask for.</summary>
public sealed class WebSocketLimitTests(SocketProduct product)
{
    private const int MaxMessage = 1024 * 1024;
    private const int Lowered = 2048;

    [Theory]
    [Trait("Control", "TR-8")]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_message_of_a_mebibyte_is_served(int more)
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        await client.SendAsync(Message(MaxMessage + more));

        Assert.Equal("big", (await client.ResponseAsync("1")).TextOf());
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task One_byte_more_closes_with_1009()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);

        await client.SendAsync(Message(MaxMessage + 1));

        Assert.Equal(1009, (await client.ClosedAsync()).Code);
        Assert.Empty(client.Passed);
        await tenant.SocketEvent("socket/close", "too-large");
    }

    [Theory]
    [Trait("Control", "TR-8")]
    [InlineData(MaxMessage, false)]
    [InlineData(MaxMessage + 1, true)]
    public async Task Fragments_are_summed(int size, bool isTooLarge)
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        var message = Message(size);

        await client.SendAsync(message[..(size / 2)], isEnd: false);
        await client.SendAsync(message[(size / 2)..], isEnd: true);

        Assert.Equal(isTooLarge ? "1009" : "big", isTooLarge ? $"{(await client.ClosedAsync()).Code}" : (await client.ResponseAsync("1")).TextOf());
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task A_fragment_above_the_limit_closes_though_the_message_has_no_end()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        await client.SendAsync(new byte[MaxMessage + 1].Select(_ => (byte)' ').ToArray(), isEnd: false);

        Assert.Equal(1009, (await client.ClosedAsync()).Code);
    }

    [Theory]
    [Trait("Control", "TR-8")]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_message_of_the_tenants_lower_limit_is_served(int more)
    {
        await using var client = await SocketClient.OpenAsync(await GivenLowered());

        await client.SendAsync(Message(Lowered + more));

        Assert.Equal("big", (await client.ResponseAsync("1")).TextOf());
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task One_byte_above_the_tenants_lower_limit_is_told_so_and_closes_with_1009()
    {
        var tenant = await GivenLowered();
        await using var client = await SocketClient.OpenAsync(tenant);

        await client.SendAsync(Message(Lowered + 1));

        Assert.Equal((1009, "The message is larger than 2048 bytes."), await client.ClosedAsync());
        Assert.Equal("too-large", Assert.Single(client.Passed).SlugOf());
        await tenant.SocketEvent("socket/close", "too-large");
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task A_tenants_lower_limit_is_no_other_tenants()
    {
        await GivenLowered();
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());

        await client.SendAsync(Message(Lowered + 1));

        Assert.Equal("big", (await client.ResponseAsync("1")).TextOf());
    }

    [Fact]
    public async Task A_binary_message_closes_with_1003()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);

        await client.SendAsync(Encoding.UTF8.GetBytes(SocketClient.Echo("1", "x")), type: WebSocketMessageType.Binary);

        Assert.Equal(1003, (await client.ClosedAsync()).Code);
        Assert.Empty(client.Passed);
        await tenant.SocketEvent("socket/close", "invalid-request");
    }

    [Theory]
    [Trait("Control", "IN-1")]
    [InlineData("C3-28")]
    [InlineData("C0-AF")]
    [InlineData("ED-A0-80")]
    [InlineData("F5-80-80-80")]
    [InlineData("E4-BD")]
    public async Task Invalid_UTF8_closes_with_1007(string hex)
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);

        await client.SendAsync([.. "{\"a\":\""u8, .. Convert.FromHexString(hex.Replace("-", "", StringComparison.Ordinal)), .. "\"}"u8]);

        Assert.Equal(1007, (await client.ClosedAsync()).Code);
        Assert.Empty(client.Passed);
        await tenant.SocketEvent("socket/close", "malformed");
    }

    [Fact]
    public async Task The_last_place_is_served_and_one_request_more_is_refused_until_one_ends()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        for (var i = 1; i < SocketProduct.Places; i++)
        {
            await client.SendAsync(SocketClient.ModernCall($"{i}", "wait", $$"""{"name":"place {{i}}"}"""));
            await SlowBackend.Started($"place {i}");
        }

        Assert.Equal("fits", (await client.AskAsync(SocketClient.Echo("90", "fits"))).TextOf());
        await client.SendAsync(SocketClient.ModernCall("91", "wait", """{"name":"last place"}"""));
        await SlowBackend.Started("last place");
        Assert.Equal(42901, (await client.AskAsync(SocketClient.Echo("92", "too many"))).CodeOf());

        SlowBackend.LetGo("place 1");
        await client.ResponseAsync("1");
        Assert.Equal("fits", (await client.AskAsync(SocketClient.Echo("93", "fits"))).TextOf());
    }

    [Fact]
    public async Task With_all_places_taken_a_request_can_still_be_cancelled()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        for (var i = 1; i <= SocketProduct.Places; i++)
        {
            await client.SendAsync(SocketClient.ModernCall($"{i}", "wait", $$"""{"name":"taken {{i}}"}"""));
            await SlowBackend.Started($"taken {i}");
        }

        await client.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");

        await SlowBackend.Cancelled("taken 1");
    }

    [Fact]
    public async Task An_id_names_one_running_request_and_may_be_used_again_after_it()
    {
        await using var client = await SocketClient.OpenAsync(await product.GivenTenant());
        await client.SendAsync(SocketClient.ModernCall("1", "wait", """{"name":"twin"}"""));
        await SlowBackend.Started("twin");

        Assert.Equal(-32600, (await client.AskAsync(SocketClient.Echo("1", "x"))).CodeOf());
        SlowBackend.LetGo("twin");
        Assert.Equal("let go", (await client.ResponseAsync("1")).TextOf());
        Assert.Equal("again", (await client.AskAsync(SocketClient.Echo("1", "again"))).TextOf());
    }

    [Fact]
    [Trait("Control", "TR-10")]
    public async Task Each_message_takes_a_permit_and_a_request_without_one_is_told_so()
    {
        // One permit is the handshake's.
        var slow = await (await product.GivenTenant()).GivenKey(new { rateLimit = new { permitsPerMinute = 1, burst = 3 } });
        await using var client = await SocketClient.OpenAsync(slow);

        Assert.Equal("first", (await client.AskAsync(SocketClient.Echo("1", "first"))).TextOf());
        Assert.Equal("second", (await client.AskAsync(SocketClient.Echo("2", "second"))).TextOf());
        var refused = await client.AskAsync(SocketClient.Echo("3", "third"));

        Assert.Equal(42901, refused.CodeOf());
        Assert.True(refused.GetProperty("error").GetProperty("data").GetProperty("retryAfterMs").GetInt64() > 0);
    }

    [Fact]
    [Trait("Control", "TR-10")]
    public async Task A_client_that_goes_on_over_its_limit_is_closed_at_the_hundredth_refusal()
    {
        var slow = await (await product.GivenTenant()).GivenKey(new { rateLimit = new { permitsPerMinute = 1, burst = 1 } });
        await using var client = await SocketClient.OpenAsync(slow);
        for (var i = 1; i < 100; i++)
        {
            Assert.Equal(42901, (await client.AskAsync(SocketClient.Echo($"{i}", "x"))).CodeOf());
        }

        await client.SendAsync(SocketClient.Echo("100", "x"));

        Assert.Equal(1008, (await client.ClosedAsync()).Code);
        Assert.Equal(42901, Assert.Single(client.Passed).CodeOf());
        await slow.SocketEvent("socket/close", "rate-limited");
    }

    [Fact]
    [Trait("Control", "TR-9")]
    public async Task A_client_that_does_not_read_loses_its_connection()
    {
        var tenant = await product.GivenTenant();
        await using var client = await SocketClient.OpenAsync(tenant);

        // More than all buffers between the two hold. Where the connection is cut while one is being sent, sending fails too.
        await Record.ExceptionAsync(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await client.SendAsync(SocketClient.ModernCall($"{i}", "big", "{}"));
            }
        });

        await tenant.SocketEvent("socket/close", "timeout");
    }

    private async Task<TenantClient> GivenLowered()
    {
        var slug = "t" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await product.Platform.GivenTenant(slug, new { inputLimits = new { maxBodyBytes = Lowered } });
        var (key, id) = await product.Platform.IssueKey(slug);
        return new TenantClient(product.Platform, slug, key, id);
    }

    private static byte[] Message(int size)
    {
        var text = Encoding.UTF8.GetBytes(SocketClient.Echo("1", "big"));
        var message = new byte[size];
        message.AsSpan().Fill((byte)' ');
        text.CopyTo(message.AsSpan());
        return message;
    }
}
