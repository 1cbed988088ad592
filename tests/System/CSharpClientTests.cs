using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Platform.System.Tests;

/// <summary>The official C# client, an independent judge, in every revision that it speaks.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class CSharpClientTests(RunningPlatform platform)
{
    private const string Newest = "2026-07-28";

    // What the client does when nobody pins a revision: it probes and takes the newest.
    private const string Default = "default";

    public static TheoryData<string> Versions => [Default, Newest, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Client_uses_tools_resources_prompts_and_completion(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, endpoint, key) = await platform.NewTenantAsync(cancel);
        await using var client = await ConnectAsync(endpoint, key.Secret, version, cancel);
        Assert.Equal(version is Default ? Newest : version, client.NegotiatedProtocolVersion);

        var tools = await client.ListToolsAsync(cancellationToken: cancel);
        Assert.Superset(new HashSet<string>(["echo", "memory_set", "memory_get", "memory_list", "memory_delete"]), tools.Select(tool => tool.Name).ToHashSet());
        Assert.Equal("héllo 中 \"quoted\"", await CallAsync("echo", new() { ["message"] = "héllo 中 \"quoted\"" }));

        await CallAsync("memory_set", new() { ["key"] = "Alpha1", ["value"] = "first value" });
        Assert.Contains("first value", await CallAsync("memory_get", new() { ["key"] = "Alpha1" }), StringComparison.Ordinal);
        Assert.Contains("Alpha1", await CallAsync("memory_list", []), StringComparison.Ordinal);

        var resources = await client.ListResourcesAsync(cancellationToken: cancel);
        Assert.Contains("memory://Alpha1", resources.Select(resource => resource.Uri));
        var read = await client.ReadResourceAsync("memory://Alpha1", cancellationToken: cancel);
        Assert.Equal("first value", Assert.IsType<TextResourceContents>(Assert.Single(read.Contents)).Text);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: cancel);
        Assert.Contains("memory://{key}", templates.Select(template => template.UriTemplate));

        var prompts = await client.ListPromptsAsync(cancellationToken: cancel);
        Assert.Contains("summarize_memory", prompts.Select(prompt => prompt.Name));
        var prompt = await client.GetPromptAsync("summarize_memory", new Dictionary<string, object?> { ["key"] = "Alpha1" }, cancellationToken: cancel);
        Assert.NotEmpty(prompt.Messages);

        var completed = await client.CompleteAsync(new ResourceTemplateReference { Uri = "memory://{key}" }, "key", "Alp", cancellationToken: cancel);
        Assert.Equal(["Alpha1"], completed.Completion.Values);

        await CallAsync("memory_delete", new() { ["key"] = "Alpha1" });
        Assert.DoesNotContain("memory://Alpha1", (await client.ListResourcesAsync(cancellationToken: cancel)).Select(resource => resource.Uri));
        if (version is not (Default or Newest))
        {
            await client.PingAsync(cancellationToken: cancel);
        }

        async Task<string> CallAsync(string tool, Dictionary<string, object?> arguments)
        {
            var result = await client.CallToolAsync(tool, arguments, cancellationToken: cancel);
            var text = string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
            Assert.True(result.IsError is not true, text);
            return text;
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Client_that_wants_progress_gets_its_answer(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, endpoint, key) = await platform.NewTenantAsync(cancel);
        await using var client = await ConnectAsync(endpoint, key.Secret, version, cancel);

        // No built-in tool takes long enough to report any: what must not happen is that the token costs the answer.
        var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "with a token" }, new Progress<ProgressNotificationValue>(), cancellationToken: cancel);
        Assert.Equal("with a token", Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Wrong_key_does_not_connect(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (_, endpoint, key) = await platform.NewTenantAsync(cancel);
        var wrong = key.Secret[..^8] + (key.Secret[^8] == 'a' ? 'b' : 'a') + key.Secret[^7..];
        var refused = await RefusedAsync();

        // Another test may have used up what this address may be refused; it gets 20 a second back.
        for (var tries = 0; tries < 60 && refused.ToString().Contains("429", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            refused = await RefusedAsync();
        }

        Assert.True(refused.ToString().Contains("401", StringComparison.Ordinal) || refused.ToString().Contains("Unauthorized", StringComparison.OrdinalIgnoreCase), refused.ToString());

        Task<Exception> RefusedAsync() => Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var client = await ConnectAsync(endpoint, wrong, version, cancel);
            await client.ListToolsAsync(cancellationToken: cancel);
        });
    }

    private static Task<McpClient> ConnectAsync(Uri endpoint, string key, string version, CancellationToken cancel) =>
        McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = endpoint,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
            }),
            new McpClientOptions { ProtocolVersion = version is Default ? null : version },
            cancellationToken: cancel);
}
