using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Api.Mcp.Backends;
using Platform.Api.Resources;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>
/// The tools that store, recall and forget. The right to call a tool is not the right to what it touches: to write a key needs <c>resources:write:memory/{key}</c>,
/// and what <c>resources/read</c> would hide is not there for a tool either.
/// </summary>
internal sealed class MemoryTools(TenantGrains grains, MemoryListing memory)
{
    private const int PageSize = 100;

    private const string Key = """{"type":"string","description":"1 to 128 letters and digits, case-sensitive.","minLength":1,"maxLength":128,"pattern":"^[A-Za-z0-9]+$"}""";

    private const string Version =
        """{"type":"integer","description":"Only when this version is there, as memory_get gave it; 0: only when nothing is there. Without it the last writer wins.","minimum":0,"maximum":9007199254740991}""";

    public static IReadOnlyList<ToolDefinition> Definitions { get; } =
    [
        Define("memory_set", "Remember", "Stores a text or bytes under a key, as the resource memory://{key}. It is forgotten when its time to live ends.", $$"""
            {"type":"object","properties":{
              "key":{{Key}},
              "value":{"type":"string","description":"The text to store.","maxLength":10000},
              "blob":{"type":"string","description":"Instead of value: bytes to store, as base64.","maxLength":10000},
              "ttlSeconds":{"type":"integer","description":"Seconds until it is forgotten; one hour when absent, at most 30 days.","minimum":1,"maximum":2592000},
              "mimeType":{"type":"string","description":"Media type; text/plain or application/octet-stream when absent.","maxLength":100,"pattern":"^[a-z0-9][a-z0-9._+-]*/[a-z0-9][a-z0-9._+-]*$"},
              "priority":{"type":"number","description":"How much it matters, 0 to 1.","minimum":0,"maximum":1},
              "expectedVersion":{{Version}}
            },"required":["key"],"additionalProperties":false}
            """, destructive: true),
        Define("memory_get", "Recall", "Returns what is stored under a key, and its version.", $$"""{"type":"object","properties":{"key":{{Key}}},"required":["key"],"additionalProperties":false}"""),
        Define("memory_list", "List memories", "Lists what is stored, by key, 100 at a time.", $$"""
            {"type":"object","properties":{
              "prefix":{"type":"string","description":"What the keys begin with.","minLength":1,"maxLength":128,"pattern":"^[A-Za-z0-9]+$"},
              "after":{"type":"string","description":"The last key of the page before.","minLength":1,"maxLength":128,"pattern":"^[A-Za-z0-9]+$"}
            },"additionalProperties":false}
            """),
        Define("memory_delete", "Forget", "Deletes what is stored under a key.", $$"""
            {"type":"object","properties":{"key":{{Key}},"expectedVersion":{{Version}}},"required":["key"],"additionalProperties":false}
            """, destructive: true),
    ];

    public async ValueTask<Result<McpResult>> CallAsync(BackendCall call, CancellationToken cancel)
    {
        var arguments = MemoryArguments.Read(call.Arguments);
        return call.Name switch
        {
            "memory_set" => await SetAsync(call, arguments),
            "memory_get" => await GetAsync(call, arguments.Key),
            "memory_list" => await ListAsync(call, arguments, cancel),
            "memory_delete" => await DeleteAsync(call, arguments),
            _ => throw new InvalidOperationException("A tool that is registered but not served."),
        };
    }

    private async ValueTask<Result<McpResult>> SetAsync(BackendCall call, MemoryArguments arguments)
    {
        if (Forbidden(call, arguments.Key) is { } forbidden)
        {
            return forbidden;
        }

        return arguments.ToCommand().Try(out var command, out var refused) && (await Resource(call, arguments.Key).SetAsync(command, call.Request.Caller.Caller)).Try(out var entry, out refused)
            ? ToolResult.Text($"Stored {MemoryKey.Uri(entry.Key)}, {entry.Size} bytes, until {entry.ExpiresAt:O}.", writer => Describe(writer, entry))
            : ToolResult.Failed(refused);
    }

    private async ValueTask<Result<McpResult>> GetAsync(BackendCall call, string key)
    {
        if (!MemoryListing.MayRead(call.Request.Caller.Permissions, key) || !(await Resource(call, key).GetAsync()).Try(out var content, out _))
        {
            return Missing(key);
        }

        return content.Bytes is null
            ? ToolResult.Text(content.Text, writer => Describe(writer, content.Entry))
            : ToolResult.Of(ContentBlock.OfResource(MemoryBackend.BodyOf(content)), writer => Describe(writer, content.Entry));
    }

    private async ValueTask<Result<McpResult>> ListAsync(BackendCall call, MemoryArguments arguments, CancellationToken cancel)
    {
        var (entries, next) = await memory.PageAsync(call.Request.Tenant.Id, call.Request.Caller.Permissions, arguments.Prefix, arguments.After, PageSize, cancel);
        var text = entries.Length == 0 ? "Nothing is stored." : string.Join('\n', entries.Select(entry => $"{MemoryKey.Uri(entry.Key)} ({entry.Size} bytes, until {entry.ExpiresAt:O})"));
        return ToolResult.Text(text, writer =>
        {
            writer.WriteStartArray("items"u8);
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                Describe(writer, entry);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("next"u8, next);
            }
        });
    }

    private async ValueTask<Result<McpResult>> DeleteAsync(BackendCall call, MemoryArguments arguments)
    {
        if (Forbidden(call, arguments.Key) is { } forbidden)
        {
            return forbidden;
        }

        return !(await Resource(call, arguments.Key).DeleteAsync(arguments.Expected, call.Request.Caller.Caller)).Try(out var deleted, out var refused) ? ToolResult.Failed(refused)
            : deleted ? ToolResult.Text($"Deleted {MemoryKey.Uri(arguments.Key)}.")
            : Missing(arguments.Key);
    }

    private static MissingScope? Forbidden(BackendCall call, string key) =>
        call.Request.Caller.Permissions.Allows("resources", "write", MemoryKey.Target(key)) ? null : new MissingScope($"resources:write:{MemoryKey.Target(key)}");

    private static ToolResult Missing(string key) =>
        ToolResult.Failed(new Problem(ProblemCode.ResourceNotFound, $"There is nothing stored at {MemoryKey.Uri(key)}."));

    private static void Describe(Utf8JsonWriter writer, MemoryEntry entry)
    {
        writer.WriteString("uri"u8, MemoryKey.Uri(entry.Key));
        writer.WriteString("key"u8, entry.Key);
        writer.WriteString("mimeType"u8, entry.MimeType);
        writer.WriteNumber("size"u8, entry.Size);
        writer.WriteString("expiresAt"u8, entry.ExpiresAt);
        writer.WriteNumber("version"u8, entry.Version);
    }

    private static ToolDefinition Define(string name, string title, string description, string schema, bool destructive = false) =>
        new(name, title, description, System.Text.Encoding.UTF8.GetBytes(schema), readOnly: !destructive, destructive);

    private IMemoryResourceGrain Resource(BackendCall call, string key) => grains.For(call.Request.Tenant.Id).Get<IMemoryResourceGrain>(key);
}
