using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Api.Mcp.Resources;

namespace Platform.Api.Mcp.Tools;

/// <summary>Memory resources as tools: what they write is read as <c>memory://{key}</c> by <c>resources/read</c> too.</summary>
internal sealed class MemoryToolset(TenantGrains grains, MemoryListing memory) : IToolset
{
    private const int PageSize = 100;

    public IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        new("memory_set", "Remember", "Stores a text under a key, as the resource memory://{key}. It is forgotten when its time to live ends.",
            """
            {"type":"object","properties":{
              "key":{"type":"string","description":"1 to 128 letters and digits, case-sensitive.","minLength":1,"maxLength":128,"pattern":"^[A-Za-z0-9]+$"},
              "value":{"type":"string","description":"The text to store.","maxLength":10000},
              "ttlSeconds":{"type":"integer","description":"Seconds until it is forgotten; one hour when absent, at most 30 days.","minimum":1,"maximum":2592000},
              "mimeType":{"type":"string","description":"Media type of the text; text/plain when absent.","maxLength":100,"pattern":"^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$"}
            },"required":["key","value"],"additionalProperties":false}
            """u8, readOnly: false, destructive: true),
        new("memory_get", "Recall", "Returns the text stored under a key.", KeyOnly, readOnly: true),
        new("memory_list", "List memories", "Lists what is stored, by key, 100 at a time.",
            """
            {"type":"object","properties":{"after":{"type":"string","description":"The last key of the page before.","minLength":1,"maxLength":128,"pattern":"^[A-Za-z0-9]+$"}},"additionalProperties":false}
            """u8, readOnly: true),
        new("memory_delete", "Forget", "Deletes what is stored under a key.", KeyOnly, readOnly: false, destructive: true),
    ];

    private static ReadOnlySpan<byte> KeyOnly =>
        """
        {"type":"object","properties":{"key":{"type":"string","description":"1 to 128 letters and digits, case-sensitive.","minLength":1,"maxLength":128,"pattern":"^[A-Za-z0-9]+$"}},"required":["key"],"additionalProperties":false}
        """u8;

    public ValueTask<ToolResult> CallAsync(ToolCall call, CancellationToken cancel)
    {
        var arguments = MemoryArguments.Read(call.Arguments);
        return call.Tool switch
        {
            "memory_set" => SetAsync(call, arguments),
            "memory_get" => GetAsync(call, arguments.Key),
            "memory_list" => ListAsync(call, arguments.After),
            "memory_delete" => DeleteAsync(call, arguments.Key),
            _ => throw new InvalidOperationException("A tool that is registered but not served."),
        };
    }

    private async ValueTask<ToolResult> SetAsync(ToolCall call, MemoryArguments arguments)
    {
        var ttl = arguments.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var set = await Resource(call, arguments.Key).SetAsync(new SetMemory(arguments.Value, arguments.MimeType, ttl), call.Caller.Caller);
        return set.Try(out var entry, out var refused)
            ? ToolResult.Text($"Stored {MemoryKey.Uri(entry.Key)}, {entry.Size} bytes, until {entry.ExpiresAt:O}.", writer => Describe(writer, entry))
            : ToolResult.Failed(refused);
    }

    private async ValueTask<ToolResult> GetAsync(ToolCall call, string key) =>
        // The right to call the tool is not the right to read everything: what resources/read would hide is not there for the tool either.
        MemoryListing.MayRead(call.Caller, key) && (await Resource(call, key).GetAsync()).Try(out var content, out _) ? ToolResult.Text(content.Text) : Missing(key);

    private async ValueTask<ToolResult> ListAsync(ToolCall call, string? after)
    {
        var (entries, next) = await memory.PageAsync(call.Caller, after, PageSize);
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

    private async ValueTask<ToolResult> DeleteAsync(ToolCall call, string key) =>
        (await Resource(call, key).DeleteAsync(call.Caller.Caller)).Try(out var deleted, out var refused)
            ? deleted ? ToolResult.Text($"Deleted {MemoryKey.Uri(key)}.") : Missing(key)
            : ToolResult.Failed(refused);

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

    private IMemoryResourceGrain Resource(ToolCall call, string key) => grains.For(call.Caller.Caller.Tenant).Get<IMemoryResourceGrain>(key);
}
