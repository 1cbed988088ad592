using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Platform.Cli.Tests.Stdio;

/// <summary>What the client hears when HTTP fails.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(401, 40101, "refused the key")]
    [InlineData(403, 40301, "may not do this")]
    [InlineData(404, 40402, "no MCP endpoint")]
    [InlineData(413, -32600, "too large")]
    [InlineData(500, 50201, "failed (500)")]
    [InlineData(502, 50201, "failed (502)")]
    [InlineData(503, 50301, "unavailable")]
    [InlineData(504, 50401, "too long")]
    [InlineData(418, 50201, "418")]
    [InlineData(202, 50201, "without a JSON-RPC message")]
    public async Task A_status_without_a_JSON_RPC_body_becomes_an_error_and_is_not_tried_again(int status, int code, string message)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Status(status));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"x" """);
        AssertError(await bridge.Receive(), code, message);
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
        {
            exchange.SetHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"tools:call memory:write\", resource_metadata=\"https://x\"");
            return exchange.Status(403);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"x" """);
        AssertError(await bridge.Receive(), 40301, "tools:call memory:write");
    }

    [Fact]
    public async Task An_error_without_an_id_is_addressed_to_the_request_it_answers()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Answer("""{"jsonrpc":"2.0","error":{"code":40101,"message":"A valid credential is required.","data":{"a":1}}}""", 401));
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        var answer = await bridge.Receive();
        AssertError(answer, 40101, "credential");
        Assert.Equal(1, answer.GetProperty("error").GetProperty("data").GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task A_rate_limit_is_waited_for()
    {
        var calls = 0;
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
        {
            if (Interlocked.Increment(ref calls) > 2)
            {
                return exchange.Result("{}");
            }

            exchange.SetHeader("Retry-After", "0");
            return exchange.Status(429);
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
        Assert.Equal(3, calls);
    }

    [Theory]
    [InlineData("0", 3)]
    [InlineData("3600", 1)]
    [InlineData(null, 1)]
    public async Task A_rate_limit_that_stays_or_lasts_too_long_is_told(string? retryAfter, int tries)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
        {
            if (retryAfter is not null)
            {
                exchange.SetHeader("Retry-After", retryAfter);
            }

            return exchange.Status(429);
        });
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { Attempts = 3 });
        await bridge.SendModern("1", "tools/list");
        AssertError(await bridge.Receive(), 42901, "rate limit");
        Assert.Equal(tries, endpoint.Seen.Count);
    }

    [Fact]
    public async Task A_request_that_may_have_run_is_not_sent_again()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange =>
        {
            exchange.Abort();
            return Task.CompletedTask;
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/call", ""","name":"pay" """);
        AssertError(await bridge.Receive(), 50201, "not known whether");
        Assert.Single(endpoint.Seen);
    }

    [Fact]
    public async Task An_endpoint_that_comes_up_late_is_reached()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var bridge = BridgeHarness.Start(new Uri($"http://127.0.0.1:{port}/mcp"), options => options with { Attempts = 12 });
        await bridge.SendModern("1", "tools/list");
        await ModernBridgeTests.Until(() => bridge.Notes.Text.Contains("cannot be reached", StringComparison.Ordinal));
        using var late = new TcpListener(IPAddress.Loopback, port);
        late.Start();
        using var connection = await late.AcceptTcpClientAsync();
        await using var stream = connection.GetStream();
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 36\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"u8.ToArray());
        Assert.True((await bridge.Receive()).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_told_after_a_bounded_number_of_tries()
    {
        await using var bridge = BridgeHarness.Start(new Uri("http://127.0.0.1:1/mcp"), options => options with { Attempts = 3 });
        await bridge.SendModern("1", "tools/list");
        AssertError(await bridge.Receive(), 50301, "did not run");
        Assert.False(bridge.WasOfUse);
    }

    [Fact]
    public async Task Silence_is_bounded()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange => await (await exchange.Stream()).StayOpen());
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { Silence = TimeSpan.FromMilliseconds(200) });
        await bridge.SendModern("1", "tools/list");
        AssertError(await bridge.Receive(), 50401, "silent");
        await endpoint.Seen.Single().Left.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Answers_are_awaited_after_the_client_closed_its_end()
    {
        var go = new TaskCompletionSource();
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            await go.Task;
            await exchange.Result("{}");
        });
        await using var bridge = BridgeHarness.Start(endpoint);
        await bridge.SendModern("1", "tools/list");
        var closing = bridge.Close();
        go.SetResult();
        Assert.Contains("\"result\"", await closing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_not_awaited_for_ever()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange => await (await exchange.Stream()).StayOpen());
        await using var bridge = BridgeHarness.Start(endpoint, options => options with { Drain = TimeSpan.FromMilliseconds(200) });
        await bridge.SendModern("1", "tools/list");
        Assert.Contains("The bridge ended", await bridge.Close(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_of_no_use_and_a_taken_one_is()
    {
        var status = 401;
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => status == 200 ? exchange.Result("{}") : exchange.Status(status));
        await using var bridge = BridgeHarness.Start(endpoint);
        Assert.True(bridge.WasOfUse);
        await bridge.SendModern("1", "tools/list");
        await bridge.Receive();
        Assert.False(bridge.WasOfUse);
        status = 200;
        await bridge.SendModern("2", "tools/list");
        await bridge.Receive();
        Assert.True(bridge.WasOfUse);
    }

    private static void AssertError(JsonElement answer, int code, string message)
    {
        Assert.Equal(1, answer.GetProperty("id").GetInt32());
        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
