using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Memory resources as tools: what they write is read as <c>memory://{key}</c> by <c>resources/read</c> too.</summary>
internal sealed class MemoryBackend(TenantGrains grains, MemoryListing memory) : IMcpBackend
{
    private const int PageSize = 100;

    public IReadOnlyList<TemplateDefinition> Templates { get; } =
        [new("memory://{key}", "memory", "Memory", "A text that memory_set stored under the key.")];

    public bool Serves(TenantView tenant) => true;

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

    public async ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel)
    {
        var arguments = MemoryArguments.Read(call.Arguments);
        return call.Name switch
        {
            "memory_set" => await SetAsync(call, arguments),
            "memory_get" => await GetAsync(call, arguments.Key),
            "memory_list" => await ListAsync(call, arguments.After, cancel),
            "memory_delete" => await DeleteAsync(call, arguments.Key),
            _ => throw new InvalidOperationException("A tool that is registered but not served."),
        };
    }

    public string? NameOf(string uri) => ResourceUri.TryParse(uri, out var resource) && resource.Scheme == "memory" ? resource.Target : null;

    public async ValueTask<Result<McpResult>> ReadResourceAsync(BackendCall call, CancellationToken cancel)
    {
        if (!MemoryKey.TryParseUri(call.Name, out var key) || !(await Resource(call, key).GetAsync()).Try(out var content, out _))
        {
            return Problem.ResourceNotFound();
        }

        return new ResourceResult(new ResourceBody(MemoryKey.Uri(key), content.Entry.MimeType, content.Text));
    }

    public async ValueTask<ResourcePage> ListResourcesAsync(McpRequest request, string? after, int size, CancellationToken cancel)
    {
        var (entries, next) = await memory.PageAsync(request.Caller, after, size, cancel);
        return new ResourcePage([.. entries.Select(entry => new ResourceDefinition(MemoryKey.Uri(entry.Key), entry.Key, entry.MimeType, entry.Size, entry.UpdatedAt))], next);
    }

    public async ValueTask<Completion> CompleteAsync(McpRequest request, CompletionQuery query, CancellationToken cancel) =>
        query is { Template: "memory://{key}", Argument: "key" } ? await memory.CompleteAsync(request.Caller, query.Value, cancel) : Completion.None;

    private async ValueTask<ToolResult> SetAsync(BackendCall call, MemoryArguments arguments)
    {
        var ttl = arguments.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var set = await Resource(call, arguments.Key).SetAsync(new SetMemory(arguments.Value, arguments.MimeType, ttl), call.Request.Caller.Caller);
        return set.Try(out var entry, out var refused)
            ? ToolResult.Text($"Stored {MemoryKey.Uri(entry.Key)}, {entry.Size} bytes, until {entry.ExpiresAt:O}.", writer => Describe(writer, entry))
            : ToolResult.Failed(refused);
    }

    private async ValueTask<ToolResult> GetAsync(BackendCall call, string key) =>
        // The right to call the tool is not the right to read everything: what resources/read would hide is not there for the tool either.
        MemoryListing.MayRead(call.Request.Caller, key) && (await Resource(call, key).GetAsync()).Try(out var content, out _) ? ToolResult.Text(content.Text) : Missing(key);

    private async ValueTask<ToolResult> ListAsync(BackendCall call, string? after, CancellationToken cancel)
    {
        var (entries, next) = await memory.PageAsync(call.Request.Caller, after, PageSize, cancel);
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

    private async ValueTask<ToolResult> DeleteAsync(BackendCall call, string key) =>
        (await Resource(call, key).DeleteAsync(call.Request.Caller.Caller)).Try(out var deleted, out var refused)
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

    private IMemoryResourceGrain Resource(BackendCall call, string key) => grains.For(call.Request.Tenant.Id).Get<IMemoryResourceGrain>(key);
}
