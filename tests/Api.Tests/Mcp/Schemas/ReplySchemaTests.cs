using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Schemas;

/// <summary>Whatever the product says in a revision is what that revision's official schema describes.</summary>
public sealed class ReplySchemaTests(ReplySchemaTests.Sampled sampled) : IClassFixture<ReplySchemaTests.Sampled>
{
    private const string Modern = "2026-07-28";

    private static readonly (string Method, string Parameters, string? Name)[] Requests =
    [
        ("tools/list", "", null),
        ("tools/list", """ "cursor":"nonsense" """, null),
        ("tools/call", """ "name":"echo","arguments":{"message":"hello"} """, "echo"),
        ("tools/call", """ "name":"echo","arguments":{"message":5} """, "echo"),
        ("tools/call", """ "name":"nobody","arguments":{} """, "nobody"),
        ("tools/call", """ "arguments":{} """, "echo"),
        ("tools/call", """ "name":"say","arguments":{"message":"hello"} """, "say"),
        ("tools/call", """ "name":"shapes","arguments":{} """, "shapes"),
        ("tools/call", """ "name":"fail","arguments":{} """, "fail"),
        ("tools/call", """ "name":"break","arguments":{} """, "break"),
        ("tools/call", """ "name":"reusable","arguments":{} """, "reusable"),
        ("tools/call", """ "name":"memory_set","arguments":{"key":"Alpha","value":"first"} """, "memory_set"),
        ("tools/call", """ "name":"memory_get","arguments":{"key":"Alpha"} """, "memory_get"),
        ("tools/call", """ "name":"memory_get","arguments":{"key":"Nothing"} """, "memory_get"),
        ("tools/call", """ "name":"memory_list","arguments":{} """, "memory_list"),
        ("resources/list", "", null),
        ("resources/templates/list", "", null),
        ("resources/read", """ "uri":"memory://Alpha" """, "memory://Alpha"),
        ("resources/read", """ "uri":"memory://Nothing" """, "memory://Nothing"),
        ("resources/read", """ "uri":"nonsense" """, "nonsense"),
        ("prompts/list", "", null),
        ("prompts/get", """ "name":"summarize_memory","arguments":{"key":"Alpha"} """, "summarize_memory"),
        ("prompts/get", """ "name":"summarize_memory","arguments":{} """, "summarize_memory"),
        ("prompts/get", """ "name":"nobody" """, "nobody"),
        ("completion/complete", """ "ref":{"type":"ref/resource","uri":"memory://{key}"},"argument":{"name":"key","value":"A"} """, null),
        ("completion/complete", """ "ref":{"type":"ref/prompt","name":"summarize_memory"},"argument":{"name":"key","value":"A"} """, null),
        ("completion/complete", """ "ref":{"type":"ref/prompt","name":"nobody"},"argument":{"name":"key","value":"A"} """, null),
        ("no/such/method", "", null),
    ];

    private static readonly (string Method, string Parameters)[] LegacyRequests =
    [
        ("ping", ""),
        ("logging/setLevel", """ "level":"debug" """),
        ("logging/setLevel", """ "level":"loud" """),
        ("resources/subscribe", """ "uri":"memory://Alpha" """),
        ("resources/subscribe", """ "uri":"nonsense" """),
        ("resources/unsubscribe", """ "uri":"memory://Alpha" """),
        ("server/discover", ""),
        .. Requests.Select(request => (request.Method, request.Parameters)),
    ];

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    [InlineData("2024-11-05")]
    public async Task Replies_of_a_legacy_revision_conform_to_its_schema(string revision)
    {
        var judge = new Conformity(revision);
        var client = await sampled.GivenTenant();
        judge.Judge("initialize", await client.Initialize(""));
        judge.Judge("tools/list", await client.Legacy(null, revision, """{"jsonrpc":"2.0","id":"x","method":"tools/list"}"""));
        judge.Judge("tools/list", await client.Legacy("0123456789abcdefghijABCDEFGHIJ01", revision, """{"jsonrpc":"2.0","id":"x","method":"tools/list"}"""));
        judge.Judge("tools/list", await client.With("").Legacy(null, revision, """{"jsonrpc":"2.0","id":"x","method":"tools/list"}"""));
        var opened = await client.Legacy(null, null,
            $$$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"{{{{revision}}}}","capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}}""");
        judge.Judge("initialize", opened);
        var session = opened.Header("Mcp-Session-Id");
        var id = 1;
        foreach (var (method, parameters) in LegacyRequests)
        {
            // Asking on the way needs a client that answers; that is sampled below.
            if (!parameters.Contains("reusable", StringComparison.Ordinal))
            {
                judge.Judge(method, await client.Legacy(session, revision, Body(method, WithToken(parameters), ++id)));
            }
        }

        judge.Judge("", await client.Legacy(session, revision, $"[{Body("ping", "", 70)},{Body("tools/list", "", 71)},{Body("no/such", "", 72)}]"));
        await SampleStreamsAsync(judge, client, session!, revision);

        Assert.True(judge.Faults.Count == 0, string.Join('\n', judge.Faults));

        // No credential; and the batch, which one revision takes.
        Assert.Equal(revision == "2025-03-26" ? 1 : 2, judge.WithoutId);
        Assert.Empty(new HashSet<string>(
            [
                "InitializeResult", "EmptyResult", "ListToolsResult", "CallToolResult", "ListResourcesResult", "ListResourceTemplatesResult", "ReadResourceResult", "ListPromptsResult",
                "GetPromptResult", "CompleteResult", "ProgressNotification", "LoggingMessageNotification", "ResourceUpdatedNotification", "ResourceListChangedNotification",
            ]).Except(judge.Seen));
    }

    [Fact]
    public async Task Replies_of_the_modern_revision_conform_to_its_schema()
    {
        var judge = new Conformity(Modern);
        var client = await sampled.GivenTenant();
        judge.Judge("server/discover", await client.Call("server/discover"));
        judge.Judge("tools/list", await client.With("").Call("tools/list"));
        judge.Judge("tools/list", await (await client.GivenKey(null, "service")).Call("resources/read", new { uri = "memory://Alpha" }, "memory://Alpha"));
        judge.Judge("tools/list", await client.Post("{"));
        judge.Judge("tools/list", await client.Post("[]"));
        judge.Judge("tools/list", await client.Post("""{"jsonrpc":"1.0","id":1,"method":"tools/list"}"""));
        using var future = client.Raw(Encoding.UTF8.GetBytes(Body("tools/list", Meta("2099-01-01"), 1)));
        future.Headers.Remove("MCP-Protocol-Version");
        future.Headers.Add("MCP-Protocol-Version", "2099-01-01");
        judge.Judge("tools/list", await client.Send(future));
        judge.Judge("tools/list", await client.Post(Body("ping", Meta(Modern), 1)));
        judge.Judge("tools/call", await client.Post(Encoding.UTF8.GetBytes(Body("tools/call", $""" "name":"ask","arguments":{"{}"},{Meta(Modern)} """, 1)), "tools/call", "ask"));
        var id = 1;
        foreach (var (method, parameters, name) in Requests)
        {
            var separator = parameters.Length == 0 ? "" : ",";
            var meta = Meta(Modern, """ "elicitation":{} """, """ ,"progressToken":"p","io.modelcontextprotocol/logLevel":"debug" """);
            judge.Judge(method, await client.Post(Encoding.UTF8.GetBytes(Body(method, $"{parameters}{separator}{meta}", ++id)), method, name));
        }

        using var listening = client.Raw(Encoding.UTF8.GetBytes(Body(
            "subscriptions/listen", $$""" "notifications":{"toolsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["memory://Beta"]},{{Meta(Modern)}} """, "\"listen\"")), "subscriptions/listen");
        using var stream = await EventStream.OpenAsync(sampled.Platform.Http, listening);
        await judge.JudgeUntilAsync("subscriptions/listen", stream, "notifications/subscriptions/acknowledged");
        await client.CallTool("memory_set", new { key = "Beta", value = "second" });
        await judge.JudgeUntilAsync("subscriptions/listen", stream, "notifications/resources/updated");

        Assert.True(judge.Faults.Count == 0, string.Join('\n', judge.Faults));
        Assert.Empty(new HashSet<string>(
            [
                "DiscoverResult", "ListToolsResult", "CallToolResult", "InputRequiredResult", "ListResourcesResult", "ListResourceTemplatesResult", "ReadResourceResult", "ListPromptsResult",
                "GetPromptResult", "CompleteResult", "ProgressNotification", "LoggingMessageNotification", "ResourceUpdatedNotification", "ResourceListChangedNotification",
                "SubscriptionsAcknowledgedNotification", "ParseError", "InvalidParamsError", "MethodNotFoundError", "InternalError", "HeaderMismatchError",
                "UnsupportedProtocolVersionError", "MissingRequiredClientCapabilityError",
            ]).Except(judge.Seen));
    }

    /// <summary>What only comes on streams: a question to the client, and changes.</summary>
    private async Task SampleStreamsAsync(Conformity judge, TenantClient client, string session, string revision)
    {
        await client.Legacy(session, revision, Body("resources/subscribe", """ "uri":"memory://Beta" """, 80));
        using var get = Listening(client, session, revision);
        using var listening = await EventStream.OpenAsync(sampled.Platform.Http, get);

        // In the older revisions nothing says that the stream listens already, so some writes may come too early: of what is there, and of what is new.
        var heard = HearAsync();
        for (var writes = 0; writes < 500 && !heard.IsCompleted; writes++)
        {
            await client.CallTool("memory_set", new { key = "Beta", value = $"value {writes}" });
            await client.CallTool("memory_set", new { key = $"New-{writes}", value = "value" });
        }

        await heard;

        async Task HearAsync()
        {
            await judge.JudgeUntilAsync("", listening, "notifications/resources/updated");
            if (!judge.Seen.Contains("ResourceListChangedNotification"))
            {
                await judge.JudgeUntilAsync("", listening, "notifications/resources/list_changed");
            }
        }

        // Only these know elicitation.
        if (revision is "2025-11-25" or "2025-06-18")
        {
            using var post = sampled.Platform.RawRequest(Body("tools/call", """ "name":"ask","arguments":{} """, 81), client.Slug, client.Key);
            post.Headers.Add("Mcp-Session-Id", session);
            post.Headers.Add("MCP-Protocol-Version", revision);
            using var asking = await EventStream.OpenAsync(sampled.Platform.Http, post);
            var asked = await judge.JudgeUntilAsync("tools/call", asking, "elicitation/create");
            await client.Legacy(session, revision, $$$"""{"jsonrpc":"2.0","id":{{{asked.GetProperty("id").GetRawText()}}},"result":{"action":"accept","content":{"name":"Ada"} } }""");
            await judge.JudgeUntilAsync("tools/call", asking, null);
            Assert.Contains("ElicitRequest", judge.Seen);
        }
    }

    private HttpRequestMessage Listening(TenantClient client, string session, string revision)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, sampled.Platform.McpUrlOf(client.Slug));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", client.Key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Mcp-Session-Id", session);
        request.Headers.Add("MCP-Protocol-Version", revision);
        return request;
    }

    private static string WithToken(string parameters) => $$"""{{parameters}}{{(parameters.Length == 0 ? "" : ",")}}"_meta":{"progressToken":"p"} """;

    private static string Meta(string version, string capabilities = "", string more = "") =>
        $$""" "_meta":{"io.modelcontextprotocol/protocolVersion":"{{version}}","io.modelcontextprotocol/clientCapabilities":{ {{capabilities}} }{{more}} } """;

    private static string Body(string method, string parameters, object id) => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{ {{parameters}} } }""";

    /// <summary>A product with tools that the built-in ones are not enough for.</summary>
    public sealed class Sampled : IAsyncLifetime
    {
        public PlatformApplication Platform { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton<IMcpBackend>(new SampleBackend()));

        public ValueTask DisposeAsync() => Platform.DisposeAsync();

        public Task<TenantClient> GivenTenant() => TenantClient.MakeAsync(Platform);
    }
}
