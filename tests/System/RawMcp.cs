using System.Net.Http.Headers;
using System.Text;

namespace Platform.System.Tests;

/// <summary>JSON-RPC over HTTP without any SDK, so that a test sees statuses and headers, and one instance keeps one connection.</summary>
internal sealed class RawMcp : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly Uri _endpoint;
    private readonly string? _key;
    private int _id;

    public RawMcp(Uri endpoint, string? key)
    {
        _endpoint = endpoint;
        _key = key;
    }

    public Task<RpcReply> EchoAsync(string message, CancellationToken cancel) => CallAsync("echo", new JsonObject { ["message"] = message }, cancel);

    /// <summary>A 2026-07-28 <c>tools/call</c>.</summary>
    public Task<RpcReply> CallAsync(string tool, JsonObject arguments, CancellationToken cancel) =>
        ModernAsync("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments }, tool, cancel);

    /// <summary>A 2026-07-28 request: stateless, everything in the request.</summary>
    public Task<RpcReply> ModernAsync(string method, JsonObject parameters, string? name, CancellationToken cancel)
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        };
        return SendAsync(method, parameters, request =>
        {
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
            request.Headers.TryAddWithoutValidation("Mcp-Method", method);
            if (name is not null)
            {
                request.Headers.TryAddWithoutValidation("Mcp-Name", name);
            }
        }, cancel);
    }

    /// <summary>Opens a session of an older revision and returns its id.</summary>
    public async Task<string> InitializeAsync(string version, CancellationToken cancel)
    {
        var reply = await SendAsync("initialize", new JsonObject
        {
            ["protocolVersion"] = version,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "system-test", ["version"] = "1.0.0" },
        }, _ => { }, cancel);
        Assert.True(reply is { Ok: true, SessionId: not null }, reply.ToString());
        return reply.SessionId!;
    }

    /// <summary>A request in a session of an older revision.</summary>
    public Task<RpcReply> InSessionAsync(string session, string version, string method, JsonObject parameters, CancellationToken cancel) =>
        SendAsync(method, parameters, request =>
        {
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", version);
            request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        }, cancel);

    public void Dispose() => _http.Dispose();

    private async Task<RpcReply> SendAsync(string method, JsonObject parameters, Action<HttpRequestMessage> headers, CancellationToken cancel)
    {
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = Interlocked.Increment(ref _id), ["method"] = method, ["params"] = parameters };
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        headers(request);
        if (_key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        }

        using var response = await _http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        return new RpcReply(
            (int)response.StatusCode, Parse(text, response.Content.Headers.ContentType?.MediaType), response.Headers.RetryAfter?.Delta,
            response.Headers.TryGetValues("Mcp-Session-Id", out var sessions) ? sessions.First() : null, text);
    }

    // The message that answers: in SSE the last one, after notifications.
    private static JsonObject? Parse(string text, string? type)
    {
        if (type is "text/event-stream")
        {
            text = text.Split('\n').LastOrDefault(line => line.StartsWith("data:", StringComparison.Ordinal) && line.Length > 6)?[5..] ?? "";
        }

        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (global::System.Text.Json.JsonException)
        {
            return null;
        }
    }
}

/// <summary>An answer with what HTTP says about it.</summary>
internal sealed record RpcReply(int Status, JsonObject? Body, TimeSpan? RetryAfter, string? SessionId, string Raw)
{
    /// <summary>Acknowledged: HTTP 200, a result, and not a tool error.</summary>
    public bool Ok => Status == 200 && Body?["result"] is JsonObject result && result["isError"]?.GetValue<bool>() != true;

    /// <summary>The text parts of a tool's result.</summary>
    public string Text => string.Concat((Body?["result"]?["content"]?.AsArray() ?? []).Select(part => part?["text"]?.GetValue<string>()));

    public override string ToString() => $"HTTP {Status}: {Raw}";
}
