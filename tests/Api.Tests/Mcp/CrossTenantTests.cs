using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Mcp.Backends;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp;

/// <summary>A thousand calls of several tenants at a time, again and again: each gets the answer to its own question.</summary>
public sealed class CrossTenantTests
{
    private const int Tenants = 4;
    private const int KeysPerTenant = 2;
    private const int Concurrent = 1_000;

    /// <summary>For all rounds together; no round begins later.</summary>
    private static readonly TimeSpan Run = TimeSpan.FromSeconds(30);

    /// <summary>How many answers came as JSON, and how many as streams.</summary>
    private readonly ConcurrentDictionary<string, int> _kinds = new(StringComparer.Ordinal);

    [Fact]
    [Trait("Control", "RS-4")]
    public async Task No_answer_of_a_thousand_concurrent_calls_is_somebody_elses()
    {
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton<IMcpBackend>(new SampleBackend()));
        var clients = await GivenClientsAsync(platform);
        var started = TimeProvider.System.GetTimestamp();
        var wrong = new List<string>();
        var calls = 0;
        while (TimeProvider.System.GetElapsedTime(started) < Run && wrong.Count == 0)
        {
            var first = calls;
            var answers = await Task.WhenAll(Enumerable.Range(first, Concurrent).Select(i => CallAsync(clients[i % clients.Length], i)));
            wrong.AddRange(answers.OfType<string>());
            calls += Concurrent;
        }

        TestContext.Current.SendDiagnosticMessage($"{calls} calls: {string.Join(", ", _kinds.Select(kind => $"{kind.Key} {kind.Value}"))}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {calls} answers are wrong, such as {string.Join('\n', wrong.Take(3))}");
        Assert.Equal(["application/json", "text/event-stream"], _kinds.Keys.Order(StringComparer.Ordinal));
    }

    private static async Task<TenantClient[]> GivenClientsAsync(PlatformApplication platform)
    {
        var clients = new List<TenantClient>();
        for (var i = 0; i < Tenants; i++)
        {
            var tenant = await TenantClient.MakeAsync(platform);
            clients.Add(tenant);
            for (var key = 1; key < KeysPerTenant; key++)
            {
                clients.Add(await tenant.GivenKey());
            }
        }

        return [.. clients];
    }

    /// <summary>What is wrong with the answers; null when they are the caller's own.</summary>
    private Task<string?> CallAsync(TenantClient client, int i)
    {
        var nonce = string.Create(CultureInfo.InvariantCulture, $"n{client.Slug}n{client.KeyId.Replace("_", "", StringComparison.Ordinal)}n{i}n");
        return (i / (Tenants * KeysPerTenant) % 4) switch
        {
            0 => EchoAsync(client, "echo", nonce, i, token: null),
            1 => EchoAsync(client, "say", nonce, i, token: null),
            2 => EchoAsync(client, "say", nonce, i, token: "t" + nonce),
            _ => RememberAsync(client, nonce, i),
        };
    }

    private async Task<string?> EchoAsync(TenantClient client, string tool, string nonce, int i, string? token) =>
        Fault(await SendAsync(client, tool, new { message = nonce }, i, token), i, nonce, token);

    /// <summary>All tenants store under the same few keys: what they read back must be what a key of that tenant wrote.</summary>
    private async Task<string?> RememberAsync(TenantClient client, string nonce, int i)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"Shared{i % 3}");
        var set = await SendAsync(client, "memory_set", new { key, value = nonce }, i, null);
        return Fault(set, i, null, null) ?? Fault(await SendAsync(client, "memory_get", new { key }, i, null), i, $"n{client.Slug}n", null);
    }

    private async Task<Reply> SendAsync(TenantClient client, string tool, object arguments, int id, string? token)
    {
        var meta = new Dictionary<string, object>
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = new { },
        };
        if (token is not null)
        {
            meta["progressToken"] = token;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id, method = "tools/call", @params = new { name = tool, arguments, _meta = meta } });
        var reply = await client.Send(client.Raw(body, "tools/call", tool));
        _kinds.AddOrUpdate(reply.Header("Content-Type")?.Split(';')[0] ?? "none", 1, static (_, count) => count + 1);
        return reply;
    }

    private static string? Fault(Reply reply, int id, string? text, string? token)
    {
        if (reply.Status != 200)
        {
            return reply.ToString();
        }

        var isStream = reply.Header("Content-Type")!.StartsWith("text/event-stream", StringComparison.Ordinal);
        string[] messages = isStream
            ? [.. reply.Text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])]
            : [reply.Text];
        var answer = JsonSerializer.Deserialize<JsonElement>(messages[^1]);
        var isOwn = answer.GetProperty("id").GetInt32() == id
            && answer.GetProperty("result").GetProperty("isError").ValueKind == JsonValueKind.False
            && (text is null || answer.GetProperty("result").GetProperty("content").GetRawText().Contains(text, StringComparison.Ordinal))
            && (token is null || messages.Length == 2)
            && messages[..^1].All(message => JsonSerializer.Deserialize<JsonElement>(message).GetProperty("params").GetProperty("progressToken").GetString() == token);
        return isOwn ? null : $"call {id} wants {text}: {reply}";
    }
}
