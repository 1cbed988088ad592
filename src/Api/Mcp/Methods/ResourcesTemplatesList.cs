using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/templates/list</c>.</summary>
internal sealed class ResourcesTemplatesList : IMcpMethod
{
    private static readonly PreparedResult Prepared = PreparedResult.Of(new List());

    public string Name => "resources/templates/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public Result<Needed?> Permission(McpMessage message) => new Needed("resources", "read", null);

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<McpResult>>(request.Message.Cursor is null ? Prepared : Problem.InvalidParams("The cursor is not valid."));

    private sealed class List : McpResult
    {
        public override int? TtlMs => 300_000;

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("resourceTemplates"u8);
            writer.WriteStartObject();
            writer.WriteString("uriTemplate"u8, "memory://{key}"u8);
            writer.WriteString("name"u8, "memory"u8);
            writer.WriteString("title"u8, "Memory"u8);
            writer.WriteString("description"u8, "A text that memory_set stored under the key."u8);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }
}
