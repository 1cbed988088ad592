using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Support;

/// <summary>Requests written by hand, for what a test has to say letter by letter.</summary>
internal static class McpCalls
{
    public const string Elicitation = """{"elicitation":{}}""";
    public const string Tasks = """{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    /// <param name="client">Who asks.</param>
    /// <param name="method">Of 2026-07-28.</param>
    /// <param name="members">Of <c>params</c>, beside <c>_meta</c>.</param>
    /// <param name="name">For <c>Mcp-Name</c>.</param>
    /// <param name="capabilities">The client's.</param>
    /// <param name="meta">More members of <c>_meta</c>, each with a comma before it.</param>
    public static HttpRequestMessage Modern(this TenantClient client, string method, string members, string? name, string capabilities = "{}", string meta = "") => client.Raw(
        Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"{method}\",\"params\":{{{members}{(members.Length > 0 ? "," : "")}"
            + $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{capabilities}{meta}}}}}}}"),
        method,
        name);

    public static HttpRequestMessage ModernTool(this TenantClient client, string tool, string arguments = "{}", string capabilities = "{}", string meta = "") =>
        client.Modern("tools/call", $"\"name\":\"{tool}\",\"arguments\":{arguments}", tool, capabilities, meta);

    public static HttpRequestMessage LegacyRequest(this TenantClient client, string session, string body, string? version = null)
    {
        var request = client.Platform.RawRequest(body, client.Slug, client.Key);
        request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", version is null ? [] : [version]);
        return request;
    }

    public static HttpRequestMessage LegacyTool(this TenantClient client, string session, string tool, string arguments = "{}", string id = "7", string meta = "{}") => client.LegacyRequest(
        session, $$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"method":"tools/call","params":{"name":"{{{{tool}}}}","arguments":{{{{arguments}}}},"_meta":{{{{meta}}}}}}""");

    public static async Task<string> SessionWith(this TenantClient client, string capabilities, string version = "2025-11-25") => (await client.Legacy(null, null,
        $$$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"{{{{version}}}}","capabilities":{{{{capabilities}}}},"clientInfo":{"name":"test","version":"1"}}}""")).Header("Mcp-Session-Id")!;

    /// <summary>The GET of a legacy session.</summary>
    public static HttpRequestMessage ListenRequest(this TenantClient client, string? session, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, client.Platform.McpUrlOf(client.Slug));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {client.Key}");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session is null ? [] : [session]);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId is null ? [] : [lastEventId]);
        return request;
    }

    /// <summary>Asks until the answer is as wanted, or patience ends; the last answer.</summary>
    public static async Task<T> Until<T>(Func<Task<T>> ask, Predicate<T> wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await ask();
        while (!wanted(answer) && TimeProvider.System.GetElapsedTime(started) < EventStream.Patience)
        {
            await Task.Delay(10);
            answer = await ask();
        }

        return answer;
    }

    /// <summary>The tenant's event of this action, as soon as it is there.</summary>
    public static async Task<JsonElement[]> EventsOf(this TenantClient client, string action) => await Until(
        async () => (await client.Platform.AuditEvents(client.Slug, 100)).Where(entry => entry.GetProperty("action").GetString() == action).Reverse().ToArray(),
        events => events.Length > 0);

    public static string Text(this Reply reply) => TextOf(reply.Result);

    public static string TextOf(JsonElement result) => result.GetProperty("content")[0].GetProperty("text").GetString()!;
}
