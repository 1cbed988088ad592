using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Platform.Testing;

namespace Platform.Cli.Tests.Stdio;

/// <summary>The official C# client over stdio, the bridge as its child process, the real product behind it.</summary>
public sealed class OfficialClientTests(OfficialClientTests.Product product) : IClassFixture<OfficialClientTests.Product>
{
    private const string Newest = "2026-07-28";
    private const string Default = "default";

    public static TheoryData<string> Versions => [Default, Newest, "2025-11-25", "2025-06-18", "2025-03-26"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_stdio_host_uses_the_product(string version)
    {
        await using var client = await ConnectAsync(product.Key, version);
        Assert.Equal(version is Default ? Newest : version, client.NegotiatedProtocolVersion);

        var tools = await client.ListToolsAsync();
        Assert.Superset(new HashSet<string>(["echo", "memory_set"]), tools.Select(tool => tool.Name).ToHashSet());
        Assert.Equal("héllo 中\n\"quoted\"", await Call(client, "echo", new() { ["message"] = "héllo 中\n\"quoted\"" }));

        var name = "Bridge" + version.Replace("-", "", StringComparison.Ordinal);
        await Call(client, "memory_set", new() { ["key"] = name, ["value"] = "first value" });
        var read = await client.ReadResourceAsync($"memory://{name}");
        Assert.Equal("first value", Assert.IsType<TextResourceContents>(Assert.Single(read.Contents)).Text);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Many_calls_at_once_get_their_own_answers(string version)
    {
        await using var client = await ConnectAsync(product.Key, version);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Call(client, "echo", new() { ["message"] = $"number {number}" })));
        Assert.Equal(Enumerable.Range(0, 40).Select(number => $"number {number}"), answers);
    }

    [Fact]
    public async Task A_wrong_key_is_told_to_the_host()
    {
        var wrong = product.Key[..^8] + (product.Key[^8] == 'a' ? 'b' : 'a') + product.Key[^7..];
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var client = await ConnectAsync(wrong, "2025-11-25");
        });
        Assert.Contains("credential", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> Call(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var result = await client.CallToolAsync(tool, arguments);
        var text = string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        Assert.True(result.IsError is not true, text);
        return text;
    }

    private Task<McpClient> ConnectAsync(string key, string version) => McpClient.CreateAsync(
        new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "platform",
            Command = "dotnet",
            Arguments = [BridgeProcess.Dll, "stdio", "--url", product.Url.ToString()],
            EnvironmentVariables = new Dictionary<string, string?>(StringComparer.Ordinal) { ["MOCOPR_KEY"] = key },
        }),
        new McpClientOptions { ProtocolVersion = version is Default ? null : version },
        cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>One running product for these tests.</summary>
    public sealed class Product : IAsyncLifetime
    {
        private PlatformApplication? _application;

        public string Key { get; private set; } = "";

        public Uri Url { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _application = await PlatformApplication.StartAsync();
            await _application.GivenTenant("bridge", new { rateLimit = new { permitsPerMinute = 1_000_000, burst = 10_000 } });
            (Key, _) = await _application.IssueKey("bridge");
            Url = _application.McpUrlOf("bridge");
        }

        public ValueTask DisposeAsync() => _application!.DisposeAsync();
    }
}
