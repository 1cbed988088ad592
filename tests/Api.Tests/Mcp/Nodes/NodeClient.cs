using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Nodes;

/// <summary>A client of one tenant that sends each message to the node a test names, as a load balancer without affinity would.</summary>
internal sealed class NodeClient(TwoNodes nodes, TenantId tenant, string slug, string key) : IDisposable
{
    private const string Legacy = "2025-11-25";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public TenantId Tenant => tenant;

    /// <summary>Of the eras of <c>initialize</c>.</summary>
    public string? Session { get; private set; }

    public static async Task<NodeClient> MakeAsync(TwoNodes nodes)
    {
        var (id, slug, key) = await nodes.GivenTenantAsync();
        return new NodeClient(nodes, id, slug, key);
    }

    /// <summary>Opens a session through a node; every later message of this client is one of that session.</summary>
    public async Task InitializeAsync(int node)
    {
        var reply = await PostAsync(node,
            $$$$"""{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"{{{{Legacy}}}}","capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}}""");
        Session = reply.Header("Mcp-Session-Id") ?? throw new InvalidOperationException($"No session: {reply}");
    }

    /// <summary>A message of the session that is answered by JSON, or by nothing.</summary>
    public async Task<Reply> PostAsync(int node, string body)
    {
        using var request = Message(node, body);
        return await Reply.ReadAsync(await _http.SendAsync(request));
    }

    /// <summary>An honest request of 2026-07-28; the status of its answer.</summary>
    public async Task<int> PostModernAsync(int node)
    {
        using var request = Modern(node, "tools/list", "", null);
        using var response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    /// <summary>A request of the session that is answered by a stream.</summary>
    public async Task<EventStream> OpenAsync(int node, string body)
    {
        using var request = Message(node, body);
        return await EventStream.OpenAsync(_http, request);
    }

    /// <summary>Listens, or goes on after an event.</summary>
    public async Task<EventStream> ListenAsync(int node, string? lastEventId = null)
    {
        using var request = Listening(node, lastEventId);
        return await EventStream.OpenAsync(_http, request);
    }

    /// <summary>The same, again and again until the cluster has noticed that a node is lost.</summary>
    public async Task<EventStream> ComeBackAsync(int node, string? lastEventId)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var request = Listening(node, lastEventId);
            using var patience = new CancellationTokenSource(EventStream.Patience);
            try
            {
                return await EventStream.OpenAsync(_http, request);
            }
            catch (InvalidOperationException) when (TimeProvider.System.GetElapsedTime(started) < EventStream.Patience)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>A request of 2026-07-28 and the message that answers it, whether it came as JSON or on a stream.</summary>
    public async Task<JsonElement> AskAsync(int node, string method, string parameters, string? name = null)
    {
        using var request = Modern(node, method, parameters, name);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
        var text = await response.Content.ReadAsStringAsync();
        return JsonSerializer.Deserialize<JsonElement>(
            response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..] : text);
    }

    public Task<JsonElement> CallAsync(int node, string tool, string arguments = "{}", string more = "") =>
        AskAsync(node, "tools/call", $$""" "name":"{{tool}}","arguments":{{arguments}}{{more}} """, tool);

    public Task<JsonElement> WriteMemoryAsync(int node, string memory, string value) =>
        CallAsync(node, "memory_set", $$"""{"key":"{{memory}}","value":"{{value}}"}""");

    public async Task<EventStream> OpenModernAsync(int node, string method, string parameters)
    {
        using var request = Modern(node, method, parameters, null);
        return await EventStream.OpenAsync(_http, request);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Listening(int node, string? lastEventId)
    {
        var request = Request(HttpMethod.Get, node);
        request.Headers.Add("Mcp-Session-Id", Session);
        request.Headers.Add("MCP-Protocol-Version", Legacy);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return request;
    }

    private HttpRequestMessage Message(int node, string body)
    {
        var request = Request(HttpMethod.Post, node, body);
        if (Session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", Session);
            request.Headers.Add("MCP-Protocol-Version", Legacy);
        }

        return request;
    }

    private HttpRequestMessage Modern(int node, string method, string parameters, string? name)
    {
        var comma = parameters.Length == 0 ? "" : ",";
        var request = Request(HttpMethod.Post, node, $$"""
            {"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{ {{parameters}}{{comma}}"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
             "io.modelcontextprotocol/clientCapabilities":{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{} } } } } }
            """);
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }

        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, int node, string? body = null)
    {
        var request = new HttpRequestMessage(method, nodes.Endpoint(node, slug));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }
}
