using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Api.Mcp.Resources;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/read</c> of <c>memory://{key}</c>.</summary>
internal sealed class ResourcesRead(TenantGrains grains) : IMcpMethod
{
    public string Name => "resources/read";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public string? Target(McpMessage message) => message.Uri;

    public Result<Needed?> Permission(McpMessage message)
    {
        if (message.Uri is not { Length: > 0 } uri)
        {
            return Problem.InvalidParams("params.uri is missing.");
        }

        if (uri.Length > ResourceName.MaxUri)
        {
            return Problem.InvalidParams($"params.uri is longer than {ResourceName.MaxUri} characters.");
        }

        // What is not a URI of ours names nothing: it needs the permission to read, and then is not found.
        return ResourceUri.TryParse(uri, out var resource)
            ? new Needed("resources", "read", resource.Target)
            : new Needed("resources", "read", null);
    }

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (!MemoryKey.TryParseUri(request.Message.Uri, out var key))
        {
            return Problem.ResourceNotFound();
        }

        return (await grains.For(request.Caller.Caller.Tenant).Get<IMemoryResourceGrain>(key).GetAsync()).Try(out var content, out var missing)
            ? new Contents(content)
            : missing;
    }

    private sealed class Contents(MemoryContent content) : McpResult
    {
        // It may change or expire at any moment.
        public override int? TtlMs => 0;

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("contents"u8);
            writer.WriteStartObject();
            writer.WriteString("uri"u8, MemoryKey.Uri(content.Entry.Key));
            writer.WriteString("mimeType"u8, content.Entry.MimeType);
            writer.WriteString("text"u8, content.Text);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }
}
