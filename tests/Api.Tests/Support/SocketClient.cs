using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Tests.Support;

/// <summary>A client on a WebSocket that does exactly what a test says.</summary>
public sealed class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonElement> _passed = [];

    private SocketClient()
    {
    }

    public string? Protocol => _socket.SubProtocol;

    /// <summary>Messages that were not what the test waited for, in order.</summary>
    public IReadOnlyList<JsonElement> Passed => _passed;

    public static async Task<SocketClient> OpenAsync(TenantClient tenant, string? origin = null, string? ticket = null)
    {
        var client = new SocketClient();
        client._socket.Options.AddSubProtocol("mcp");
        if (ticket is null)
        {
            client._socket.Options.SetRequestHeader("Authorization", $"Bearer {tenant.Key}");
        }
        else
        {
            client._socket.Options.AddSubProtocol($"mcp-ticket.{ticket}");
        }

        if (origin is not null)
        {
            client._socket.Options.SetRequestHeader("Origin", origin);
        }

        using var patience = new CancellationTokenSource(Wire.Patience);
        await client._socket.ConnectAsync(UrlOf(tenant), patience.Token);
        return client;
    }

    /// <summary>A connection that has begun in an era before 2026-07-28.</summary>
    public static async Task<SocketClient> InitializedAsync(TenantClient tenant, string version = "2025-11-25", string capabilities = "{}")
    {
        var client = await OpenAsync(tenant);
        var reply = await client.AskAsync(Initialize(version, capabilities));
        Assert.True(reply.TryGetProperty("result", out _), reply.ToString());
        await client.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return client;
    }

    public static string Initialize(string version = "2025-11-25", string capabilities = "{}", string id = "\"init\"") =>
        $$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"method":"initialize","params":{"protocolVersion":"{{{{version}}}}","capabilities":{{{{capabilities}}}},"clientInfo":{"name":"test","version":"1"}}}""";

    public static string Call(string id, string tool, string arguments, string meta = "") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}{{{meta}}}}}""";

    /// <summary>The same of 2026-07-28.</summary>
    public static string ModernCall(string id, string tool, string arguments) =>
        Wire.Body("tools/call", $"\"name\":\"{tool}\",\"arguments\":{arguments},", id);

    public static string Echo(string id, string message) => ModernCall(id, "echo", JsonSerializer.Serialize(new { message }));

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes, bool isEnd = true, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        using var patience = new CancellationTokenSource(Wire.Patience);
        await _socket.SendAsync(bytes, type, isEnd, patience.Token);
    }

    /// <summary>Sends a request and answers its response, whatever comes before it.</summary>
    public async Task<JsonElement> AskAsync(string request)
    {
        await SendAsync(request);
        return await ResponseAsync(JsonSerializer.Deserialize<JsonElement>(request).GetProperty("id").ToString());
    }

    public Task<JsonElement> ResponseAsync(string id) =>
        UntilAsync(message => message.TryGetProperty("id", out var found) && found.ToString() == id && !message.TryGetProperty("method", out _));

    public Task<JsonElement> NotificationAsync(string method) =>
        UntilAsync(message => message.TryGetProperty("method", out var found) && found.GetString() == method);

    /// <summary>The next message.</summary>
    public async Task<JsonElement> NextAsync() =>
        await ReadAsync() is { } text ? JsonSerializer.Deserialize<JsonElement>(text) : throw new InvalidOperationException($"Closed with {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}.");

    /// <summary>The code and the reason with which the server closed, whatever comes before.</summary>
    public async Task<(int Code, string Reason)> ClosedAsync()
    {
        while (await ReadAsync() is { } text)
        {
            _passed.Add(JsonSerializer.Deserialize<JsonElement>(text));
        }

        return ((int)_socket.CloseStatus!.Value, _socket.CloseStatusDescription ?? "");
    }

    public async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(Wire.Patience);
        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
    }

    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public static Uri UrlOf(TenantClient tenant) => new($"ws://{tenant.Platform.McpUrl.Authority}/t/{tenant.Slug}/ws");

    private async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isAwaited)
    {
        while (true)
        {
            var message = await NextAsync();
            if (isAwaited(message))
            {
                return message;
            }

            _passed.Add(message);
        }
    }

    private async Task<string?> ReadAsync()
    {
        if (_socket.State == WebSocketState.Closed)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Wire.Patience);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            bytes.Write(buffer, 0, read.Count);
            if (read.EndOfMessage)
            {
                return Encoding.UTF8.GetString(bytes.ToArray());
            }
        }
    }
}

public static class Sockets
{
    public static int CodeOf(this JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetInt32();

    public static string SlugOf(this JsonElement reply) => reply.GetProperty("error").GetProperty("data").GetProperty("code").GetString()!;

    public static string TextOf(this JsonElement reply) => reply.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    /// <summary>A handshake as bytes, and the answer to one that is refused.</summary>
    public static Task<Reply> Handshake(
        this TenantClient tenant, string? target = null, string method = "GET", string? host = null, string protocol = "Sec-WebSocket-Protocol: mcp\r\n",
        string upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n", string version = "13", string? authorization = null, string more = "") =>
        Wire.SocketAsync(tenant.Platform.McpUrl,
            $"{method} {target ?? $"/t/{tenant.Slug}/ws"} HTTP/1.1\r\n{host ?? $"Host: {tenant.Platform.McpUrl.Authority}"}\r\n{upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: {version}\r\n"
            + $"{protocol}{authorization ?? $"Authorization: Bearer {tenant.Key}\r\n"}{more}\r\n");

    public static Task<Reply> AskTicket(this TenantClient tenant, string? origin = Product.AllowedOrigin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(tenant.Platform.McpUrl, $"/t/{tenant.Slug}/ws-ticket"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {tenant.Key}");
        request.Headers.TryAddWithoutValidation("Origin", origin is null ? [] : [origin]);
        return tenant.Send(request);
    }

    public static async Task Revoke(this TenantClient tenant) =>
        Assert.Equal(200, (await tenant.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke", new { })).Status);

    public static async Task<string> GivenTicket(this TenantClient tenant) => (await tenant.AskTicket()).Json.GetProperty("ticket").GetString()!;

    /// <summary>A refused or an accepted handshake by ticket: its status.</summary>
    public static async Task<int> OpenByTicket(this TenantClient tenant, string ticket, string? origin = Product.AllowedOrigin) =>
        (await tenant.Handshake(authorization: "", protocol: $"Sec-WebSocket-Protocol: mcp, mcp-ticket.{ticket}\r\n", more: origin is null ? "" : $"Origin: {origin}\r\n")).Status;

    /// <summary>What the tenant's chain says of sockets, oldest first.</summary>
    public static async Task<JsonElement[]> SocketEvents(this TenantClient tenant) =>
        [.. (await tenant.Platform.AuditEvents(tenant.Slug, 100)).Where(entry => entry.GetProperty("transport").GetString() == "websocket").Reverse()];

    /// <summary>Waits for an event that is written after the client has seen what it is about.</summary>
    public static async Task<JsonElement> SocketEvent(this TenantClient tenant, string action, string outcome)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = (await tenant.SocketEvents()).FirstOrDefault(entry => entry.GetProperty("action").GetString() == action && entry.GetProperty("outcome").GetString() == outcome);
            if (found.ValueKind != JsonValueKind.Undefined)
            {
                return found;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Wire.Patience, $"No {action} {outcome} in the trail.");
            await Task.Delay(100);
        }
    }
}
