using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Bench.Runner;

/// <summary>One thing that is measured: a server, an address, an era of the protocol, a key.</summary>
internal sealed record Contestant(string Name, Server Server, Uri Url, string Era, string Key)
{
    /// <summary>The resource that the load reads; null when it calls <c>echo</c>.</summary>
    public string? Read { get; init; }

    /// <summary>The same request as <c>wrk/echo.lua</c> sends, with its own id, message and key.</summary>
    public HttpRequestMessage Request(int id, string tool, JsonObject arguments, string? key = null)
    {
        var parameters = new JsonObject { ["name"] = tool, ["arguments"] = arguments };
        var request = new HttpRequestMessage(HttpMethod.Post, Url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (string.Equals(Era, "2026", StringComparison.Ordinal))
        {
            parameters["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            };
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
            request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
            request.Headers.TryAddWithoutValidation("Mcp-Name", tool);
        }
        else
        {
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2025-06-18");
        }

        if ((key ?? Key).Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Key);
        }

        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = "tools/call", ["params"] = parameters };
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    /// <summary>The JSON-RPC answer of a reply in JSON or in SSE.</summary>
    public static async Task<JsonObject?> AnswerAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (string.Equals(response.Content.Headers.ContentType?.MediaType, "text/event-stream", StringComparison.Ordinal))
        {
            text = string.Concat(text.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].Trim()));
        }

        return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
    }
}
