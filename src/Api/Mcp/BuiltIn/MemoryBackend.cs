using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Resources;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Memory resources as <c>memory://{key}</c>, and the tools that write them.</summary>
internal sealed class MemoryBackend(TenantGrains grains, MemoryListing memory, MemoryTools tools) : IMcpBackend
{
    private const string Template = "memory://{key}";

    public IReadOnlyList<TemplateDefinition> Templates { get; } = [new(Template, "memory", "Memory", "What was stored under the key, by memory_set or otherwise.")];

    public IReadOnlyList<ToolDefinition> Tools => MemoryTools.Definitions;

    public bool Serves(TenantView tenant) => true;

    public ValueTask<Result<McpResult>> CallToolAsync(BackendCall call, CancellationToken cancel) => tools.CallAsync(call, cancel);

    public string? NameOf(string uri) => ResourceUri.TryParse(uri, out var resource) && resource.Scheme == "memory" ? resource.Target : null;

    public async ValueTask<Result<McpResult>> ReadResourceAsync(BackendCall call, CancellationToken cancel)
    {
        if (!MemoryKey.TryParseUri(call.Name, out var key) || !(await grains.For(call.Request.Tenant.Id).Get<IMemoryResourceGrain>(key).GetAsync()).Try(out var content, out _))
        {
            return Problem.ResourceNotFound();
        }

        return new ResourceResult(BodyOf(content));
    }

    public async ValueTask<ResourcePage> ListResourcesAsync(McpRequest request, string? after, int size, CancellationToken cancel)
    {
        var (entries, next) = await memory.PageAsync(request.Tenant.Id, request.Caller.Permissions, "", after, size, cancel);
        return new ResourcePage([.. entries.Select(entry =>
            new ResourceDefinition(MemoryKey.Uri(entry.Key), entry.Key, entry.MimeType, entry.Size, entry.UpdatedAt) { Priority = entry.Priority, Life = LifeOf(entry) })], next);
    }

    public async ValueTask<Completion> CompleteAsync(McpRequest request, CompletionQuery query, CancellationToken cancel) =>
        query is { Template: Template, Argument: "key" } ? await MemoryCompletion.OfAsync(memory, request, query.Value, cancel) : Completion.None;

    /// <summary>Text or bytes, with the media type it was stored under.</summary>
    public static ResourceBody BodyOf(MemoryContent content) =>
        new(MemoryKey.Uri(content.Entry.Key), content.Entry.MimeType, content.Bytes is null ? content.Text : null, content.Bytes) { Life = LifeOf(content.Entry) };

    private static ResourceLife LifeOf(MemoryEntry entry) => new(entry.ExpiresAt, entry.Version);
}
