using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>An answer, read to its end.</summary>
public sealed record Reply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The answer, whichever form it took: on a busy machine any call may take long enough to be answered by a stream.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(
        IsStream ? Text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal) && line.Length > 6)[6..] : Text);

    public JsonElement Result => Json.GetProperty("result");

    /// <summary>The JSON-RPC error code.</summary>
    public int Code => Json.GetProperty("error").GetProperty("code").GetInt32();

    public string Message => Json.GetProperty("error").GetProperty("message").GetString()!;

    public JsonElement Data => Json.GetProperty("error").GetProperty("data");

    /// <summary>The problem's slug.</summary>
    public string Slug => Data.GetProperty("code").GetString()!;

    public override string ToString() => $"{Status} {Text}";

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The body without what differs between any two answers.</summary>
    public string TextWithoutIds => Correlation().Replace(IsStream ? Json.GetRawText() : Text, "*");

    private bool IsStream => Header("Content-Type") == "text/event-stream";

    private static System.Text.RegularExpressions.Regex Correlation() =>
        new("[0-9a-f]{32}", System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    public static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
        }
    }
}

/// <summary>One tenant and one key of it.</summary>
public sealed record TenantClient(PlatformApplication Platform, string Slug, string Key, string KeyId)
{
    private static readonly object Ample = new { permitsPerMinute = 1_000_000, burst = 100_000 };

    public static async Task<TenantClient> MakeAsync(PlatformApplication platform, params string[] roles)
    {
        var slug = "t" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await platform.GivenTenant(slug, new { rateLimit = Ample, allowedOrigins = new[] { Product.AllowedOrigin } });
        var (key, id) = await platform.IssueKey(slug, null, roles);
        return new TenantClient(platform, slug, key, id);
    }

    /// <summary>Another key, of a principal of its own.</summary>
    public async Task<TenantClient> GivenKey(object? more = null, params string[] roles)
    {
        var (key, id) = await Platform.IssueKey(Slug, more, roles);
        return this with { Key = key, KeyId = id };
    }

    public TenantClient With(string key) => this with { Key = key };

    public HttpRequestMessage Request(string method, object? parameters = null, string? name = null) => Platform.ModernRequest(method, parameters, name, Slug, Key);

    public HttpRequestMessage ToolRequest(string tool = "echo", object? arguments = null) =>
        Request("tools/call", new { name = tool, arguments = arguments ?? new { message = "hello" } }, tool);

    public Task<Reply> Send(HttpRequestMessage request) => Platform.Send(request);

    public Task<Reply> Call(string method, object? parameters = null, string? name = null) => Send(Request(method, parameters, name));

    public Task<Reply> CallTool(string tool = "echo", object? arguments = null) => Send(ToolRequest(tool, arguments));

    public Task<Reply> Read(string uri) => Call("resources/read", new { uri }, uri);

    /// <summary>Any body with the headers of a modern <c>tools/list</c>.</summary>
    public Task<Reply> Post(string body) => Post(Encoding.UTF8.GetBytes(body));

    public Task<Reply> Post(byte[] body, string method = "tools/list", string? name = null) => Send(Raw(body, method, name));

    public HttpRequestMessage Raw(byte[] body, string? method = "tools/list", string? name = null)
    {
        var request = Platform.RawRequest(body, Slug, Key);
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.TryAddWithoutValidation("Mcp-Method", method is null ? [] : [method]);
        request.Headers.TryAddWithoutValidation("Mcp-Name", name is null ? [] : [name]);
        return request;
    }

    /// <summary>What this tenant's chain says of requests that came over MCP, oldest first.</summary>
    public async Task<JsonElement[]> McpEvents() =>
        [.. (await Platform.AuditEvents(Slug, 100)).Where(entry => entry.GetProperty("transport").GetString() == "http").Reverse()];

    /// <summary>Opens a session of an era before 2026-07-28 and answers its id.</summary>
    public async Task<string> GivenSession(string version = "2025-11-25") => (await Initialize(version)).Header("Mcp-Session-Id")!;

    public Task<Reply> Initialize(string version) => Legacy(null, null,
        $$$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"{{{{version}}}}","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");

    public Task<Reply> Legacy(string? session, string? version, string body)
    {
        var request = Platform.RawRequest(body, Slug, Key);
        request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session is null ? [] : [session]);
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", version is null ? [] : [version]);
        return Send(request);
    }

    public Task<Reply> Delete(string? session)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, Platform.McpUrlOf(Slug));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session is null ? [] : [session]);
        return Send(request);
    }

    /// <summary>The lines of an honest <c>tools/list</c> as bytes on a socket, for what no HTTP client would send.</summary>
    /// <param name="target">Of the request line; the endpoint's path when null.</param>
    /// <param name="host">Whole header lines.</param>
    /// <param name="more">Whole header lines, each with its end.</param>
    /// <param name="body">An honest one when null.</param>
    /// <param name="from">The address to come from; any loopback address of the system's choice when null.</param>
    public Task<Reply> Socket(string? target = null, string? host = null, string more = "", string? body = null, IPAddress? from = null)
    {
        body ??= """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
        return Wire.SocketAsync(Platform.McpUrl,
            $"POST {target ?? $"/t/{Slug}/mcp"} HTTP/1.1\r\n{host ?? $"Host: {Platform.McpUrl.Authority}"}\r\nConnection: close\r\nAuthorization: Bearer {Key}\r\n"
            + $"Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n{more}"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", from);
    }
}

public static class Wire
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>An honest modern body; <paramref name="parameters"/> are members beside <c>_meta</c>, each with a comma after it.</summary>
    public static string Body(string method = "tools/list", string parameters = "", string id = "1") =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{{{parameters}\"_meta\":"
        + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    public static async Task<Reply> Send(this PlatformApplication platform, HttpRequestMessage request)
    {
        using (request)
        {
            return await Reply.ReadAsync(await platform.Http.SendAsync(request));
        }
    }

    public static async Task<Reply> Rest(this PlatformApplication platform, HttpMethod method, string path, object? body = null, string? credential = null, string? ifMatch = null) =>
        await Reply.ReadAsync(await platform.Manage(method, path, body, credential, ifMatch));

    /// <summary>A management request with this body, byte for byte.</summary>
    public static Task<Reply> RestRaw(this PlatformApplication platform, HttpMethod method, string path, byte[] body, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(method, new Uri(platform.ManagementUrl, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {platform.AdminKey}");
        return platform.Send(request);
    }

    public static Task<Reply> Get(this PlatformApplication platform, Uri url, string accept = "*/*", string? host = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Host = host;
        return platform.Send(request);
    }

    /// <summary>Bytes on a socket and the one answer to them.</summary>
    public static async Task<Reply> SocketAsync(Uri where, string text, IPAddress? from = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = from is null ? new TcpClient() : new TcpClient(new IPEndPoint(from, 0));
        await client.ConnectAsync(IPAddress.Parse(where.Host), where.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), patience.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var status = await reader.ReadLineAsync(patience.Token);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(patience.Token) is { Length: > 0 } line)
        {
            headers.Add(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
        }

        // The product's own answers say how long they are; what is chunked is read as it came, to the end.
        var length = int.Parse(headers.GetValueOrDefault("Content-Length", status!.Contains(" 101 ", StringComparison.Ordinal) ? "0" : "-1"), System.Globalization.CultureInfo.InvariantCulture);
        var body = length == 0 ? "" : length < 0 ? await reader.ReadToEndAsync(patience.Token) : await ReadAsync(reader, length, patience.Token);
        return new Reply(int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), body, headers);
    }

    private static async Task<string> ReadAsync(StreamReader reader, int length, CancellationToken cancel)
    {
        var buffer = new char[length];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, cancel));
    }

    /// <summary>Asks again until the answer is the one awaited, or the deadline has passed: then it is the last one.</summary>
    public static async Task<Reply> Until(Func<Task<Reply>> ask, int status, TimeSpan deadline)
    {
        var started = TimeProvider.System.GetTimestamp();
        var reply = await ask();
        while (reply.Status != status && TimeProvider.System.GetElapsedTime(started) < deadline)
        {
            await Task.Yield();
            reply = await ask();
        }

        return reply;
    }
}
