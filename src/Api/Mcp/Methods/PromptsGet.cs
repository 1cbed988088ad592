using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Prompts;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>prompts/get</c>.</summary>
internal sealed class PromptsGet(BuiltInPrompts prompts) : IMcpMethod
{
    public string Name => "prompts/get";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public string? Target(McpMessage message) => message.Name;

    public Result<Needed?> Permission(McpMessage message) =>
        message.Name is { Length: > 0 } name ? new Needed("prompts", "read", name) : Problem.InvalidParams("params.name is missing.");

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        (await prompts.RenderAsync(request.Message.Name!, request.Message.Arguments, request.Caller)).Try(out var text, out var refused)
            ? new Rendered(text)
            : refused;

    private sealed class Rendered(string text) : McpResult
    {
        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("messages"u8);
            writer.WriteStartObject();
            writer.WriteString("role"u8, "user"u8);
            writer.WriteStartObject("content"u8);
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }
}
