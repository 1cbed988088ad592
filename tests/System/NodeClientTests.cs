namespace Platform.System.Tests;

/// <summary>The TypeScript clients and the Inspector: what most MCP hosts are built on.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class NodeClientTests(RunningPlatform platform)
{
    [Theory]
    [InlineData("auto", "2026-07-28")]
    [InlineData("2026-07-28", "2026-07-28")]
    [InlineData("legacy", "2025-11-25")]
    public async Task TypeScript_client_2_uses_tools_resources_and_prompts(string mode, string version) =>
        await ExerciseAsync(version, "client.mjs", mode);

    [Fact]
    public async Task TypeScript_sdk_1_uses_tools_resources_and_prompts() => await ExerciseAsync("2025-11-25", "sdk.mjs");

    [Theory, Trait("Control", "TR-10")]
    [InlineData("sdk", "2025-11-25")]
    [InlineData("sdk-1.0", "2024-11-05")]
    public async Task TypeScript_sdk_1_and_the_one_of_2024_use_a_WebSocket(string sdk, string version) =>
        await ExerciseAsync(version, "websocket.mjs", endpoint => new Uri($"ws://{endpoint.Authority}{endpoint.AbsolutePath.Replace("/mcp", "/ws", StringComparison.Ordinal)}"), sdk);

    [Fact]
    public async Task Inspector_lists_tools_and_calls_echo()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, endpoint, key) = await platform.NewTenantAsync(cancel);

        var list = await InspectAsync("--method", "tools/list");
        Assert.Contains("echo", list["result"]!["tools"]!.AsArray().Select(tool => tool!["name"]!.GetValue<string>()));

        var call = await InspectAsync("--method", "tools/call", "--tool-name", "echo", "--tool-args-json", """{"message":"from the inspector"}""");
        Assert.Equal("from the inspector", call["result"]!["content"]![0]!["text"]!.GetValue<string>());

        async Task<JsonObject> InspectAsync(params string[] arguments)
        {
            var (code, output, errors) = await NodeAsync(
                [Path.Combine("node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js"), "--cli", endpoint.ToString(),
                 "--transport", "http", "--header", $"Authorization: Bearer {key.Secret}", "--stored-auth-only", "--format", "json", .. arguments], [], cancel);
            Assert.True(code == 0, $"The Inspector ended with {code}:\n{output}\n{errors}");
            return JsonNode.Parse(output)!.AsObject();
        }
    }

    [Fact]
    public async Task Inspector_reports_a_wrong_key_as_missing_authentication()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, endpoint, _) = await platform.NewTenantAsync(cancel);
        var (code, output, errors) = await NodeAsync(
            [Path.Combine("node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js"), "--cli", endpoint.ToString(),
             "--transport", "http", "--header", "Authorization: Bearer mcpk_wrong", "--stored-auth-only", "--format", "json", "--method", "tools/list"], [], cancel);
        Assert.True(code == 3, $"The Inspector ended with {code}:\n{output}\n{errors}");
    }

    private Task ExerciseAsync(string version, string script, params string[] arguments) => ExerciseAsync(version, script, endpoint => endpoint, arguments);

    private async Task ExerciseAsync(string version, string script, Func<Uri, Uri> at, params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, endpoint, key) = await platform.NewTenantAsync(cancel);
        var (code, output, errors) = await NodeAsync([script, at(endpoint).ToString(), .. arguments], new() { ["MCP_KEY"] = key.Secret, ["MEMORY_KEY"] = "FromNode" }, cancel);
        Assert.True(code == 0, $"{script} ended with {code}:\n{output}\n{errors}");

        var seen = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(version, seen["version"]?.GetValue<string>());
        Assert.Superset(new HashSet<string>(["echo", "memory_set", "memory_get", "memory_list", "memory_delete"]), Names("tools"));
        Assert.Equal("hello from node é中", seen["echo"]!.GetValue<string>());
        Assert.True(seen["set"]!.GetValue<bool>());
        Assert.Contains("kept", seen["got"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("memory://FromNode", Names("resources"));
        Assert.Equal("kept", seen["read"]!.GetValue<string>());
        Assert.Contains("memory://{key}", Names("templates"));
        Assert.Contains("summarize_memory", Names("prompts"));
        Assert.True(seen["messages"]!.GetValue<int>() > 0);
        Assert.Equal("-32602", seen["unknown"]!.ToString());

        HashSet<string> Names(string member) => [.. seen[member]!.AsArray().Select(item => item!.GetValue<string>())];
    }

    private static Task<(int Code, string Output, string Errors)> NodeAsync(string[] arguments, Dictionary<string, string> environment, CancellationToken cancel) =>
        NodeProgram.RunAsync(Repository.Node, arguments, environment, cancel);
}
