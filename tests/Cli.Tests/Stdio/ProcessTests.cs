namespace Platform.Cli.Tests.Stdio;

/// <summary>Arguments, exit codes, signals.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData("mcpk_live_abcdefgh_x")]
    [InlineData("mcpk_live_abcdefgh_x", "--url", "http://mcp.example.com/mcp")]
    [InlineData("mcpk_live_abcdefgh_x", "--url", "http://127.0.0.1:1/mcp", "--surprise")]
    [InlineData("mcpk_live_abcdefgh_x", "--url", "http://127.0.0.1:1/mcp", "--key-file", "/nowhere/key")]
    [InlineData("mcpm_live_abcdefgh_x", "--url", "http://127.0.0.1:1/mcp")]
    [InlineData(null, "--url", "http://127.0.0.1:1/mcp")]
    public async Task A_wrong_configuration_ends_with_2_and_says_why_on_standard_error_alone(string? key, params string[] arguments)
    {
        await using var bridge = BridgeProcess.Start(key, arguments);
        var (code, output, error) = await bridge.EndAsync();
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task An_endpoint_that_refuses_the_key_ends_with_1()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(exchange => exchange.Status(401));
        await using var bridge = BridgeProcess.Start(BridgeHarness.Key, "--url", endpoint.Url.ToString());
        await bridge.Input.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        var (code, output, error) = await bridge.EndAsync();
        Assert.Equal(1, code);
        Assert.Contains("40101", output, StringComparison.Ordinal);
        Assert.Contains("refused the key", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_closes_its_end_gets_its_answers_and_0()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(LegacyBridgeTests.Serve);
        await using var bridge = BridgeProcess.Start(BridgeHarness.Key, "--url", endpoint.Url.ToString());
        await bridge.Input.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        var (code, output, error) = await bridge.EndAsync();
        Assert.Equal((0, """{"jsonrpc":"2.0","id":1,"result":{}}""" + "\n", ""), (code, output, error));
    }

    [Fact, Trait("Control", "TR-11")]
    public async Task The_key_is_in_no_argument_list()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(LegacyBridgeTests.Serve);
        await using var bridge = BridgeProcess.Start(BridgeHarness.Key, "--url", endpoint.Url.ToString());
        await bridge.Input.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        await bridge.Output.ReadLineAsync();
        Assert.Equal($"Bearer {BridgeHarness.Key}", endpoint.Seen.Single().Header("Authorization"));
        Assert.DoesNotContain("mcpk_", bridge.CommandLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_comes_from_a_file_or_from_a_named_variable()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(LegacyBridgeTests.Serve);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "mcpk_live_from_file\n");
        try
        {
            await using var bridge = BridgeProcess.Start(null, "--url", endpoint.Url.ToString(), "--key-file", file);
            await bridge.Input.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
            await bridge.EndAsync();
            Assert.Equal("Bearer mcpk_live_from_file", endpoint.Seen.Single().Header("Authorization"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_signal_ends_the_session_and_the_process_in_time()
    {
        await using var endpoint = await FakeEndpoint.StartAsync(async exchange =>
        {
            if (exchange.Method == "tools/call")
            {
                await (await exchange.Stream()).StayOpen();
            }

            await LegacyBridgeTests.Serve(exchange);
        });
        await using var bridge = BridgeProcess.Start(BridgeHarness.Key, "--url", endpoint.Url.ToString());
        await bridge.Input.WriteLineAsync("""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}""");
        await bridge.Output.ReadLineAsync();
        await bridge.Input.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}""");
        await ModernBridgeTests.Until(() => endpoint.Calls("tools/call").Any());
        bridge.Kill();
        var (code, _, _) = await bridge.EndAsync(close: false);
        Assert.Equal(0, code);
        Assert.Single(endpoint.Seen, seen => seen.Verb == "DELETE");
    }
}
